"""Notices: issued to a city or a county, answered by units, and the list of the silent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.api import Decide, Problem
from bus.decisions import Caller
from bus.now import NOW
from bus.pages import whole
from contracts.ids import UnitId, derived
from contracts.personal import SealedCare
from services.visits import reading
from services.visits.api.doors import Answerer, Issuer, Reader, ReaderOfWords, unit_of
from services.visits.api.policies import Reason
from services.visits.domain.notices import Step, Wanted
from services.visits.domain.policy import NoticeKind
from services.visits.domain.words import REFUSED
from services.visits.opening import opened
from services.visits.requests import AnswerNotice, IssueNotice, NoticeRecorded, NoticeSent, WithdrawNotice
from services.visits.store import care_store

router = APIRouter(tags=["通知"])

_LIVING = """
c.kind IS NOT NULL AND NOT EXISTS (
  SELECT FROM deaths d WHERE d.person_id = c.person_id AND d.reported_at IS NOT NULL AND d.retracted_at IS NULL
)"""
_UNITS = f"""
SELECT DISTINCT c.unit_id FROM cares c WHERE {_LIVING} AND c.unit_id IS NOT NULL AND c.city = $1 AND ($2 = '' OR c.county = $2)
ORDER BY c.unit_id
"""
_NOTICES = """
SELECT n.*, jsonb_array_length(coalesce(n.asked, '[]'::jsonb)) AS units,
  (SELECT count(DISTINCT a.unit_id) FROM answers a WHERE a.notice_id = n.notice_id) AS answered
FROM notices n WHERE n.issued_at IS NOT NULL AND ($1::text IS NULL OR n.county IN ('', $1)) ORDER BY n.issued_at DESC, n.notice_id
"""
_STEPS = "ARRAY['receipt', 'plan', 'proof']"
_RESPONSES = f"""
WITH asked AS (
  SELECT u.unit_id::uuid AS unit_id FROM notices n, jsonb_array_elements_text(n.asked) AS u(unit_id) WHERE n.notice_id = $1
), wanted AS (
  SELECT w.step, w.by, array_position({_STEPS}, w.step) AS nth
  FROM notices n, jsonb_to_recordset(n.wanted) AS w(step text, by timestamptz) WHERE n.notice_id = $1
), said AS (
  SELECT unit_id, min(answered_at) AS answered_at, array_agg(DISTINCT step) AS steps,
    max(array_position({_STEPS}, step)) AS furthest
  FROM answers WHERE notice_id = $1 GROUP BY 1
), people AS (
  SELECT c.unit_id, max(c.unit_name) AS unit, count(*) FILTER (WHERE {_LIVING}) AS people FROM cares c JOIN asked USING (unit_id)
  GROUP BY 1
)
SELECT unit_id, unit, coalesce(people, 0) AS people, coalesce(steps, '{{}}') AS steps, answered_at, lacking
FROM asked LEFT JOIN said USING (unit_id) LEFT JOIN people USING (unit_id), LATERAL (
  SELECT coalesce(array_agg(step ORDER BY nth), '{{}}') AS lacking FROM wanted WHERE by <= {NOW} AND nth > coalesce(furthest, 0)
) AS overdue
WHERE $2::uuid IS NULL OR unit_id = $2 ORDER BY cardinality(lacking) DESC, answered_at IS NOT NULL, people DESC, unit_id
"""
_ANSWERS = """
SELECT a.answer_id, a.unit_id, (SELECT max(c.unit_name) FROM cares c WHERE c.unit_id = a.unit_id) AS unit, a.step, a.words,
  a.answered_by, a.answered_at
FROM answers a WHERE a.notice_id = $1 AND ($2::uuid IS NULL OR a.unit_id = $2) ORDER BY a.answered_at, a.answer_id
"""


class NoticeEntry(BaseModel):
    """Something that a city or a county is told, or must answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice_id: UUID
    notice: str = Field(description="通知的类别，政策 notices 所列")
    title: str = Field(min_length=2, max_length=100)
    document: str | None = Field(None, max_length=100, description="文号")
    county: str = Field("", description="县（市、区），不写则全市")
    until: AwareDatetime | None = Field(None, description="预警到何时")
    wanted: dict[Step, AwareDatetime] | None = Field(
        None, description="收到、安排、办理情况各到何时；不写则按政策的时限"
    )


