"""The HTTP of visits: recording contacts, waiving duties, and the lists of what is owed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, false, or_, select, true

from bus.api import Decide, Problem, Token
from bus.decisions import OF_ITS_COUNTY, Caller
from contracts.ids import DutyId, PersonId
from contracts.refused import Refused
from services.visits.domain import Care, Explanation, explain
from services.visits.requests import ContactRecorded, DutyLetGo, RecordContact, WaiveDuty
from services.visits.store import care_store
from services.visits.tables import cares, duties

router = APIRouter()
STAFF = ("liaison", "unit-leader", "bureau-officer", "community-worker", "organisation-department")
Holder = Annotated[Caller, Depends(Token(*STAFF))]
Reader = Annotated[Caller, Depends(Token(*STAFF, "operations"))]
Bureau = Annotated[Caller, Depends(Token("bureau-officer", "unit-leader"))]


@router.post("/contacts", status_code=201, response_model=ContactRecorded, summary="记录走访、电话、问候")
async def record_contact(request: RecordContact, caller: Holder, decide: Decide) -> Response:
    """Record what was done. The caller chooses `contact_id`, so asking twice records one."""
    return await decide(request, caller, status=201)


@router.post("/waivers", status_code=201, response_model=DutyLetGo, summary="免除一项必访(须写明理由)")
async def waive(request: WaiveDuty, caller: Bureau, decide: Decide) -> Response:
    """A named person decides, with a reason."""
    return await decide(request, caller, status=201)


class DutyLine(BaseModel):
    """One duty, as lists show it."""

    duty_id: DutyId
    person_id: PersonId
    rule: str
    kind: str
    party: str
    role: str
    opened_at: AwareDatetime
    due_at: AwareDatetime
    missed_at: AwareDatetime | None
    rung: int
    closed_at: AwareDatetime | None
    closed_as: str | None
    acknowledged_at: AwareDatetime | None


@router.get("/duties", summary="应办未办的事项,最久的在前")
async def open_duties(
    http: HttpRequest,
    caller: Reader,
    person_id: UUID | None = None,
    closed: bool = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[DutyLine]:
    """Open duties, the longest due first; with `closed=true` all of them. Everybody sees those within their reach."""
    query = select(duties).join(cares, cares.c.person_id == duties.c.person_id).order_by(duties.c.due_at).limit(limit)
    query = query if closed else query.where(duties.c.closed_at.is_(None))
    query = query.where(duties.c.person_id == person_id) if person_id is not None else query
    query = query.where(_within_reach(caller))
    async with http.app.state.database.engine.connect() as connection:
        rows = (await connection.execute(query)).mappings()
        return [DutyLine(**{name: row[name] for name in DutyLine.model_fields}) for row in rows]


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """`Caller.acts_in`, as the database reads it."""
    if caller.role in OF_ITS_COUNTY:
        return true() if caller.county is None else cares.c.county == caller.county
    if caller.unit is None:
        return false()
    return or_(cares.c.unit_id == caller.unit, cares.c.community_id == caller.unit)


class Because(BaseModel):
    """Why a duty is: fact → policy version and rule → duty → escalations → contacts, and one sentence."""

    sentence: str
    fact: dict[str, Any]
    rule: dict[str, Any]
    duty: DutyLine
    escalations: list[str]
    contacts: list[dict[str, Any]]


@router.get("/duties/{duty_id}/explanation", summary="为什么有这一项")
async def explanation(duty_id: UUID, http: HttpRequest, caller: Reader) -> Because:
    """The whole chain (feature 4)."""
    care = await _care_of_duty(http, duty_id)
    if not caller.acts_in(care.county, care.unit_id, care.community_id):
        raise Problem(403, "无权限", "不在此令牌的单位或县（市、区）之内")
    try:
        return _because(care, explain(care, DutyId(duty_id)))
    except Refused as refused:
        raise Problem(404, "没有这一项", refused.reason, rule=refused.rule) from None


async def _care_of_duty(http: HttpRequest, duty_id: UUID) -> Care:
    async with http.app.state.database.connection() as connection:
        person = await connection.fetchval("SELECT person_id FROM duties WHERE duty_id = $1", duty_id)
        if person is None:
            raise Problem(404, "没有这一项", f"没有编号为 {duty_id} 的事项")
        return (await care_store.states(connection, [person]))[person]


def _because(care: Care, chain: Explanation) -> Because:
    duty = {name: getattr(chain.duty, name, care.person_id) for name in DutyLine.model_fields}
    return Because(
        sentence=chain.sentence,
        fact={"kind": chain.fact.kind, "id": chain.fact.id, "at": chain.fact.at},
        rule={
            "policy": chain.ground.policy,
            "rule": chain.ground.rule,
            "title": chain.ground.title,
            "basis": chain.ground.basis,
            "reason": chain.ground.reason,
            "rows": list(chain.ground.rows),
        },
        duty=DutyLine(**duty),
        escalations=[rung.name for rung in chain.escalations],
        contacts=[
            {
                "contact_id": attempt.contact.contact_id,
                "made_at": attempt.contact.made_at,
                "strength": attempt.contact.strength,
                "outcome": attempt.contact.outcome,
                "lacks": attempt.lacks,
            }
            for attempt in chain.attempts
        ],
    )
