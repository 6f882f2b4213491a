"""The list of feature 69: of each holder who is counted on, when an SMS last reached them; and whom none reaches."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, func, select, text, true

from bus.api import May
from bus.decisions import NOBODY, Caller
from bus.pack.acts import OPERATIONS
from bus.pages import Order, Page, paged
from services.notify.tables import posts, reaches, reports

router = APIRouter()
Reader = Annotated[Caller, Depends(May("read-cases", OPERATIONS))]
LONGEST = Order(("since", "holder_id"), "联系不上最久的在前；全部列出时，最久未证实的在前")


class ReachLine(BaseModel):
    """One holder on whom somebody counts. Neither their name nor the number: the registry knows them by their id."""

    holder_id: UUID
    roles: list[str]
    county: str
    unit_id: UUID
    people: int
    proved_at: datetime | None
    proved_by: str | None
    """delivered · answered; None = nothing has proved the number that they have now."""
    tested_at: datetime | None
    test_at: datetime | None
    unreachable_since: datetime | None
    why: str | None
    """silent · no-number · wrong-person"""
    told_to: UUID | None


@router.get("/reachability", summary="各级责任人的手机能否收到短信；缺省只列联系不上的，最久的在前")
async def reachability(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(200, most=1000, order=LONGEST)],
    everybody: bool = False,
) -> list[ReachLine]:
    """Those whom nothing proves to be reached after a test; with `everybody` all who are counted on, the longest unproved first."""
    async with http.app.state.database.connection() as connection:
        rows = await page.read(connection, _lines(caller, everybody))
    return [ReachLine(**{name: row[name] for name in ReachLine.model_fields}) for row in rows]


def _lines(caller: Caller, everybody: bool) -> Select[Any]:
    proof = and_(reaches.c.proved_number == reaches.c.number, reaches.c.wrong_number.is_distinct_from(reaches.c.number))
    passed = reports.c.passed_to
    told = select(passed).where(reports.c.holder_id == reaches.c.holder_id, reports.c.below_id == reaches.c.holder_id)
    proved_at = func.max(reaches.c.proved_at).filter(proof)
    since = func.coalesce(proved_at, text("'epoch'::timestamptz")) if everybody else reaches.c.unreachable_since
    query = (
        select(
            reaches.c.holder_id,
            func.array_agg(posts.c.role.distinct()).label("roles"),
            func.min(posts.c.county).label("county"),
            func.min(posts.c.unit_id.cast(Text)).cast(Uuid).label("unit_id"),
            func.sum(posts.c.people).label("people"),
            proved_at.label("proved_at"),
            func.max(reaches.c.proved_by).filter(proof).label("proved_by"),
            reaches.c.tested_at,
            reaches.c.test_at,
            reaches.c.unreachable_since,
            func.nullif(reaches.c.why, "").label("why"),
            told.scalar_subquery().label("told_to"),
            since.label("since"),
        )
        .join(posts, posts.c.holder_id == reaches.c.holder_id)
        .where(posts.c.people > 0, _within_reach(caller))
        .group_by(reaches.c.holder_id)
    )
    return query if everybody else query.where(reaches.c.unreachable_since.isnot(None))


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """Holders of the caller's county or unit; and whoever is named on cards sees themselves."""
    if caller.reach == "county":
        return true() if caller.county is None else posts.c.county == caller.county
    if caller.reach == "own":
        return posts.c.unit_id == (caller.unit or NOBODY)
    return posts.c.holder_id == (caller.holder or NOBODY)
