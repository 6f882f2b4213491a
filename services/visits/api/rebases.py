"""Running duties come under the version in force by the order of a named person: looked at before, ordered, listed."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.api import Decide, Problem
from bus.database import Connection
from bus.decisions import Rejected
from bus.pages import whole
from contracts.ids import derived
from services.visits import reading
from services.visits.api.doors import Lawgiver, Reader
from services.visits.domain import Policy
from services.visits.domain.words import REFUSED
from services.visits.requests.policies import OrderRebase, RebaseOrdered
from services.visits.store import care_store

router = APIRouter(tags=["政策"])


class RebaseEntry(BaseModel):
    """Which running duties come under the version in force; `version` is the one that the caller believes to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rebase_id: UUID
    version: str
    county: str | None = Field(None, description="只这个县（市、区）；不写则全市")
    rule: str | None = Field(None, description="只这一条规则；不写则全部")
    reason: str = Field(min_length=5, max_length=500)


class BehindLine(BaseModel):
    """Running duties of one rule under an older version; without `asked_for` a re-base ends them."""

    rule: str
    version: str
    duties: int
    people: int
    asked_for: bool


class RebasePreview(BaseModel):
    """What a re-base would touch at this hour."""

    version: str
    behind: list[BehindLine]


class RebaseLine(BaseModel):
    """One re-base, as the list shows it."""

    rebase_id: UUID
    version: str
    county: str | None
    rule: str | None
    reason: str
    ordered_by: str
    ordered_at: AwareDatetime


@router.get("/policies/rebase", summary="改按现行政策之前先看：哪些未办事项会受影响")
@whole
async def rebase_preview(
    http: HttpRequest, caller: Lawgiver, county: str | None = None, rule: str | None = None
) -> RebasePreview:
    """Nothing is moved. A county's officer sees their county alone."""
    if caller.county is not None:
        county = caller.county
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        found = await reading.behind(connection, policy.version, county, rule)
    asked_for = {name for rules in (policy.rules, *policy.counties.values()) for name in rules}
    lines = [
        BehindLine(rule=b.rule, version=b.version, duties=b.duties, people=b.people, asked_for=b.rule in asked_for)
        for b in found
    ]
    return RebasePreview(version=policy.version, behind=lines)


@router.post("/policies/rebase", status_code=201, response_model=RebaseOrdered, summary="未办事项改按现行政策")
async def rebase(entry: RebaseEntry, http: HttpRequest, caller: Lawgiver, decide: Decide) -> Response:
    """Of the whole city, a county, or one rule; a county's officer does so for their county alone."""
    if caller.county is not None and entry.county != caller.county:
        raise Problem(403, "无权限", f"此令牌只管{caller.county}：请写明这个县（市、区）", field="county")
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        await _check(connection, policy, entry)
    request = OrderRebase(book_id=derived("policy-book", policy.city), city=policy.city, **entry.model_dump())
    return await decide(request, caller, status=201)


@router.get("/policies/rebases", summary="谁让未办事项改按了哪一版，最新的在前")
@whole
async def rebases(http: HttpRequest, caller: Reader) -> list[RebaseLine]:
    """Every re-base that was ordered: by whom, and why."""
    async with http.app.state.database.connection() as connection:
        rows = await reading.rebases(connection)
    return [RebaseLine(**{name: row[name] for name in RebaseLine.model_fields}) for row in rows]


async def _check(connection: Connection, policy: Policy, entry: RebaseEntry) -> None:
    """Rejected for a version that is not in force, a county where nobody lives, a rule by which nothing is owed."""
    if entry.version != policy.version:
        raise Rejected("version-not-in-force", REFUSED["version-not-in-force"], "version")
    if entry.county is not None and (nobody := await reading.nobody_in(connection, entry.county)):
        raise nobody
    known = entry.rule is None or entry.rule in policy.rules or await reading.owed_by(connection, entry.rule)
    if not known:
        raise Rejected("rule-unknown", REFUSED["rule-unknown"], "rule")
