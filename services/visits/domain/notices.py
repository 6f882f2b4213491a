"""Notices (通知): one that warns of the weather raises duties at once; one that units must answer, at those that are silent.

A notice is issued by somebody named to a city or a county, and every person there hears of it. Units answer with a receipt, a
plan and the proof of what was done (row 09, feature 42), each within its time; which of them are silent when it is over is told
once for each step, and their people hear that, too. Who comes under care or moves in while it is open hears of it as well.

For a unit that has ended without an answer its heirs owe one: each of them, since of a unit that was split none knows what the
others do; and one that is given after it ended, since what an heir wrote before spoke of other people. This forgets nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.ids import HolderId, UnitId
from contracts.personal import SealedCare
from services.visits.domain.lineages import Endings, line_of


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


class Silence(NamedTuple):
    """A unit was asked, and this one owes the answer: itself, or an heir of it."""

    asked: UnitId
    owing: UnitId


class Told(NamedTuple):
    """Of a unit that was asked it was told that this step is still owed."""

    asked: UnitId
    step: Step


class Broken(NamedTuple):
    """An answer has ended a silence: of this unit, in this step; of it still owe these."""

    asked: UnitId
    wanted: Wanted
    still: tuple[UnitId, ...]


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
    open_until: datetime | None = None
    """Until then whoever comes hears of it, too."""
    open_in: str = ""
    """The city whose newcomers hear of it; empty = none any more. By it they find the few that are open."""
    wanted: tuple[Wanted, ...] = ()
    """What units must answer, in turn."""
    asked: tuple[UnitId, ...] = ()
    """The units that must answer: all that answered for somebody living when it was issued."""
    silence_told: tuple[Step, ...] = ()
    told_of: tuple[Told, ...] = ()
    """Of which of them it was told, in which step: what is taken back with the notice."""
    withdrawn_by: str | None = None
    withdrawn_for: str | None = None
    """The reason, as it was given."""
    withdrawn_at: datetime | None = None
    answers: Mapping[UUID, Answer] = field(default_factory=dict)
    endings: Endings = field(default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True})
    """The units that are no more, and which answer for them."""

    def owing(self, unit_id: UnitId, step: Step, since: datetime | None = None) -> tuple[UnitId, ...]:
        """Who must still say this, or more, for a unit that was asked: itself, or each of its heirs. Empty = it is said."""
        if self._has_said(unit_id, step, since):
            return ()
        if (ended := self.endings.get(unit_id)) is None:
            return (unit_id,)
        return tuple(dict.fromkeys(each for heir in ended.heirs for each in self.owing(heir, step, ended.at)))

    def _has_said(self, unit_id: UnitId, step: Step, since: datetime | None) -> bool:
        return any(
            each.unit_id == unit_id and each.step.says(step) and (since is None or each.answered_at >= since)
            for each in self.answers.values()
        )

    def said_for(self, unit_id: UnitId) -> tuple[Answer, ...]:
        """By itself, or since it ended by those that came after it."""
        ended, line = self.endings.get(unit_id), self.line_of(unit_id)
        return tuple(
            each
            for each in self.answers.values()
            if each.unit_id == unit_id or (ended is not None and each.unit_id in line and each.answered_at >= ended.at)
        )

    def silences(self, step: Step) -> tuple["Silence", ...]:
        """Each unit that was asked and of which neither this nor more is said, with each that owes it."""
        return tuple(Silence(unit_id, owing) for unit_id in self.asked for owing in self.owing(unit_id, step))

    def silent(self, step: Step = Step.RECEIPT) -> tuple[UnitId, ...]:
        """Who owes it, each once."""
        return tuple(dict.fromkeys(each.owing for each in self.silences(step)))

    def line_of(self, unit_id: UnitId) -> tuple[UnitId, ...]:
        """The unit and all that came after it: their people are or were its people."""
        return line_of(unit_id, self.endings)

    @property
    def asks_at(self) -> datetime | None:
        """When it is next looked who is silent."""
        if self.withdrawn_at is not None or not self.asked:
            return None
        return min((each.by for each in self.wanted if each.step not in self.silence_told), default=None)

    @property
    def wakes_at(self) -> datetime | None:
        closes_at = self.open_until if self.open_in else None
        return min((at for at in (self.asks_at, closes_at) if at is not None), default=None)

    def concerns_newcomer(self, county: str, now: datetime) -> bool:
        """Who comes to this county now, by enrolment or from another."""
        is_open = bool(self.open_in) and self.open_until is not None and now < self.open_until
        return is_open and self.county in ("", county)
