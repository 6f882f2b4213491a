"""The duties that must exist, compared with those that do: recomputed from facts, policy and hour, never chained.

Choices made here, because the specification leaves them open:
- a stay that was admitted and discharged before we heard of either is still owed its visit; a cancelled one is not;
- a rule asks nothing of what was known before it was in force, nor of what was known before the registry put the person into
  the class that it is for;
- who moves to another class, or leaves a situation, keeps what is overdue by its rules; what is not yet due ends, by name;
- of periods slept through, a rule that supersedes owes one duty with the oldest due time, a rule that stacks owes each;
- a rule that is for the old class and for the new knows no break: what it counts, and what it waits for, goes on;
- a period that lay wholly under reports of death is owed by nobody, also when they prove false; nor is one that lay wholly
  in a time when the person was not under care;
- what ended unasked for two reasons comes back when both are undone, and not for its age alone;
- of what takes the place of another the age is never given back, also when the cause of the older one proves false.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.ids import DutyId, derived
from services.visits.domain.calendar import Period, Periods, Turn, deadline, new_year, turns
from services.visits.domain.care import CALENDAR, By, Care, Classed, ClosedAs, Duty, episode
from services.visits.domain.causes import (
    CARE_ENDED,
    EVENTS,
    Causes,
    Raised,
    care_ended,
    class_changed_by,
    instead_of_usual,
    situation_ended_by,
    situations,
    standing,
)
from services.visits.domain.happenings import Death
from services.visits.domain.means import means_now
from services.visits.domain.policy import Class, Selection
from services.visits.domain.rules import (
    Cadence,
    CountedFrom,
    Means,
    OnDeath,
    OnEnd,
    Rule,
    Stack,
    Trigger,
    Without,
    Yearly,
)

WITHOUT = "without"
_ENDED = (ClosedAs.DONE, ClosedAs.WAIVED)
_MAY_RETURN = (By.DEATH, By.RETRACTION, By.END, By.CLASS, By.CARE_ENDED, By.DUTY)


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
    means: Means
    instead: str | None
    counted_plainly: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An open duty whose ground is gone, and what took it away."""

    duty: Duty
    by: By
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class Change:
    """An open duty that is now owed by other means."""

    duty: Duty
    means: Means
    instead: str | None


@dataclass(slots=True)
class Difference:
    """What lies between the duties that exist and those that must, and when the next opening comes by itself."""

    opens: list[Occurrence] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    returns: list[Duty] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    next_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.opens or self.withdrawn or self.returns or self.changes)

    def later(self, at: datetime) -> None:
        if self.next_at is None or at < self.next_at:
            self.next_at = at


def reconcile(care: Care, now: datetime) -> Difference:
    """Nothing is owed to a person of whom nothing is known. After its difference is applied, there is none."""
    if care.kind is None:
        return Difference()
    comparison = _Comparison(care, now)
    comparison.look_at_what_exists()
    if comparison.ended is None:
        comparison.look_at_what_must()
    return comparison.found


