"""The HTTP of medical: one message at a time for hospitals, and what a human must look at."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from bus.api import May, Problem, Token
from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from bus.sheets import limited
from services.medical import unmatched
from services.medical.intake import Intake
from services.medical.mllp import NotStored
from services.medical.tables import set_aside

router = APIRouter()
Hospital = Annotated[Caller, Depends(Token("hospital"))]
Reader = Annotated[Caller, Depends(May("read-unmatched", OPERATIONS))]


@router.post("/messages", summary="医院消息(HL7 v2,一次一条)", response_class=Response)
async def take_message(http: HttpRequest, caller: Hospital) -> Response:
    """One HL7 v2 message as the body (application/hl7-v2). 200 with its acknowledgement, once it is stored; else 503."""
    raw = await http.body()
    if not raw.strip():
        raise Problem(422, "字段错误", "消息体为空", field="body")
    intake: Intake = http.app.state.intake
    charset = http.headers.get("content-type", "").partition("charset=")[2].strip('" ') or None
    try:
        answer = await intake.take(raw, told=charset)
    except NotStored:
        raise Problem(503, "暂时无法受理", "消息未能存储,请稍后重发") from None
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
    limit: Annotated[int, limited(200, most=1000)],
    reason: unmatched.Reason | None = None,
    after: UUID | None = None,
) -> list[Unmatched]:
    """Kept until the person is on file or a human decides: what is doubtful first, then the longest waiting.

    Of one `reason` a page goes on `after` the visit with which the page before ended.
    """
    if after is not None and reason is None:
        raise Problem(422, "字段错误", "翻页时须同时给出 reason", field="reason")
    async with http.app.state.database.connection() as tables:
        return [Unmatched(**row) for row in await unmatched.listed(tables, reason, after, limit)]


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
    http: HttpRequest, caller: Reader, limit: Annotated[int, limited(200, most=1000)]
) -> list[Aside]:
    """Unreadable messages, and those without a resident ID or a visit number; the newest first."""
    query = select(set_aside).order_by(set_aside.c.received_at.desc()).limit(limit)
    return [Aside(**{name: row[name] for name in Aside.model_fields}) for row in await _rows(http, query)]


async def _rows(http: HttpRequest, query: Any) -> list[Any]:
    async with http.app.state.database.engine.connect() as connection:
        return list((await connection.execute(query)).mappings())
