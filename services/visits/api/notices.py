"""Notices: issued to a city or a county, answered by units, and the list of the silent."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.api import Decide, Problem
from bus.database import Connection
from bus.decisions import Caller
from bus.now import NOW
from bus.pages import whole
from contracts.ids import UnitId, derived
from contracts.personal import SealedCare
from services.visits import notice_reading, reading
from services.visits.api.doors import Answerer, Issuer, Reader, ReaderOfWords, unit_of
from services.visits.api.policies import Reason
from services.visits.domain import newcomers
from services.visits.domain.notices import Notice, Step, Wanted
from services.visits.domain.policy import NoticeKind
from services.visits.domain.words import REFUSED
from services.visits.notice_reading import NAMELESS, UnitNow
from services.visits.opening import opened
from services.visits.requests.notices import AnswerNotice, IssueNotice, NoticeRecorded, NoticeSent, WithdrawNotice
from services.visits.store import care_store

router = APIRouter(tags=["通知"])


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
    withdrawn_for: str | None
    units: int
    answered: int


class UnitResponse(BaseModel):
    """What one unit has said, and what it should have said by now."""

    unit_id: UUID
    unit: str | None
    people: int
    steps: list[Step] = Field(description="该单位或承接它的单位已经回复的")
    answered_at: AwareDatetime | None
    lacking: list[Step] = Field(description="到期还没有回复的")
    owed_by: list[UnitId] = Field(description="还应由谁回复：该单位；已撤并的，由承接它的单位")
    owed_by_units: list[str]


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
        asked = [] if kind.warns else await notice_reading.units_to_ask(connection, policy.city, entry.county)
        people = await reading.living_in(connection, policy.city, entry.county)
        now = await connection.fetchval(f"SELECT {NOW}")
    wanted = _wanted(kind, entry, now)
    open_until = entry.until if kind.warns else newcomers.open_until(policy, entry.notice, wanted, now)
    request = IssueNotice(
        notice_id=entry.notice_id, city=policy.city, county=entry.county, what=entry.notice, title=entry.title,
        document=entry.document, until=entry.until, warns=kind.warns, wanted=wanted, asked=tuple(asked), people=people,
        open_until=open_until,
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/notices/{notice_id}/answers", status_code=201, response_model=NoticeRecorded, summary="单位回复通知")
async def answer(notice_id: UUID, entry: AnswerEntry, http: HttpRequest, caller: Answerer, decide: Decide) -> Response:
    """A receipt, a plan, or the proof of what was done; for one's own unit."""
    if unit_of(caller) not in (None, entry.unit_id):
        raise Problem(403, "不在范围之内", "只能为本单位回复", field="unit_id")
    async with http.app.state.database.connection() as connection:
        of = await _known(connection, notice_id)
        within = await _units_within(connection, of, caller)
    if entry.unit_id in notice_reading.concerned(of) and within.isdisjoint(of.line_of(entry.unit_id)):
        raise Problem(403, "不在范围之内", caller.beyond, rule="out-of-reach", field="unit_id")
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
    """A unit has answered when something was said for it: by itself, or by all of its heirs."""
    async with http.app.state.database.connection() as connection:
        return [_line(each) for each in await notice_reading.issued(connection, caller.county)]


@router.get("/notices/{notice_id}/responses", summary="各单位的回复，没有回复的在前；已撤并的，由谁承接")
@whole
async def responses(notice_id: UUID, http: HttpRequest, caller: Reader) -> list[UnitResponse]:
    """Every unit within reach that was asked, the silent first; of one that has ended, which heirs owe it now."""
    async with http.app.state.database.connection() as connection:
        of = await _known(connection, notice_id)
        units = await notice_reading.units_of(connection, of)
        now = await connection.fetchval(f"SELECT {NOW}")
        within = await _units_within(connection, of, caller)
    lines = [_response(of, each, units, now) for each in of.asked if not within.isdisjoint(of.line_of(each))]
    return sorted(lines, key=lambda line: (-len(line.lacking), bool(line.answered_at), -line.people, line.unit_id))