class _Comparison:
    """One person at one instant, with what several of the questions need."""

    __slots__ = (
        "_held", "_situations", "care", "causes", "death", "ended", "found", "instead", "newest", "now", "raised", "selection"
    )  # fmt: skip

    def __init__(self, care: Care, now: datetime) -> None:
        self.care, self.now, self.found = care, now, Difference()
        self.death: Death | None = episode(care) if care.deaths else None
        self.ended: UUID | None = care_ended(care) if care.happenings else None
        self.causes: Causes = standing(care)
        self.newest: dict[str, Duty] = {}
        self.raised: dict[str, set[UUID | None]] = {}
        self.selection: Selection = care.policy.selection(care.county, self._class())
        self._situations: Mapping[str, datetime] | None = None
        self._held: frozenset[str] | None = None
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

    def _class(self) -> Class:
        return self.care.kind, self.care.category, self.care.rank

    def _concerns(self, rule: Rule) -> bool:
        """Whether the rule, as the version of the duty has it, is for this person now."""
        wanted = rule.who.situations
        return rule.who.may_fit(*self._class()) and (not wanted or not self._held_now().isdisjoint(wanted))

    def _holding(self) -> Mapping[str, datetime]:
        if self._situations is None:
            self._situations = situations(self.care)
        return self._situations

    def _held_now(self) -> frozenset[str]:
        if self._held is None:
            self._held = frozenset(name for name, since in self._holding().items() if since <= self.now)
        return self._held

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

    def look_at_what_must(self) -> None:
        """The rules of the person's class, each against the facts and the calendar."""
        care = self.care
        for event, waiting in self.selection.triggers.items():
            if raised := self.causes.get(EVENTS[event]):
                for rule, trigger in waiting:
                    if self._applies(rule):
                        self._triggered(rule, trigger, raised)
        day = self.now.astimezone(care.policy.zone).date()
        shared = turns(care.policy, care.county, self.now)
        for rule, when in self.selection.recurring:
            if not self._applies(rule):
                continue
            if (turn := shared.get(rule.name)) is not None:
                self._recurring(rule, when, turn)
            elif care.born_on is not None:
                self._recurring(rule, when, Periods(when, care.policy, care.born_on).turn(day))
        for rule, without in self.selection.without:
            if self._applies(rule):
                self._without(rule, without)

    def _applies(self, rule: Rule) -> bool:
        if self.death is not None and rule.on_death is OnDeath.SUPERSEDE:
            return False
        who = rule.who
        if who.age_from is not None and not self._of_age(rule):
            return False
        return not who.situations or self._in_situation(rule)

    def _of_age(self, rule: Rule) -> bool:
        care, age = self.care, rule.who.age_from
        assert age is not None
        day = self.now.astimezone(care.policy.zone).date()
        if rule.who.of_age(care.born_on, day):
            return True
        if care.born_on is not None:
            self.found.later(new_year(care.policy, care.born_on.year + age))
        return False

    def _in_situation(self, rule: Rule) -> bool:
        if not self._held_now().isdisjoint(rule.who.situations):
            return True
        for name in rule.who.situations & self._holding().keys():
            self.found.later(self._holding()[name])
        return False

    def _triggered(self, rule: Rule, trigger: Trigger, raised: Mapping[UUID, Raised]) -> None:
        """One event, one duty per rule (feature 33)."""
        care = self.care
        waiting = set(raised) - self.raised.get(rule.name, _NONE)
        if not waiting:
            return
        since = care.book.in_force_since(care.county, rule.name)
        if (put := self._put_into(rule)) is not None:
            since = max(since, put)
        for cause in sorted((raised[id_] for id_ in waiting), key=lambda cause: (cause.known_at, cause.id)):
            if cause.known_at < since or (trigger.of and cause.what not in trigger.of):
                continue
            known, happened = cause.known_at, cause.happened_at or cause.known_at
            base = happened if trigger.counted_from is CountedFrom.HAPPENED else known
            if (
                cause.until is not None
                and rule.on_end is OnEnd.SUPERSEDE
                and cause.until <= max(self.now, base + trigger.opens)
            ):
                continue
            if base + trigger.opens > self.now:
                self.found.later(base + trigger.opens)
                continue
            due_at, plainly = deadline(care.policy, base, trigger.due)
            text, kind = f"{trigger.event}:{cause.id}", EVENTS[trigger.event]
            self._open(rule, text, kind, cause.id, known, min(happened, known), due_at, plainly)

    def _recurring(self, rule: Rule, when: Cadence | Yearly, turn: Turn) -> None:
        """Each period owes once. The newest duty of the rule, open or closed, remembers which have been owed."""
        newest = self.newest.get(rule.name)
        if newest is not None and newest.cause_at >= turn.current.begins:
            self.found.later(turn.following.opens_at)
            return
        self.found.later((turn.current if self.now < turn.current.opens_at else turn.following).opens_at)
        if slept := self._unowed(rule, Periods(when, self.care.policy, self.care.born_on), newest):
            if rule.stack is Stack.SUPERSEDE:
                slept, oldest = slept[-1:], slept[0].due_at
            else:
                oldest = None
            for period in slept:
                begins = period.begins
                self._open(rule, period.occurrence, CALENDAR, None, begins, begins, oldest or period.due_at)

    def _unowed(self, rule: Rule, periods: Periods, newest: Duty | None) -> list[Period]:
        since = self._applies_since(rule)
        start = since if newest is None else max(since, newest.cause_at)
        return [
            period
            for period in periods.since(start, self.now)
            if period.due_at > since
            and (newest is None or (period.begins > newest.cause_at and period.occurrence != newest.occurrence))
            and not self._not_asked(rule, period)
        ]

    def _put_into(self, rule: Rule) -> datetime | None:
        """When they were put into the class or county that the rule is for; None = they have always been in one."""
        care, at, reclassed_at = self.care, self.care.classed_at, self.care.reclassed_at
        for was in reversed(care.former):
            if not self._fitted(rule, was):
                return at if reclassed_at == was.reclassed_at else reclassed_at
            at, reclassed_at = was.classed_at, was.reclassed_at
        return reclassed_at if rule.who.kinds or rule.who.categories or rule.who.ranks else None

    def _classed_since(self, rule: Rule) -> datetime | None:
        """Since when we know them to be, without a break, such that the rule is for them."""
        since = self.care.classed_at
        for was in reversed(self.care.former):
            if not self._fitted(rule, was):
                break
            since = was.classed_at
        return since

    def _fitted(self, rule: Rule, was: Classed) -> bool:
        rules_of, here = self.care.policy.rules_of, self.care.county
        in_both = was.county == here or rule.name in rules_of(was.county) or rule.name not in rules_of(here)
        return in_both and rule.who.may_fit(was.kind, was.category, was.rank)

    def _applies_since(self, rule: Rule) -> datetime:
        """Periods that were over before the rule came to concern this person are not asked for."""
        return max(self._concerned_since(rule), self.care.book.in_force_since(self.care.county, rule.name))

    def _concerned_since(self, rule: Rule) -> datetime:
        """Since when they are whom the rule is for: of its class, situation and age. It may have been dropped meanwhile."""
        since, born_on, age = self._classed_since(rule) or self.now, self.care.born_on, rule.who.age_from
        if rule.who.situations:
            since = max(since, min(self._holding()[name] for name in rule.who.situations & self._holding().keys()))
        if age is not None and born_on is not None:
            since = max(since, new_year(self.care.policy, born_on.year + age))
        return since

    def _not_asked(self, rule: Rule, period: Period) -> bool:
        """All of it lay under reports of death that proved false, or while the person was not under care."""
        care = self.care
        spans = [
            (one.known_at, one.retracted_at or one.until) for one in care.happenings.values() if one.event == CARE_ENDED
        ]
        if rule.on_death is OnDeath.SUPERSEDE:
            spans += [(death.reported_at, death.retracted_at) for death in care.deaths.values()]
        at = period.opens_at
        for since, until in sorted((since, until) for since, until in spans if since is not None and until is not None):
            if since <= at < until:
                at = until
        return at >= period.due_at

    def _without(self, rule: Rule, without: Without) -> None:
        """So long after the last contact that would have done or did, after the waiver, or after it came to concern them."""
        newest = self.newest.get(rule.name)
        if newest is not None and (newest.is_open or newest in self.found.returns):
            return
        since = self._applies_since(rule)
        if (last := self._last_made(rule)) is not None:
            since = max(since, last)
        if newest is not None and newest.closed_at is not None:
            by_the_rule = newest.closed_as is ClosedAs.DONE and since > newest.counts_from
            since = since if by_the_rule else max(since, newest.closed_at)
        at = since + without.lasting
        if at > self.now:
            self.found.later(at)
            return
        self._open(rule, f"{WITHOUT}:{since.isoformat()}", WITHOUT, None, at, since, at + without.due)

    def _open(
        self, rule: Rule, text: str, kind: str, id_: UUID | None, at: datetime, counts_from: datetime, due_at: datetime,
        plainly: bool = False,
    ) -> None:  # fmt: skip
        means, instead = means_now(rule.means, self.instead)
        self.found.opens.append(Occurrence(rule, text, kind, id_, at, counts_from, due_at, means, instead, plainly))

    def _last_made(self, rule: Rule) -> datetime | None:
        """When the latest contact was made that would have discharged a duty of this rule."""
        would_do = self.selection.would_do[rule.name]
        return max((at for what, at in self.care.last_made.items() if what in would_do), default=None)


_KINDS = frozenset(EVENTS.values())
_NONE: frozenset[UUID | None] = frozenset()


def duty_id(care: Care, rule: Rule, text: str) -> DutyId:
    """The same occurrence of the same rule for the same person is one duty for ever."""
    return DutyId(derived("duty", care.person_id, rule.name, rule.party, text))
