"""The lists of what is owed, and why each duty is."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import exists, select

from bus.api import Problem
from bus.decisions import Caller
from bus.pages import Order, Page, paged
from bus.readings import Tells
from contracts.ids import DutyId, PersonId
from contracts.refused import Refused
from contracts.registry import AskFirst, Hours
from services.visits.api.doors import Reader, within_reach
from services.visits.domain import Care, Explanation, explain
from services.visits.domain.asked import asked_by, asked_for
from services.visits.domain.explain import Attempt
from services.visits.domain.policy import Policy
from services.visits.domain.words import LACKS, REFUSED
from services.visits.opening import reason_for
from services.visits.store import care_store
from services.visits.tables import cares, deaths, duties

router = APIRouter()
LONGEST_DUE = Order(("due_at", "duty_id"), "期限早的在前，同时的按编号")

_KNOWN = "SELECT kind FROM cares WHERE person_id = $1"
"""Who was enrolled. Of others something was heard at most."""


_IS_DEAD = exists().where(
    deaths.c.person_id == cares.c.person_id, deaths.c.reported_at.is_not(None), deaths.c.retracted_at.is_(None)
)
_ASKED = (cares.c.wishes, cares.c.hours, cares.c.ask_first, _IS_DEAD.label("is_dead"))
_WISHES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_HOURS: TypeAdapter[tuple[Hours, ...]] = TypeAdapter(tuple[Hours, ...])
_FIRST: TypeAdapter[AskFirst] = TypeAdapter(AskFirst)


class DutyLine(BaseModel):
    """One duty, as lists show it."""

    duty_id: DutyId
    person_id: PersonId
    rule: str
    kind: str
    party: str
    role: str
    strength: str
    """How strong a contact must be at least."""
    instead: str | None
    """The wish or the absence because of which it is owed by these means, as the city calls it."""
    wishes: list[str]
    """What the person asks of whoever calls or comes: by which means not, at which hours not, whom to ask first."""
    opened_at: AwareDatetime
    due_at: AwareDatetime
    counted_plainly: bool
    """The workdays of that year were not published: every day was counted."""
    missed_at: AwareDatetime | None
    rung: int
    closed_at: AwareDatetime | None
    closed_as: str | None
    acknowledged_at: AwareDatetime | None


@router.get("/duties", summary="应办未办的事项，最久的在前")
async def open_duties(
    http: HttpRequest,
    caller: Reader,
    tell: Tells,
    page: Annotated[Page, paged(200, most=1000, order=LONGEST_DUE)],
    person_id: UUID | None = None,
    closed: bool = False,
) -> list[DutyLine]:
    """Open duties, the longest due first; with `closed=true` all of them. Everybody sees those within their reach."""
    query = select(duties, *_ASKED).join(cares, cares.c.person_id == duties.c.person_id)
    query = query if closed else query.where(duties.c.closed_at.is_(None))
    query = query.where(duties.c.person_id == person_id) if person_id is not None else query
    query = query.where(within_reach(caller))
    async with http.app.state.database.connection() as connection:
        if person_id is not None and await connection.fetchval(_KNOWN, person_id) is None:
            raise Problem(404, "查无此人", REFUSED["person-unknown"], field="person_id", rule="person-unknown")
        rows = await page.read(connection, query)
        policy = (await care_store.books.in_force(connection)).in_force
    lines = [_line(policy, row, _asked(policy, row)) for row in rows]
    if person_id is not None:
        await tell(caller, "duties", {line.person_id for line in lines})
    return lines


def _asked(policy: Policy, row: Mapping[str, Any]) -> tuple[str, ...]:
    """They come as they are kept: JSON, unread. Of the dead nobody asks it."""
    if row["is_dead"]:
        return ()
    first = _FIRST.validate_json(row["ask_first"]) if row["ask_first"] is not None else None
    return asked_for(policy, _WISHES.validate_json(row["wishes"]), _HOURS.validate_json(row["hours"]), first)


def _line(policy: Policy, duty: Mapping[str, Any], asked: tuple[str, ...]) -> DutyLine:
    """What the person asks for stands beside each of their duties."""
    other = duty["instead"]
    called = {**policy.words.get("absences", {}), **policy.words.get("wishes", {})}.get(other, other)
    kept = {name: duty[name] for name in DutyLine.model_fields if name not in ("instead", "wishes")}
    return DutyLine(**kept, instead=called, wishes=list(asked))


class Because(BaseModel):
    """Why a duty is: fact → policy version and rule → duty → escalations → contacts, and one sentence."""

    sentence: str
    fact: dict[str, Any]
    rule: dict[str, Any]
    duty: DutyLine
    owed: list[str]
    """Party, role and kind, as the city calls them."""
    ask_first: dict[str, Any] | None
    """Whom the person wishes to be asked first: the role, and the id of who that is now."""
    escalations: list[dict[str, str]]
    contacts: list[dict[str, Any]]


@router.get("/duties/{duty_id}/explanation", summary="为什么有这一项")
async def explanation(duty_id: UUID, http: HttpRequest, caller: Reader, tell: Tells) -> Because:
    """The whole chain (feature 4)."""
    care = await _care_of_duty(http, duty_id)
    if not caller.acts_in(care.county, care.unit_id, care.community_id, held=care.held):
        raise Problem(403, "无权限", caller.beyond, rule="out-of-reach", field="duty_id")
    try:
        chain = explain(care, DutyId(duty_id), _why_waived(http, caller, care, duty_id))
    except Refused as refused:
        raise Problem(404, "没有这一项", refused.reason, rule=refused.rule, field="duty_id") from None
    await tell(caller, "explanation", [care.person_id])
    return _because(care, chain)


def _why_waived(http: HttpRequest, caller: Caller, care: Care, duty_id: UUID) -> str | None:
    duty = care.duties.get(DutyId(duty_id))
    if duty is None or duty.reason is None:
        return None
    return reason_for(caller, http.app.state.keys, duty.reason.token, duty.closed_by_id)


async def _care_of_duty(http: HttpRequest, duty_id: UUID) -> Care:
    async with http.app.state.database.connection() as connection:
        person = await connection.fetchval("SELECT person_id FROM duties WHERE duty_id = $1", duty_id)
        if person is None:
            raise Problem(404, "没有这一项", f"没有编号为 {duty_id} 的事项", rule="duty-unknown", field="duty_id")
        return (await care_store.states(connection, [person]))[person]


def _said(care: Care, attempt: Attempt) -> str:
    zh, made = care.policy.zh, attempt.contact
    said = [zh("roles", made.role), zh("strengths", made.strength), zh("outcomes", made.outcome)]
    return " ".join([*said, *([LACKS[attempt.lacks]] if attempt.lacks is not None else [])])


def _because(care: Care, chain: Explanation) -> Because:
    duty = {name: getattr(chain.duty, name, care.person_id) for name in DutyLine.model_fields}
    zh = care.policy.zh
    first = care.ask_first
    return Because(
        sentence=chain.sentence,
        fact={"kind": chain.fact.kind, "id": chain.fact.id, "at": chain.fact.at},
        owed=[zh("parties", chain.duty.party), zh("roles", chain.duty.role), zh("duty_kinds", chain.duty.kind)],
        rule={
            "policy": chain.ground.policy,
            "rule": chain.ground.rule,
            "title": chain.ground.title,
            "basis": chain.ground.basis,
            "reason": chain.ground.reason,
            "rows": list(chain.ground.rows),
        },
        duty=_line(care.policy, duty, asked_by(care)),
        ask_first=first.model_dump(mode="json") if first is not None else None,
        escalations=[{"rung": rung.name, "zh": zh("rungs", rung.name)} for rung in chain.escalations],
        contacts=[
            {
                "contact_id": attempt.contact.contact_id,
                "made_at": attempt.contact.made_at,
                "made_by": attempt.contact.made_by,
                "party": attempt.contact.party,
                "role": attempt.contact.role,
                "strength": attempt.contact.strength,
                "outcome": attempt.contact.outcome,
                "lacks": attempt.lacks,
                "zh": _said(care, attempt),
            }
            for attempt in chain.attempts
        ],
    )
