"""The HTTP of the gateway: where each SMS is, for operations. It never shows a number or a text."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, func, select, true

from bus.api import Token
from bus.decisions import Caller
from services.gateway.tables import outgoing

router = APIRouter()
Operations = Annotated[Caller, Depends(Token("operations", "bureau-officer"))]


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
    caller: Operations,
    state: str | None = None,
    lane: str | None = None,
    person_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[SmsLine]:
    """The newest first."""
    query = select(outgoing).order_by(outgoing.c.requested_at.desc().nulls_last()).limit(limit)
    query = query.where(outgoing.c.state == state) if state is not None else query
    query = query.where(outgoing.c.lane == lane) if lane is not None else query
    query = query.where(outgoing.c.person_id == person_id) if person_id is not None else query
    query = query.where(_within_reach(caller))
    async with http.app.state.database.engine.connect() as connection:
        rows = (await connection.execute(query)).mappings()
        return [SmsLine(**{name: row[name] for name in SmsLine.model_fields}) for row in rows]


@router.get("/sms/totals", summary="各状态的短信数")
async def totals(http: HttpRequest, caller: Operations) -> dict[str, int]:
    """How many SMS are in each state: their sum is what was requested."""
    query = select(outgoing.c.state, func.count()).where(_within_reach(caller)).group_by(outgoing.c.state)
    async with http.app.state.database.engine.connect() as connection:
        return {state or "awaited": n for state, n in (await connection.execute(query)).all()}


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """One that was not requested yet has no county: whoever sees the whole city sees it."""
    return true() if caller.county is None else outgoing.c.county == caller.county