@router.get("/notices/{notice_id}/answers", summary="各单位回复的内容，先回复的在前")
@whole
async def answers(notice_id: UUID, http: HttpRequest, caller: ReaderOfWords) -> list[AnswerLine]:
    """What they wrote; a unit reads its own, and that of those whose heir it is; a county that of its units."""
    async with http.app.state.database.connection() as connection:
        of = await _known(connection, notice_id)
        units = await notice_reading.units_of(connection, of)
        within = await _units_within(connection, of, caller)
    keys = http.app.state.keys
    read = [each for each in of.answers.values() if not within.isdisjoint(of.line_of(each.unit_id))]
    return [
        AnswerLine(
            answer_id=each.answer_id, unit_id=each.unit_id, unit=units.get(each.unit_id, NAMELESS).name, step=each.step,
            words=opened(keys, each.words.token if each.words else None, kind="notice-answer", bound=notice_id),
            answered_by=each.answered_by, answered_at=each.answered_at,
        )
        for each in sorted(read, key=lambda each: (each.answered_at, each.answer_id))
    ]  # fmt: skip


async def _known(connection: Connection, notice_id: UUID) -> Notice:
    found = await notice_reading.notice(connection, notice_id)
    if found is None:
        raise Problem(404, "没有这一项", REFUSED["notice-unknown"], field="notice_id")
    return found


async def _units_within(connection: Connection, of: Notice, caller: Caller) -> frozenset[UUID]:
    """Of which units of the notice the caller speaks and reads: of its own, of those of its county, of all."""
    own = unit_of(caller)
    return await notice_reading.units_in(connection, of, caller.bounds.county) if own is None else frozenset((own,))


def _response(of: Notice, asked: UnitId, units: Mapping[UUID, UnitNow], now: datetime) -> UnitResponse:
    """Of a unit that was split a step is said when all of its parts have said it."""
    said, unit = of.said_for(asked), units.get(asked, NAMELESS)
    owed_by = of.owing(asked, Step.PROOF if not of.wanted else of.wanted[-1].step)
    return UnitResponse(
        unit_id=asked, unit=unit.name, people=unit.people,
        steps=[step for step in Step if any(each.step == step for each in said) and not of.owing(asked, step)],
        answered_at=min((each.answered_at for each in said), default=None) if not of.owing(asked, Step.RECEIPT) else None,
        lacking=[each.step for each in of.wanted if each.by <= now and of.owing(asked, each.step)],
        owed_by=list(owed_by), owed_by_units=[units.get(each, NAMELESS).name or str(each) for each in owed_by],
    )  # fmt: skip


def _line(of: Notice) -> NoticeLine:
    answered = sum(not of.owing(each, Step.RECEIPT) for each in of.asked)
    own = {name: getattr(of, name) for name in NoticeLine.model_fields if name not in ("units", "answered")}
    return NoticeLine(**own, units=len(of.asked), answered=answered)


def _wanted(kind: NoticeKind, entry: NoticeEntry, now: datetime) -> tuple[Wanted, ...]:
    """As the pack says, or as whoever issues it does: of the same steps, in the same turn, from now on."""
    if entry.wanted is None:
        return tuple(Wanted(step, now + within) for step, within in kind.answer_within.items())
    turn = [entry.wanted[step] for step in kind.answer_within if step in entry.wanted]
    if entry.wanted.keys() != kind.answer_within.keys() or [now, *turn] != sorted({now, *turn}):
        steps = "、".join(kind.answer_within) or "无"
        raise Problem(422, "字段错误", f"须写明这些步骤的期限，依次且晚于现在：{steps}", field="wanted")
    return tuple(Wanted(step, entry.wanted[step]) for step in kind.answer_within)
