"""The HTTP of medical: one message at a time for hospitals, and what a human must look at."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from bus.api import May, Problem, Token
from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from bus.pages import Order, Page, paged
from services.medical import unmatched
from services.medical.intake import Intake
from services.medical.mllp import NotStored
from services.medical.tables import set_aside

router = APIRouter()
Hospital = Annotated[Caller, Depends(Token("hospital"))]
Reader = Annotated[Caller, Depends(May("read-unmatched", OPERATIONS))]
DOUBTFUL = Order(("rank", "since", "visit_id"), "存疑的在前，再按等候从久到近，同时的按编号")
NEWEST = Order(("received_at", "message_id"), "新收到的在前，同时的按编号", falling=True)


@router.post("/messages", summary="医院消息(HL7 v2,一次一条)", response_class=Response)
async def take_message(http: HttpRequest, caller: Hospital) -> Response:
    """One HL7 v2 message as the body (application/hl7-v2). 200 with its acknowledgement, once it is stored; else 503."""
    raw = await http.body()
    if not raw.strip():
        raise Problem(422, "字段错误", "消息体为空", rule="missing", field="body")
    intake: Intake = http.app.state.intake
    charset = http.headers.get("content-type", "").partition("charset=")[2].strip('" ') or None
    try:
        answer = await intake.take(raw, told=charset)
    except NotStored:
        raise Problem(503, "暂时无法受理", "消息未能存储，请稍后重发", rule="not-stored", field="body") from None
    return Response(answer, media_type="application/hl7-v2")


class Unmatched(BaseModel):
    """A stay whose patient is not on file, or whose name and birth date both differ; or a death whose name differs."""

    patient_id: UUID
    visit_id: UUID
    hospital: str
    reason: unmatched.Reason
    began_at: AwareDatetime | None
    """None where nothing is known of a stay: the death was reported from elsewhere."""


@router.get("/unmatched", summary="未能对应到人的住院和去世")
async def list_unmatched(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(200, most=1000, order=DOUBTFUL)],
    reason: unmatched.Reason | None = None,
) -> list[Unmatched]:
    """Kept until the person is on file or a human decides: what is doubtful first, then the longest waiting."""
    async with http.app.state.database.connection() as tables:
        return [Unmatched(**row) for row in await unmatched.listed(tables, reason, page)]


class Aside(BaseModel):
    """A message that could not be placed."""

    message_id: UUID
    reason: str
    place: str
    source: str
    control_id: str
    received_at: AwareDatetime


@router.get("/set-aside", summary="需要人工查看的消息")
async def list_set_aside(
    http: HttpRequest, caller: Reader, page: Annotated[Page, paged(200, most=1000, order=NEWEST)]
) -> list[Aside]:
    """Unreadable messages, and those without a resident ID or a visit number; the newest first."""
    async with http.app.state.database.connection() as tables:
        rows = await page.read(tables, select(set_aside))
    return [Aside(**{name: row[name] for name in Aside.model_fields}) for row in rows]
