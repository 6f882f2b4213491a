"""The HTTP of the gateway: where each SMS is, for operations. It never shows a number or a text."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, false, func, select, text, true

from bus.api import May
from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from bus.pages import Order, Page, paged
from services.gateway.tables import outgoing

router = APIRouter()
Reader = Annotated[Caller, Depends(May("read-sms", OPERATIONS))]
NEWEST = Order(("asked_at", "sms_id"), "新请求的在前，尚未请求的在后，同时的按编号", falling=True)


class SmsLine(BaseModel):
    """One SMS."""

    sms_id: UUID
    person_id: UUID | None
    lane: str | None
    state: str | None
    attempt: int | None
    requested_at: AwareDatetime | None
    submitted_at: AwareDatetime | None
    why: str | None


@router.get("/sms", summary="短信状态")
async def list_sms(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(200, most=1000, order=NEWEST)],
    state: str | None = None,
    lane: str | None = None,
    person_id: UUID | None = None,
) -> list[SmsLine]:
    """The newest first."""
    query = select(outgoing, func.coalesce(outgoing.c.requested_at, text("'epoch'::timestamptz")).label("asked_at"))
    query = query.where(outgoing.c.state == state) if state is not None else query
    query = query.where(outgoing.c.lane == lane) if lane is not None else query
    query = query.where(outgoing.c.person_id == person_id) if person_id is not None else query
    query = query.where(_within_reach(caller))
    async with http.app.state.database.connection() as connection:
        rows = await page.read(connection, query)
        return [SmsLine(**{name: row[name] for name in SmsLine.model_fields}) for row in rows]


@router.get("/sms/totals", summary="各状态的短信数")
async def totals(http: HttpRequest, caller: Reader) -> dict[str, int]:
    """How many SMS are in each state: their sum is what was requested."""
    query = select(outgoing.c.state, func.count()).where(_within_reach(caller)).group_by(outgoing.c.state)
    async with http.app.state.database.engine.connect() as connection:
        return {state or "awaited": n for state, n in (await connection.execute(query)).all()}


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """Whoever does not reach a county reaches none: whose SMS it is, the gateway does not know. One that was not requested yet
    has no county: whoever sees the whole city sees it."""
    if caller.reach != "county":
        return false()
    return true() if caller.county is None else outgoing.c.county == caller.county
