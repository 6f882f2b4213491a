"""The HTTP of notify: the cases that wait, for the bureau to look at."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, Text, cast, func, literal, or_, select, text, true
from sqlalchemy.dialects.postgresql import JSONB

from bus.api import May
from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from bus.pages import Order, Page, paged, whole
from bus.readings import Tells
from contracts.ids import DutyId
from services.notify.domain import case_id_of
from services.notify.tables import cases, notices, sms

router = APIRouter()
Reader = Annotated[Caller, Depends(May("read-cases", OPERATIONS))]
OLDEST = Order(("since", "case_id"), "先开始的在前，同时的按编号")


class CaseLine(BaseModel):
    """A case that was opened, and whose duty has not ended since."""

    case_id: UUID
    person_id: UUID
    duty_id: UUID
    rule: str
    opened_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None
    parked_since: AwareDatetime | None


@router.get("/cases", summary="正在通知的事项;parked=true 只看无人可通知的")
async def open_cases(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(200, most=1000, order=OLDEST)],
    parked: bool = False,
) -> list[CaseLine]:
    """Open cases, the oldest first. A parked one waits for a card, a holder, a number that takes SMS, or a template.

    One that was closed and opened again is open: the time of its last closing says nothing.
    """
    since = func.coalesce(cases.c.opened_at, cases.c.parked_since, text("'epoch'::timestamptz")).label("since")
    query = select(cases, since).join(notices, notices.c.person_id == cases.c.person_id)
    query = query.where(cases.c.parked_since.isnot(None) if parked else cases.c.announced)
    query = query.where(_within_reach(caller))
    async with http.app.state.database.connection() as connection:
        rows = await page.read(connection, query)
        return [CaseLine(**{name: row[name] for name in CaseLine.model_fields}) for row in rows]


class MessageLine(BaseModel):
    """One SMS of a case: at which stage, to whom, and what became of it. Neither the number nor the words."""

    sms_id: UUID
    stage: str
    role: str
    holder_id: UUID
    lane: str
    status: str
    requested_at: AwareDatetime
    withdrawn_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None


@router.get("/duties/{duty_id}/messages", summary="一个事项发过的短信，先发的在前")
@whole
async def messages(duty_id: UUID, http: HttpRequest, caller: Reader, tell: Tells) -> list[MessageLine]:
    """What its explanation (feature 4) lacks: whom notify has told."""
    query = (
        select(sms)
        .join(cases, (cases.c.person_id == sms.c.person_id) & (cases.c.case_id == sms.c.case_id))
        .join(notices, notices.c.person_id == sms.c.person_id)
        .where(cases.c.case_id == case_id_of(DutyId(duty_id)), sms.c.requested_at.isnot(None))
        .order_by(sms.c.requested_at, sms.c.sms_id)
    )
    query = query.where(_within_reach(caller))
    async with http.app.state.database.engine.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    await tell(caller, "messages", {row["person_id"] for row in rows})
    return [MessageLine(**{name: row[name] for name in MessageLine.model_fields}) for row in rows]


def _within_reach(caller: Caller) -> ColumnElement[bool]:
    """Of whom notify has heard a card: those on which the caller, or anybody of the caller's unit, stands."""
    on_card = notices.c.holders.contains
    if caller.reach == "county":
        return true() if caller.county is None else notices.c.county == caller.county
    if caller.reach == "own":
        return on_card(_json([{"unit_id": str(caller.unit)}]))
    own = [{"role": caller.role, name: str(caller.holder)} for name in ("holder_id", "deputy_for")]
    return or_(*(on_card(_json([each])) for each in own))


def _json(value: Any) -> ColumnElement[Any]:
    return cast(literal(json.dumps(value), Text), JSONB)
