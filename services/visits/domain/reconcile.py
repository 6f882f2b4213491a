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
from datetime import datetime
from uuid import UUID

from services.visits.domain.calendar import Period, Periods, Turn, deadline, new_year, turns
from services.visits.domain.care import CALENDAR, Care, ClosedAs, Duty
from services.visits.domain.causes import CARE_ENDED, EVENTS, Raised
from services.visits.domain.difference import Difference, Occurrence
from services.visits.domain.grounds import Grounds
from services.visits.domain.means import means_now
from services.visits.domain.policy import Selection
from services.visits.domain.rules import Cadence, CountedFrom, OnDeath, OnEnd, Rule, Stack, Trigger, Without, Yearly

WITHOUT = "without"
_NONE: frozenset[UUID | None] = frozenset()


def reconcile(care: Care, now: datetime) -> Difference:
    """Nothing is owed to a person of whom nothing is known. After its difference is applied, there is none."""
    if care.kind is None:
        return Difference()
    comparison = _Comparison(care, now)
    comparison.look_at_what_exists()
    if comparison.ended is None:
        comparison.look_at_what_must()
    return comparison.found


class _Comparison(Grounds):
    """Of one person at one instant: beside what exists, what must."""

    __slots__ = ("selection",)

    def __init__(self, care: Care, now: datetime) -> None:
        super().__init__(care, now)
        self.selection: Selection = care.policy.selection(care.county, self._class())

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