class AnswerEntry(BaseModel):
    """What a unit says to it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    answer_id: UUID
    unit_id: UnitId
    step: Step = Field(description="receipt 收到，plan 安排，proof 办理情况")
    words: str | None = Field(None, min_length=1, max_length=2000, description="加密保存")


class NoticeLine(BaseModel):
    """One notice, as the list shows it."""

    notice_id: UUID
    what: str
    title: str
    document: str | None
    county: str
    issued_at: AwareDatetime
    until: AwareDatetime | None
    withdrawn_at: AwareDatetime | None
    units: int
    answered: int


class UnitResponse(BaseModel):
    """What one unit has said, and what it should have said by now."""

    unit_id: UUID
    unit: str | None
    people: int
    steps: list[Step]
    answered_at: AwareDatetime | None
    lacking: list[Step]


class AnswerLine(BaseModel):
    """One answer, with its words."""

    answer_id: UUID
    unit_id: UUID
    unit: str | None
    step: Step
    words: str | None
    answered_by: UUID
    answered_at: AwareDatetime


@router.post("/notices", status_code=201, response_model=NoticeSent, summary="发出通知或预警")
async def issue(entry: NoticeEntry, http: HttpRequest, caller: Issuer, decide: Decide) -> Response:
    """A warning is heard by everybody there; one that must be answered is asked of every unit that has somebody living there."""
    if not caller.acts_in(entry.county):
        raise Problem(403, "不在范围之内", "只能向本县（市、区）发出", field="county")
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        kind = policy.notices.get(entry.notice)
        if kind is None:
            known = "、".join(f"{code}（{policy.zh('notices', code)}）" for code in policy.notices) or "无"
            raise Problem(422, "字段错误", f"{REFUSED['notice-kind-unknown']}，可用：{known}", field="notice")
        if entry.county and (nobody := await reading.nobody_in(connection, entry.county)):
            raise nobody
        if kind.warns and entry.until is None:
            raise Problem(422, "字段错误", "预警须写明到何时为止", field="until")
        asked = [] if kind.warns else [row[0] for row in await connection.fetch(_UNITS, policy.city, entry.county)]
        people = await reading.living_in(connection, policy.city, entry.county)
        now = await connection.fetchval(f"SELECT {NOW}")
    wanted = _wanted(kind, entry, now)
    request = IssueNotice(
        notice_id=entry.notice_id, city=policy.city, county=entry.county, what=entry.notice, title=entry.title,
        document=entry.document, until=entry.until, warns=kind.warns, wanted=wanted, asked=tuple(asked), people=people,
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/notices/{notice_id}/answers", status_code=201, response_model=NoticeRecorded, summary="单位回复通知")
async def answer(notice_id: UUID, entry: AnswerEntry, http: HttpRequest, caller: Answerer, decide: Decide) -> Response:
    """A receipt, a plan, or the proof of what was done; for one's own unit."""
    if unit_of(caller) not in (None, entry.unit_id):
        raise Problem(403, "不在范围之内", "只能为本单位回复", field="unit_id")
    keys, words = http.app.state.keys, entry.words
    request = AnswerNotice(
        notice_id=notice_id, answer_id=entry.answer_id, unit_id=entry.unit_id, step=entry.step,
        words=keys.seal(SealedCare, words, kind="notice-answer", person=notice_id) if words else None,
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/notices/{notice_id}/withdrawal", status_code=201, response_model=NoticeRecorded, summary="撤回通知")
async def withdraw(notice_id: UUID, body: Reason, caller: Issuer, decide: Decide) -> Response:
    """It was issued in error: what it raised is withdrawn."""
    withdrawal_id = derived("notice-withdrawal", notice_id)
    request = WithdrawNotice(notice_id=notice_id, withdrawal_id=withdrawal_id, reason=body.reason)
    return await decide(request, caller, status=201)


@router.get("/notices", summary="通知，最新的在前")
@whole
async def notices(http: HttpRequest, caller: Reader) -> list[NoticeLine]:
    async with http.app.state.database.connection() as connection:
        rows = await connection.fetch(_NOTICES, caller.county)
    return [NoticeLine(**{name: row[name] for name in NoticeLine.model_fields}) for row in rows]


@router.get("/notices/{notice_id}/responses", summary="各单位的回复，没有回复的在前")
@whole
async def responses(notice_id: UUID, http: HttpRequest, caller: Reader) -> list[UnitResponse]:
    """Every unit that was asked, the silent with the most people first."""
    rows = await _of_a_notice(http, _RESPONSES, notice_id, caller)
    return [UnitResponse(**dict(row)) for row in rows]


@router.get("/notices/{notice_id}/answers", summary="各单位回复的内容，先回复的在前")
@whole
async def answers(notice_id: UUID, http: HttpRequest, caller: ReaderOfWords) -> list[AnswerLine]:
    """What they wrote; a unit reads its own."""
    rows = await _of_a_notice(http, _ANSWERS, notice_id, caller)
    keys = http.app.state.keys
    return [
        AnswerLine(**dict(row) | {"words": opened(keys, row["words"], kind="notice-answer", bound=notice_id)})
        for row in rows
    ]


async def _of_a_notice(http: HttpRequest, sql: str, notice_id: UUID, caller: Caller) -> list[Mapping[str, Any]]:
    """Of the units within reach."""
    async with http.app.state.database.connection() as connection:
        if await connection.fetchval("SELECT issued_at FROM notices WHERE notice_id = $1", notice_id) is None:
            raise Problem(404, "没有这一项", REFUSED["notice-unknown"], field="notice_id")
        rows: list[Mapping[str, Any]] = await connection.fetch(sql, notice_id, unit_of(caller))
        return rows


def _wanted(kind: NoticeKind, entry: NoticeEntry, now: datetime) -> tuple[Wanted, ...]:
    """As the pack says, or as whoever issues it does: of the same steps, in the same turn, from now on."""
    if entry.wanted is None:
        return tuple(Wanted(step, now + within) for step, within in kind.answer_within.items())
    turn = [entry.wanted[step] for step in kind.answer_within if step in entry.wanted]
    if entry.wanted.keys() != kind.answer_within.keys() or [now, *turn] != sorted({now, *turn}):
        steps = "、".join(kind.answer_within) or "无"
        raise Problem(422, "字段错误", f"须写明这些步骤的期限，依次且晚于现在：{steps}", field="wanted")
    return tuple(Wanted(step, entry.wanted[step]) for step in kind.answer_within)
