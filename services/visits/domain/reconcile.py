"""The duties that must exist, compared with those that do: recomputed from facts, policy and hour, never chained.

Choices made here, because the specification leaves them open:
- a stay that was admitted and discharged before we heard of either is still owed its visit; a cancelled one is not;
- a person who moves to another class keeps what they are owed already, and is asked nothing new by the old class's rules;
- of periods slept through, a rule that supersedes owes one duty with the oldest due time, a rule that stacks owes each;
- a period that lay wholly under a report of death is owed by nobody, also when the report proves false.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.ids import DutyId
from services.visits.domain.calendar import Period, Turn, periods, turns
from services.visits.domain.care import CALENDAR, By, Care, ClosedAs, Death, Duty, episode
from services.visits.domain.causes import SOURCES, Happening, situations
from services.visits.domain.rules import Cadence, CountedFrom, OnDeath, Rule, Stack, Trigger

_ENDED = (ClosedAs.DONE, ClosedAs.WAIVED)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that must be owed and is not yet."""

    rule: Rule
    text: str
    cause_kind: str
    cause_id: UUID | None
    cause_at: datetime
    counts_from: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An open duty whose ground is gone, and what took it away."""

    duty: Duty
    by: By
    by_id: UUID | None


@dataclass(slots=True)
class Difference:
    """What lies between the duties that exist and those that must, and when the next opening comes by itself."""

    opens: list[Occurrence] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    returns: list[Duty] = field(default_factory=list)
    next_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.opens or self.withdrawn or self.returns)

    def later(self, at: datetime) -> None:
        if self.next_at is None or at < self.next_at:
            self.next_at = at


def reconcile(care: Care, now: datetime) -> Difference:
    """Nothing is owed to a person of whom nothing is known. After its difference is applied, there is none."""
    if care.kind is None:
        return Difference()
    comparison = _Comparison(care, now)
    comparison.look_at_what_exists()
    comparison.look_at_what_must()
    return comparison.found


class _Comparison:
    """One person at one instant, with what several of the questions need."""

    __slots__ = ("care", "death", "found", "holding", "newest", "now", "raised", "standing")

    def __init__(self, care: Care, now: datetime) -> None:
        self.care, self.now, self.found = care, now, Difference()
        self.death: Death | None = episode(care) if care.deaths else None
        self.standing: dict[str, dict[UUID, Happening]] = {
            source.kind: {happening.id: happening for happening in source.standing(care)} for source in SOURCES.values()
        }
        self.newest: dict[str, Duty] = {}
        self.raised: set[tuple[str, UUID | None]] = set()
        self.holding: Mapping[str, datetime] = {}

    def look_at_what_exists(self) -> None:
        """What lost its ground, what has it again, and what need not be opened any more."""
        for duty in self.care.duties.values():
            if duty.cause_kind != CALENDAR:
                self.raised.add((duty.rule, duty.cause_id))
            elif duty.followed_by is None and not self._is_newer(self.newest.get(duty.rule), duty):
                self.newest[duty.rule] = duty
            if duty.closed_at is None:
                if lost := self._ground_lost(duty):
                    self.found.withdrawn.append(lost)
            elif self._was_withdrawn(duty) and not self._ground_lost(duty):
                self.found.returns.append(duty)

    @staticmethod
    def _is_newer(known: Duty | None, duty: Duty) -> bool:
        return known is not None and known.cause_at > duty.cause_at

    def _ground_lost(self, duty: Duty) -> Withdrawal | None:
        if self._cause_gone(duty):
            return Withdrawal(duty, By.RETRACTION, duty.cause_id)
        if self.death is not None and self.care.ends_with_death(duty):
            return Withdrawal(duty, By.DEATH, self.death.report_id)
        return None

    def _cause_gone(self, duty: Duty) -> bool:
        """A cause of a kind that this release does not know cannot have been retracted in its knowledge."""
        return duty.cause_kind in self.standing and duty.cause_id not in self.standing[duty.cause_kind]

    def _was_withdrawn(self, duty: Duty) -> bool:
        """Closed by a death or a retraction, which may itself be undone, or by a duty that has fallen in its turn."""
        return duty.closed_by is By.DEATH or duty.closed_by is By.RETRACTION or self._heir_has_fallen(duty)

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

    def look_at_what_must(self) -> None:
        """The rules of the person's class, each against the facts and the calendar."""
        policy = self.care.policy
        selection = policy.selection(self.care.kind, self.care.category)
        if selection.situational:
            self.holding = situations(self.care)
        for rule, trigger in selection.triggers:
            if self._applies(rule):
                self._triggered(rule, trigger)
        standing = turns(policy, self.now)
        for rule, cadence in selection.cadences:
            if self._applies(rule):
                self._recurring(rule, cadence, standing[rule.name])

    def _applies(self, rule: Rule) -> bool:
        if self.death is not None and rule.on_death is OnDeath.SUPERSEDE:
            return False
        wanted = rule.who.situations
        return not wanted or any(name in self.holding for name in wanted)

    def _triggered(self, rule: Rule, trigger: Trigger) -> None:
        """One event, one duty per rule (feature 33)."""
        kind = SOURCES[trigger.event].kind
        for happening in self.standing[kind].values():
            if (rule.name, happening.id) in self.raised:
                continue
            known, happened = happening.known_at, happening.happened_at or happening.known_at
            base = happened if trigger.counted_from is CountedFrom.HAPPENED else known
            if base + trigger.opens > self.now:
                self.found.later(base + trigger.opens)
                continue
            text, due = f"{trigger.event}:{happening.id}", base + trigger.due
            self.found.opens.append(Occurrence(rule, text, kind, happening.id, known, min(happened, known), due))

    def _recurring(self, rule: Rule, cadence: Cadence, turn: Turn) -> None:
        """Each period owes once. The newest duty of the rule, open or closed, remembers which have been owed."""
        newest = self.newest.get(rule.name)
        if newest is not None and newest.cause_at >= turn.current.begins:
            self.found.later(turn.following.opens_at)
            return
        self.found.later((turn.current if self.now < turn.current.opens_at else turn.following).opens_at)
        if slept := self._unowed(rule, cadence, newest):
            if rule.stack is Stack.SUPERSEDE:
                slept, oldest = slept[-1:], slept[0].due_at
            else:
                oldest = None
            self.found.opens.extend(_turn_of(rule, period, oldest or period.due_at) for period in slept)

    def _unowed(self, rule: Rule, cadence: Cadence, newest: Duty | None) -> list[Period]:
        since = self._applies_since(rule, newest)
        start = since if newest is None else max(since, newest.cause_at)
        return [
            period
            for period in periods(cadence, self.care.policy.zone, start, self.now)
            if period.due_at > since
            and (newest is None or period.begins > newest.cause_at)
            and not (rule.on_death is OnDeath.SUPERSEDE and self._believed_dead(period))
        ]

    def _applies_since(self, rule: Rule, newest: Duty | None) -> datetime:
        """Periods that were over before the rule came to concern this person are not asked for."""
        care = self.care
        since = care.classed_at or self.now
        if newest is None:
            governed = care.governed_since if care.governed_by == care.policy.version else None
            since = max(since, governed or self.now)
        if rule.who.situations:
            since = max(since, min(self.holding[name] for name in rule.who.situations if name in self.holding))
        return since

    def _believed_dead(self, period: Period) -> bool:
        return any(
            death.reported_at is not None
            and death.retracted_at is not None
            and death.reported_at <= period.opens_at
            and period.due_at <= death.retracted_at
            for death in self.care.deaths.values()
        )


def _turn_of(rule: Rule, period: Period, due_at: datetime) -> Occurrence:
    return Occurrence(rule, period.occurrence, CALENDAR, None, period.begins, period.begins, due_at)
