"""Notices (通知): one that warns of the weather raises duties at once; one that units must answer, at those that are silent.

A notice is issued by somebody named to a city or a county, and every person there hears of it. Units answer with a receipt, a
plan and the proof of what was done (row 09, feature 42), each within its time; which of them are silent when it is over is told
once for each step, and their people hear that, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId, UnitId
from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.visits import AnswerWanted, NoticeAnswered, NoticeIssued, NoticeUnanswered, NoticeWithdrawn
from services.visits.domain.words import REFUSED


class Step(StrEnum):
    """What an answer is: each says more than the one before."""

    RECEIPT = "receipt"
    PLAN = "plan"
    PROOF = "proof"

    def says(self, less: "Step") -> bool:
        return [*Step].index(self) >= [*Step].index(less)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step that units must have come to by then."""

    step: Step
    by: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What one unit has said to a notice."""

    answer_id: UUID
    unit_id: UnitId
    step: Step
    words: SealedCare | None
    """Sealed with kind `notice-answer`, bound to the notice."""
    answered_by: HolderId
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """The root. Without `issued_at` it was not issued yet."""

    notice_id: UUID
    city: str = ""
    county: str = ""
    """Empty = the whole city."""
    what: str = ""
    """As the pack names it: typhoon, spring-visits …"""
    title: str = ""
    document: str | None = None
    """The number of the document."""
    issued_by: str = ""
    issued_at: datetime | None = None
    until: datetime | None = None
    """When the danger is over."""
    warns: bool = False
    wanted: tuple[Wanted, ...] = ()
    """What units must answer, in turn."""
    asked: tuple[UnitId, ...] = ()
    """The units that must answer: all that answered for somebody living when it was issued."""
    silence_told: tuple[Step, ...] = ()
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    answers: Mapping[UUID, Answer] = field(default_factory=dict)

    def silent(self, step: Step = Step.RECEIPT) -> tuple[UnitId, ...]:
        """Who has said neither this nor more."""
        answered = {answer.unit_id for answer in self.answers.values() if answer.step.says(step)}
        return tuple(unit_id for unit_id in self.asked if unit_id not in answered)

    @property
    def asks_at(self) -> datetime | None:
        """When it is next looked who is silent."""
        if self.withdrawn_at is not None or not self.asked:
            return None
        return min((each.by for each in self.wanted if each.step not in self.silence_told), default=None)


Decided = tuple[Notice, tuple[Event, ...]]


def issue(notice: Notice, given: Notice, now: datetime) -> Decided:
    """Until an hour that is to come."""
    if notice.issued_at is not None:
        raise _refused("notice-issued", "notice_id")
    if given.until is not None and given.until <= now:
        raise _refused("over-already", "until")
    notice = replace(given, issued_at=now)
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
    if given.unit_id not in notice.asked:
        raise _refused("unit-not-asked", "unit_id")
    said = NoticeAnswered(
        city=notice.city, county=notice.county, notice_id=notice.notice_id, unit_id=given.unit_id, step=given.step,
        late=any(each.by < given.answered_at for each in broken_by(notice, given)),
        answered_by=given.answered_by, answered_at=given.answered_at,
    )  # fmt: skip
    return replace(notice, answers={**notice.answers, given.answer_id: given}), (said,)


def broken_by(notice: Notice, given: Answer) -> tuple[Wanted, ...]:
    """The steps in which the unit has been silent until this answer."""
    return tuple(
        each for each in notice.wanted if given.step.says(each.step) and given.unit_id in notice.silent(each.step)
    )


def withdraw(notice: Notice, withdrawn_by: str, reason: str, now: datetime) -> Decided:
    """What followed from it is taken back."""
    if notice.withdrawn_at is not None:
        return notice, ()
    _standing(notice)
    notice = replace(notice, withdrawn_by=withdrawn_by, withdrawn_at=now)
    said = NoticeWithdrawn(
        city=notice.city, county=notice.county, notice_id=notice.notice_id, withdrawn_by=withdrawn_by, reason=reason,
        withdrawn_at=now,
    )  # fmt: skip
    return notice, (said,)


def tell_silence(notice: Notice, now: datetime) -> Decided:
    """Of each step once, when its time is over: each unit that has said neither this nor more."""
    over = over_by(notice, now)
    said = tuple(
        NoticeUnanswered(
            city=notice.city, county=notice.county, notice_id=notice.notice_id, notice=notice.what, unit_id=unit_id,
            step=each.step, since=each.by,
        )
        for each in over
        for unit_id in notice.silent(each.step)
    )  # fmt: skip
    return (
        (replace(notice, silence_told=(*notice.silence_told, *(each.step for each in over))), said)
        if over
        else (notice, ())
    )


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
