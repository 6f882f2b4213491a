"""How care is spread, to read: who was longest not visited, what each of the five parties does, and how evenly."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel

from bus.api import Problem
from bus.now import NOW
from bus.pages import Order, Page, paged, whole
from bus.readings import Tells
from services.visits.api.doors import Reader, reach_of
from services.visits.coverage import reading
from services.visits.domain import Policy
from services.visits.store import care_store

router = APIRouter(prefix="/coverage", tags=["覆盖证书"])
LONGEST = Order(("since", "person_id"), "最久未上门的在前，同时的按编号；其间上过门的人移到后面")
BY_ID = Order(("id", "n"), "按单位或人的编号，各方按政策的次序")


class UnvisitedLine(BaseModel):
    person_id: UUID
    county: str
    category: str
    unit_id: UUID | None
    visited_at: AwareDatetime | None
    contacted_at: AwareDatetime | None
    days: int


class Unvisited(BaseModel):
    """The longest first; `people` in all, however many are asked for at a time."""

    people: int
    lines: list[UnvisitedLine]


@router.get("/unvisited", summary="最久未上门的人，最久的在前，没有上限")
async def unvisited(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(1000, most=10_000, order=LONGEST)],
    party: str | None = None,
) -> Unvisited:
    """Of a party, or of anybody; every living person is on it (★32)."""
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        _must_know(policy, party)
        met, strongest = sorted(policy.outcomes_met), policy.strengths[0]
        given = (party, met, strongest, sorted(policy.kinds_reaching))
        rows = await page.read(connection, reading.UNVISITED, *reach_of(caller), *given, surely=True)
    return Unvisited(people=page.total or 0, lines=[UnvisitedLine(**dict(row)) for row in rows])


class Share(BaseModel):
    """Of one party, for one unit's people or one person: owed now; done, late, waived and made since."""

    id: UUID
    party: str
    party_zh: str
    owed: int
    overdue: int
    done: int
    late: int
    waived: int
    contacts: int


@router.get(
    "/ledger", summary="五方台账：每个单位（当时负责的；by=heir 则连同承接的）或每个人，各方应办、逾期、已办、迟办"
)
async def ledger(
    http: HttpRequest,
    caller: Reader,
    tell: Tells,
    page: Annotated[Page, paged(1000, most=10_000, order=BY_ID)],
    by: Literal["unit", "person", "heir"] = "unit",
    of: UUID | None = None,
    since: date | None = None,
) -> list[Share]:
    """Every party has its line, also who has done nothing (★41). `of`: one unit, or one person.

    By unit: what is owed stands with the unit of today, what was done with that which answered for the person then. By heir:
    with each unit also what others did for its people before they came.
    """
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        from_at = await _since(connection, policy, since)
        parties, met = list(policy.words["parties"]), sorted(policy.outcomes_met)
        rows = await page.read(connection, reading.LEDGER[by], *reach_of(caller), from_at, of, parties, met)
    if of is not None:
        await tell(caller, "ledger", _people_of(by, of, {row["id"] for row in rows}))
    return [Share(**dict(row), party_zh=policy.zh("parties", row["party"])) for row in rows]


def _people_of(by: str, of: UUID, ids: set[UUID]) -> set[UUID]:
    """Whom the shares show, asked of one unit or one person: the unit of somebody who is named shows what is theirs alone."""
    return ids if by == "person" or not ids else {of} - ids


class Rate(BaseModel):
    """A group of the living: how many, how many with something overdue; of what was due, how much was done in time."""

    of: str
    zh: str
    people: int
    people_overdue: int
    overdue: int
    due: int
    in_time: int


@router.get("/equity", summary="各县、各类、各年龄段是否同样得到服务，带分母")
@whole
async def equity(
    http: HttpRequest,
    caller: Reader,
    by: Literal["county", "kind", "category", "age"] = "county",
    since: date | None = None,
) -> list[Rate]:
    """Rates have their denominators beside them (75)."""
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        from_at = await _since(connection, policy, since)
        rows = await connection.fetch(reading.EQUITY[by], *reach_of(caller), from_at, policy.zone.key)
    return [Rate(**dict(row), zh=_group_zh(policy, by, row["of"])) for row in rows]


async def _since(connection: Any, policy: Policy, since: date | None) -> datetime:
    """The beginning of that civil day; of this civil year where none is named."""
    now: datetime = (await connection.fetchval(f"SELECT {NOW}")).astimezone(policy.zone)
    return datetime.combine(since or date(now.year, 1, 1), time(), policy.zone)


def _must_know(policy: Policy, party: str | None) -> None:
    if party is not None and party not in policy.words["parties"]:
        known = "、".join(policy.words["parties"])
        raise Problem(422, "没有这一方", f"政策中没有“{party}”；有：{known}", rule="party-unknown", field="party")


def _group_zh(policy: Policy, by: str, of: str) -> str:
    if not of:
        return "不详"
    if by == "age":
        return f"{of}–{int(of) + 9} 岁"
    return policy.zh({"kind": "person_kinds", "category": "categories"}.get(by, ""), of)
