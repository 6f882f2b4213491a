"""Notices as they are asked for and woken to; each person whom one concerns is told by a fan-out."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Decisions, FanOut
from contracts.ids import UnitId, derived
from services.visits import domain
from services.visits.decisions.callers import holder_of, person_of
from services.visits.decisions.care import care
from services.visits.domain import Care, learning, notices
from services.visits.domain.notices import Answer, Notice, Step
from services.visits.requests import AnswerNotice, HearNotice, IssueNotice, NoticeRecorded, NoticeSent, WithdrawNotice
from services.visits.store import notice_store

notice = Decisions(of=Notice, kept_in=notice_store, wakes_at=lambda notice, now: notice.asks_at, zh="通知")

WARNED, ISSUED, UNANSWERED = "weather-warned", "notice-issued", "notice-unanswered"


@notice.asked(IssueNotice)
def issue_notice(state: Notice, request: IssueNotice, now: datetime) -> Decision[Notice]:
    """Everybody in the city or the county hears of it."""
    given = Notice(
        request.notice_id, request.city, request.county, request.what, request.title, request.document,
        person_of(request.by), None, request.until, request.warns, request.wanted, request.asked,
    )  # fmt: skip
    after, said = notices.issue(state, given, now)
    sent = NoticeSent(
        notice_id=after.notice_id, silent=list(after.silent()), people=request.people, units=len(after.asked)
    )
    return Decision(after, said, sent, (_everybody(after, "issued"),))


@notice.asked(WithdrawNotice)
def withdraw_notice(state: Notice, request: WithdrawNotice, now: datetime) -> Decision[Notice]:
    after, said = notices.withdraw(state, person_of(request.by), request.reason, now)
    if after is state:
        return Decision(state, answer=_recorded(state))
    told = [_everybody(after, "withdrawn", withdrawn=True)]
    for step in after.silence_told:
        told += [_unit(after, unit_id, step, "withdrawn", withdrawn=True) for unit_id in after.asked]
    return Decision(after, said, _recorded(after), tuple(told))


@notice.asked(AnswerNotice)
def answer_notice(state: Notice, request: AnswerNotice, now: datetime) -> Decision[Notice]:
    """The first answer that comes after the silence was told ends it for the people of the unit."""
    holder, _ = holder_of(request.by)
    given = Answer(request.answer_id, request.unit_id, request.step, request.words, holder, now)
    after, said = notices.answer(state, given)
    broken = [each.step for each in notices.broken_by(state, given) if each.step in state.silence_told]
    told = tuple(_unit(after, request.unit_id, step, "answered", until=now) for step in broken)
    return Decision(after, said, _recorded(after), told)


@notice.woken
def the_time_is_over(state: Notice, now: datetime) -> Decision[Notice]:
    """The people of each unit that is silent learn so."""
    after, said = notices.tell_silence(state, now)
    over = [each.step for each in notices.over_by(state, now)]
    told = tuple(_unit(after, unit_id, step, "silent") for step in over for unit_id in after.silent(step))
    return Decision(after, said, fan_out=told)


@care.asked(HearNotice)
def hear_notice(state: Care, request: HearNotice, now: datetime) -> Decision[Care]:
    """A happening like any other: the rest follows from the policy."""
    if request.withdrawn:
        learnt = learning.retracted(state, request.happening_id, request.event, now)
    else:
        learnt = learning.notice_heard(state, request.happening_id, request.event, request.what, request.until, now)
    return Decision(*domain.settle(learnt, now))


def _everybody(of: Notice, why: str, *, withdrawn: bool = False) -> FanOut:
    event = WARNED if of.warns else ISSUED
    until = of.until if of.warns else None
    heard = _hearing(of, of.notice_id, event, why, until, withdrawn)
    return FanOut("care", "county" if of.county else "city", of.county or of.city, heard)


def _unit(
    of: Notice, unit_id: UnitId, step: Step, why: str, *, until: datetime | None = None, withdrawn: bool = False
) -> FanOut:  # fmt: skip
    """That the unit was silent is a happening of its own, and ends with its answer."""
    heard = _hearing(of, derived("unanswered", of.notice_id, unit_id, step), UNANSWERED, why, until, withdrawn)
    return FanOut("care", "unit_id", unit_id, heard)


def _hearing(
    of: Notice, happening_id: UUID, event: str, why: str, until: datetime | None, withdrawn: bool
) -> HearNotice:  # fmt: skip
    hearing_id = derived("hear-notice", happening_id, why)
    return HearNotice(
        hearing_id=hearing_id, happening_id=happening_id, event=event, what=of.what, until=until, withdrawn=withdrawn
    )


def _recorded(of: Notice) -> NoticeRecorded:
    return NoticeRecorded(notice_id=of.notice_id, silent=list(of.silent()))
