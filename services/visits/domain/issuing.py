"""What becomes of a notice: it is issued, answered, taken back, and when its time is over its silence is told."""

from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.refused import Refused
from contracts.visits import AnswerWanted, NoticeAnswered, NoticeIssued, NoticeUnanswered, NoticeWithdrawn
from services.visits.domain.notices import Answer, Broken, Notice, Told, Wanted
from services.visits.domain.words import REFUSED

Decided = tuple[Notice, tuple[Event, ...]]


def issue(notice: Notice, given: Notice, now: datetime) -> Decided:
    """Until an hour that is to come."""
    if notice.issued_at is not None:
        raise _refused("notice-issued", "notice_id")
    if given.until is not None and given.until <= now:
        raise _refused("over-already", "until")
    notice = replace(given, issued_at=now, open_in=given.city if given.open_until else "", endings=notice.endings)
    said = NoticeIssued(
        city=notice.city, county=notice.county, notice_id=notice.notice_id, notice=notice.what, title=notice.title,
        document=notice.document, until=notice.until, asked=notice.asked, issued_by=notice.issued_by, issued_at=now,
        wanted=tuple(AnswerWanted(step=each.step, by=each.by) for each in notice.wanted),
    )  # fmt: skip
    return notice, (said,)


def answer(notice: Notice, given: Answer) -> Decided:
    """Also after the time is over: late is better than never, and whoever presses the unit learns of it."""
    _standing(notice)
    if given.answer_id in notice.answers:
        return notice, ()
    if not any(given.unit_id in notice.line_of(unit_id) for unit_id in notice.asked):
        raise _refused("unit-not-asked", "unit_id")
    said = NoticeAnswered(
        city=notice.city, county=notice.county, notice_id=notice.notice_id, unit_id=given.unit_id, step=given.step,
        late=any(each.wanted.by < given.answered_at for each in broken_by(notice, given)),
        answered_by=given.answered_by, answered_at=given.answered_at,
    )  # fmt: skip
    return replace(notice, answers={**notice.answers, given.answer_id: given}), (said,)


def broken_by(notice: Notice, given: Answer) -> tuple[Broken, ...]:
    """What this answer says that was owed until now, for the unit itself or for those whose heir it is."""
    after, found = replace(notice, answers={**notice.answers, given.answer_id: given}), list[Broken]()
    for wanted in notice.wanted:
        for unit_id in notice.asked:
            still = after.owing(unit_id, wanted.step)
            if still != notice.owing(unit_id, wanted.step):
                found.append(Broken(unit_id, wanted, still))
    return tuple(found)


def withdraw(notice: Notice, withdrawn_by: str, reason: str, now: datetime) -> Decided:
    """What followed from it is taken back."""
    if notice.withdrawn_at is not None:
        return notice, ()
    _standing(notice)
    notice = replace(notice, withdrawn_by=withdrawn_by, withdrawn_for=reason, withdrawn_at=now, open_in="")
    said = NoticeWithdrawn(
        city=notice.city, county=notice.county, notice_id=notice.notice_id, withdrawn_by=withdrawn_by, reason=reason,
        withdrawn_at=now,
    )  # fmt: skip
    return notice, (said,)


def tell_silence(notice: Notice, now: datetime) -> Decided:
    """Of each step once, when its time is over: each unit that owes this still, for itself or as an heir."""
    over = over_by(notice, now)
    if not over:
        return notice, ()
    said = tuple(
        NoticeUnanswered(
            city=notice.city, county=notice.county, notice_id=notice.notice_id, notice=notice.what, unit_id=silence.owing,
            instead_of=silence.asked if silence.asked != silence.owing else None, step=each.step, since=each.by,
        )
        for each in over
        for silence in notice.silences(each.step)
    )  # fmt: skip
    silence_told = (*notice.silence_told, *(each.step for each in over))
    told_of = [Told(asked, each.step) for each in over for asked in notice.asked if notice.owing(asked, each.step)]
    return replace(notice, silence_told=silence_told, told_of=(*notice.told_of, *told_of)), said


def closed(notice: Notice, now: datetime) -> Notice:
    """From its hour on it concerns nobody who comes."""
    if notice.open_until is None or now < notice.open_until or not notice.open_in:
        return notice
    return replace(notice, open_in="")


def over_by(notice: Notice, now: datetime) -> tuple[Wanted, ...]:
    """The steps whose time is over, and of which it was not told yet who is silent."""
    if notice.asks_at is None:
        return ()
    return tuple(each for each in notice.wanted if each.by <= now and each.step not in notice.silence_told)


def _standing(notice: Notice) -> None:
    if notice.issued_at is None:
        raise _refused("notice-unknown", "notice_id")
    if notice.withdrawn_at is not None:
        raise _refused("notice-withdrawn", "notice_id")


def _refused(rule: str, field_: str) -> Refused:
    return Refused(rule, REFUSED[rule], field_)
