"""The ground of each duty that exists: what lost it, what has it again, and by which means it is owed now."""

from datetime import datetime
from uuid import UUID

from contracts.ids import DutyId
from services.visits.domain.belonging import Belonging
from services.visits.domain.care import CALENDAR, By, Care, ClosedAs, Duty
from services.visits.domain.causes import (
    EVENTS,
    Causes,
    care_ended,
    class_changed_by,
    instead_of_usual,
    situation_ended_by,
    standing,
)
from services.visits.domain.difference import Change, Difference, Withdrawal
from services.visits.domain.episode import episode
from services.visits.domain.happenings import Death
from services.visits.domain.means import means_now
from services.visits.domain.rules import OnEnd, Rule

_ENDED = (ClosedAs.DONE, ClosedAs.WAIVED)
_KINDS = frozenset(EVENTS.values())
_MAY_RETURN = (By.DEATH, By.RETRACTION, By.END, By.CLASS, By.CARE_ENDED, By.DUTY)


class Grounds(Belonging):
    """Of one person, with what several of the questions need."""

    __slots__ = ("causes", "death", "ended", "found", "instead", "newest", "raised")

    def __init__(self, care: Care, now: datetime) -> None:
        super().__init__(care, now)
        self.found = Difference()
        self.death: Death | None = episode(care) if care.deaths else None
        self.ended: UUID | None = care_ended(care) if care.happenings else None
        self.causes: Causes = standing(care)
        self.newest: dict[str, Duty] = {}
        self.raised: dict[str, set[UUID | None]] = {}
        self.instead, turns_at = instead_of_usual(care, now)
        if turns_at is not None:
            self.found.later(turns_at)

    def look_at_what_exists(self) -> None:
        """What lost its ground, what has it again, what is owed by other means, and what need not be opened any more."""
        for duty in self.care.duties.values():
            if duty.cause_kind != CALENDAR:
                self.raised.setdefault(duty.rule, set()).add(duty.cause_id)
            if duty.cause_id is None and duty.followed_by is None and not self._is_newer(duty):
                self.newest[duty.rule] = duty
            if duty.closed_at is None:
                if lost := self._ground_lost(duty):
                    self.found.withdrawn.append(lost)
                elif self.instead or duty.instead:
                    self._look_at_means(duty)
            elif duty.closed_by in _MAY_RETURN and not self._ground_lost(duty) and self._was_withdrawn(duty):
                self.found.returns.append(duty)

    def _is_newer(self, duty: Duty) -> bool:
        known = self.newest.get(duty.rule)
        return known is not None and known.cause_at > duty.cause_at

    def _ground_lost(self, duty: Duty) -> Withdrawal | None:
        care, raised = self.care, None
        if duty.cause_id is not None:
            raised = self.causes.get(duty.cause_kind, {}).get(duty.cause_id)
            if raised is None and duty.cause_kind in _KINDS:
                return Withdrawal(duty, By.RETRACTION, duty.cause_id)
        if self.ended is not None:
            return Withdrawal(duty, By.CARE_ENDED, self.ended)
        if self.death is not None and care.ends_with_death(duty):
            return Withdrawal(duty, By.DEATH, self.death.report_id)
        if duty.cause_id is not None:
            return self._ended(duty, raised.until) if raised is not None and raised.until is not None else None
        rule = care.rule_of(duty)
        if rule is not None and not self._concerns(rule) and (duty.closed_at or self.now) < duty.due_at:
            return Withdrawal(duty, By.CLASS, self._who_changed(rule))
        return None

    def _ended(self, duty: Duty, until: datetime) -> Withdrawal | None:
        """Where the rule says so, a duty ends with its cause."""
        rule = self.care.rule_of(duty)
        if rule is None or rule.on_end is OnEnd.KEEP:
            return None
        if until <= self.now:
            return Withdrawal(duty, By.END, duty.cause_id)
        self.found.later(until)
        return None

    def _who_changed(self, rule: Rule) -> UUID | None:
        """The change of class, or the end of the situation; None = a card alone tells that they are somebody else now."""
        if rule.who.may_fit(*self._class()):
            return situation_ended_by(self.care, rule.who.situations)
        return class_changed_by(self.care)

    def _was_withdrawn(self, duty: Duty) -> bool:
        """Closed by what has itself been undone. A period that is over is not asked for again, unless it ended in error."""
        if duty.closed_by is By.DUTY:
            return self._heir_has_fallen(duty)
        if duty.cause_id is None and duty.closed_at is not None and duty.closed_at < duty.due_at <= self.now:
            rule = self.care.rule_of(duty)
            return rule is not None and self._concerned_since(rule) <= duty.closed_at
        return True

    def _heir_has_fallen(self, duty: Duty) -> bool:
        """What it was owed in place of has lost its cause, undone; so have, one after the other, those that came after."""
        while duty.closed_by is By.DUTY and duty.closed_by_id is not None:
            heir = self.care.duties.get(DutyId(duty.closed_by_id))
            if heir is None or heir.closed_as in _ENDED or not self._cause_gone(heir):
                return False
            if heir.closed_by is not By.DUTY:
                return True
            duty = heir
        return False

    def _cause_gone(self, duty: Duty) -> bool:
        """A cause of a kind that this release does not know cannot have been retracted in its knowledge."""
        return duty.cause_kind in _KINDS and duty.cause_id not in self.causes.get(duty.cause_kind, {})

    def _look_at_means(self, duty: Duty) -> None:
        rule = self.care.rule_of(duty)
        if rule is None:
            return
        means, instead = means_now(rule.means, self.instead)
        if instead != duty.instead or means.kind != duty.kind or means.strength != duty.strength:
            self.found.changes.append(Change(duty, means, instead))
