"""Notices as they are asked for and woken to; each person whom one concerns is told by a fan-out."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Decisions, FanOut, Rejected
from contracts.ids import UnitId, derived
from services.visits import domain
from services.visits.decisions.callers import holder_of, person_of
from services.visits.decisions.care import care
from services.visits.domain import Care, issuing, learning, newcomers
from services.visits.domain.moves import came_from
from services.visits.domain.newcomers import ISSUED, WARNED
from services.visits.domain.notices import Answer, Notice, Step
from services.visits.requests.notices import (
    AnswerNotice,
    HearNotice,
    IssueNotice,
    NoticeRecorded,
    NoticeSent,
    TellNewcomer,
    WithdrawNotice,
)
from services.visits.store import notice_store

notice = Decisions(of=Notice, kept_in=notice_store, wakes_at=lambda notice, now: notice.wakes_at, zh="通知")

UNANSWERED = "notice-unanswered"


@notice.asked(IssueNotice)
def issue_notice(state: Notice, request: IssueNotice, now: datetime) -> Decision[Notice]:
    """Everybody in the city or the county hears of it."""
    given = Notice(
        request.notice_id, request.city, request.county, request.what, request.title, request.document,
        person_of(request.by), None, request.until, request.warns, request.open_until, wanted=request.wanted,
        asked=request.asked,
    )  # fmt: skip
    after, said = issuing.issue(state, given, now)
    sent = NoticeSent(
        notice_id=after.notice_id, silent=list(after.silent()), people=request.people, units=len(after.asked)
    )
    return Decision(after, said, sent, (_everybody(after, "issued"),))


@notice.asked(WithdrawNotice)
def withdraw_notice(state: Notice, request: WithdrawNotice, now: datetime) -> Decision[Notice]:
    """By whoever may issue it there: a county never takes back what the whole city, or another county, was told."""
    by = person_of(request.by)
    if request.by is not None and state.issued_at is not None and not request.by.acts_in(state.county):
        raise Rejected("out-of-reach", request.by.beyond, "notice_id", status=403)
    after, said = issuing.withdraw(state, by, request.reason, now)
    if after is state:
        return Decision(state, answer=_recorded(state))
    told = [_everybody(after, "withdrawn", withdrawn=True)]
    for asked, step in after.told_of:
        told += _people(after, asked, step, "withdrawn", after.line_of(asked), withdrawn=True)
    return Decision(after, said, _recorded(after), tuple(told))


@notice.asked(AnswerNotice)
def answer_notice(state: Notice, request: AnswerNotice, now: datetime) -> Decision[Notice]:
    """The first answer that comes after the silence was told ends it for the people of the unit.

    Of a unit that was split, first for those of the heir that answers; when all have, for everybody, wherever their card is.
    """
    holder, _ = holder_of(request.by)
    given = Answer(request.answer_id, request.unit_id, request.step, request.words, holder, now)
    after, said = issuing.answer(state, given)
    told: list[FanOut] = []
    for unit_id, wanted, still in issuing.broken_by(state, given):
        if wanted.step in state.silence_told:
            those = (request.unit_id,) if still else after.line_of(unit_id)
            told += _people(after, unit_id, wanted.step, "answered", those, until=now)
    return Decision(after, said, _recorded(after), tuple(told))


@notice.woken
def the_time_is_over(state: Notice, now: datetime) -> Decision[Notice]:
    """The people of each unit that is silent learn so; of one that has ended, also those whose new card has not come."""
    after, said = issuing.tell_silence(issuing.closed(state, now), now)
    told: list[FanOut] = []
    for step in [each.step for each in issuing.over_by(state, now)]:
        for unit_id in after.asked:
            if owing := after.owing(unit_id, step):
                told += _people(after, unit_id, step, "silent", tuple(dict.fromkeys((unit_id, *owing))))
    return Decision(after, said, fan_out=tuple(told))


@notice.asked(TellNewcomer)
def tell_newcomer(state: Notice, request: TellNewcomer, now: datetime) -> Decision[Notice]:
    """As everybody who was there was told; who has heard of it already hears nothing new."""
    if not state.concerns_newcomer(request.county, now):
        return Decision(state)
    return Decision(state, fan_out=(FanOut(care.name, "person_id", request.person_id, _of_it(state, "issued")),))


@care.asked(HearNotice)
def hear_notice(state: Care, request: HearNotice, now: datetime) -> Decision[Care]:
    """A happening like any other: the rest follows from the policy."""
    if request.withdrawn and request.county and not newcomers.was_in(state, request.county):
        return Decision(state)
    ended, at = request.of_unit, request.ended_at
    if ended is not None and at is not None and not came_from(state, ended, at):
        return Decision(state)
    if request.withdrawn:
        learnt = learning.retracted(state, request.happening_id, request.event, now)
    else:
        learnt = learning.notice_heard(state, request.happening_id, request.event, request.what, request.until, now)
    return Decision(*domain.settle(learnt, now))


def _everybody(of: Notice, why: str, *, withdrawn: bool = False) -> FanOut:
    """Taken back it is told in the whole city: some have moved to another county since, and are still owed what it raised."""
    heard = _of_it(of, why, withdrawn=withdrawn)
    if of.county and not withdrawn:
        return FanOut("care", "county", of.county, heard)
    return FanOut("care", "city", of.city, heard.model_copy(update={"county": of.county}))


def _of_it(of: Notice, why: str, *, withdrawn: bool = False) -> HearNotice:
    event, until = (WARNED, of.until) if of.warns else (ISSUED, None)
    return _hearing(of, of.notice_id, event, why, until, withdrawn)


def _people(
    of: Notice, unit_id: UnitId, step: Step, why: str, those: tuple[UnitId, ...], *, until: datetime | None = None,
    withdrawn: bool = False,
) -> list[FanOut]:  # fmt: skip
    """That the unit was silent is a happening of its own, and ends with its answer. Its people may be of its heirs by now."""
    heard = _hearing(of, derived("unanswered", of.notice_id, unit_id, step), UNANSWERED, why, until, withdrawn)
    if (ended := of.endings.get(unit_id)) is not None:
        heard = heard.model_copy(update={"of_unit": unit_id, "ended_at": ended.at})
    return [FanOut("care", "unit_id", each, heard) for each in those]


def _hearing(
    of: Notice, happening_id: UUID, event: str, why: str, until: datetime | None, withdrawn: bool
) -> HearNotice:  # fmt: skip
    hearing_id = derived("hear-notice", happening_id, why)
    return HearNotice(
        hearing_id=hearing_id, happening_id=happening_id, event=event, what=of.what, until=until, withdrawn=withdrawn
    )


def _recorded(of: Notice) -> NoticeRecorded:
    return NoticeRecorded(notice_id=of.notice_id, silent=list(of.silent()))
