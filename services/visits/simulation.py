"""What a year would ask of everybody under a policy: the facts of the last year, each heard again when it became known (★24).

Choices made here:
- today's people, their class, wishes and holders as they are today, all through the year; the policy in force from its first
  day to its last; what was known before is not asked again;
- what is owed: each duty is done a minute before its due time, by a contact of its own;
- what it leads to: the same year once more, with nobody doing anything: so often every level of the ladder would be told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.ids import DutyId
from contracts.visits import DutyEscalated, DutyOpened
from services.visits.domain import Activation, Book, By, Care, ClosedAs, Death, Duty, Happening, Policy, Rule, Stay
from services.visits.domain.calendar import is_birthday
from services.visits.domain.causes import ABSENCE
from services.visits.domain.rules import Yearly
from services.visits.domain.settle import next_change, settle

BEFORE_DUE = timedelta(minutes=1)

Week = tuple[int, int]
"""ISO year and week, in the city's civil time."""


@dataclass(frozen=True, slots=True)
class Year:
    """What would be opened for one person, by rule and week, and how often a level would be told if nobody did anything."""

    opened: Mapping[tuple[str, Week], int]
    escalated: Mapping[str, int]


@dataclass(slots=True)
class Simulation:
    """One policy over one span of time. People who are alike have the same year, so it is worked out once."""

    policy: Policy
    start: datetime
    end: datetime
    book: Book = field(init=False)
    _by_birth: bool = field(init=False)
    _known: dict[Any, Year] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.book = Book.of([Activation("simulated", self.start, self.policy)])
        rules = [rule for county in ("", *self.policy.counties) for rule in self.policy.rules_of(county).values()]
        self._by_birth = any(
            rule.who.age_from is not None or (isinstance(rule.when, Yearly) and is_birthday(rule.when))
            for rule in rules
        )

    def year(self, care: Care) -> Year:
        alike = self._alike(care)
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._lived(care)
        return found

    def _alike(self, care: Care) -> tuple[Any, ...]:
        """All that makes a difference to a year."""
        facts = (*care.stays.values(), *care.deaths.values(), *care.happenings.values())
        of = (care.county, care.kind, care.category, care.rank, care.wishes, care.roles_held)
        return *of, care.born_on if self._by_birth else None, facts

    def _lived(self, care: Care) -> Year:
        opened: Counter[tuple[str, Week]] = Counter()
        escalated: Counter[str] = Counter()
        seen: set[DutyId] = set()
        for fact in self._walk(care, doing=True):
            if isinstance(fact, DutyOpened) and fact.duty_id not in seen:
                seen.add(fact.duty_id)
                opened[fact.rule, self._week(fact.opened_at)] += 1
        for fact in self._walk(care, doing=False):
            if isinstance(fact, DutyEscalated):
                escalated[fact.rule] += 1
        return Year(opened, escalated)

    def _week(self, at: datetime) -> Week:
        year, week, _ = at.astimezone(self.policy.zone).isocalendar()
        return year, week

    def _walk(self, whole: Care, *, doing: bool) -> Iterator[Any]:
        """From one hour at which anything changes to the next; what is told on the way."""
        blank: dict[str, Any] = {"duties": {}, "contacts": {}, "last_made": {}, "reclassed_at": None}
        care = replace(whole, **blank, classed_at=self.start, book=self.book, **_as_known(whole, self.start))
        heard = [at for at in _hours(whole) if self.start < at <= self.end]
        at: datetime | None = self.start
        while at is not None and at <= self.end:
            while heard and heard[0] <= at:
                care = replace(care, **_as_known(whole, heard.pop(0)))
            care, told = settle(care, at)
            yield from told
            if doing:
                care = _done(care, at)
            care = _without_the_forgettable(care)
            change = next_change(care, at)
            if change is not None and change <= at:
                continue
            deeds = [_hour_of(duty) for duty in care.duties.values() if duty.is_open] if doing else []
            at = min((hour for hour in (change, *heard[:1], *deeds) if hour is not None), default=None)


def _as_known(care: Care, at: datetime) -> dict[str, Any]:
    """The facts as they were known at that hour."""
    return {
        "stays": {id_: stay for id_, whole in care.stays.items() if (stay := _stay(whole, at)) is not None},
        "deaths": {id_: death for id_, whole in care.deaths.items() if (death := _death(whole, at)) is not None},
        "happenings": {id_: one for id_, whole in care.happenings.items() if (one := _one(whole, at)) is not None},
    }


def _stay(stay: Stay, at: datetime) -> Stay | None:
    if stay.heard_at is None or stay.heard_at > at:
        return None
    if stay.discharge_heard_at is None or stay.discharge_heard_at > at:
        stay = replace(stay, discharged_at=None, discharge_recorded_at=None, discharge_heard_at=None)
    return replace(
        stay,
        discharge_cancelled_at=_by(stay.discharge_cancelled_at, at),
        cancelled_at=_by(stay.cancelled_at, at),
    )


def _death(death: Death, at: datetime) -> Death | None:
    if death.heard_at is None or death.heard_at > at:
        return None
    return replace(death, retracted_at=_by(death.retracted_at, at))


def _one(one: Happening, at: datetime) -> Happening | None:
    """The end of an absence is known with its beginning; of anything else, when it has come."""
    if one.known_at is None or one.known_at > at:
        return None
    until = one.until if one.event == ABSENCE else _by(one.until, at)
    return replace(one, until=until, retracted_at=_by(one.retracted_at, at))


def _by(hour: datetime | None, at: datetime) -> datetime | None:
    return hour if hour is not None and hour <= at else None


def _hours(care: Care) -> list[datetime]:
    """At which anything became known."""
    hours: set[datetime | None] = set()
    for stay in care.stays.values():
        hours |= {stay.heard_at, stay.discharge_heard_at, stay.discharge_cancelled_at, stay.cancelled_at}
    for death in care.deaths.values():
        hours |= {death.heard_at, death.retracted_at}
    for one in care.happenings.values():
        hours |= {one.known_at, one.until, one.retracted_at}
    return sorted(hour for hour in hours if hour is not None)


def _hour_of(duty: Duty) -> datetime:
    """At which it is done: a minute before it is due, and never before it is owed."""
    return max(duty.opened_at, duty.due_at - BEFORE_DUE)


def _done(care: Care, at: datetime) -> Care:
    duties = {duty.duty_id: duty for duty in care.duties.values() if duty.is_open and _hour_of(duty) <= at}
    if not duties:
        return care
    made = {f"{duty.party}/{duty.kind}/{duty.strength}": at for duty in duties.values()}
    closed = {
        id_: replace(duty, closed_at=at, closed_as=ClosedAs.DONE, closed_by=By.CONTACT) for id_, duty in duties.items()
    }
    return replace(care, duties={**care.duties, **closed}, last_made={**care.last_made, **made})


def _without_the_forgettable(care: Care) -> Care:
    """As in the tables, what was followed and may not come back is not looked at again."""
    kept = {id_: duty for id_, duty in care.duties.items() if duty.followed_by is None or _may_matter(duty)}
    return care if len(kept) == len(care.duties) else replace(care, duties=kept)


def _may_matter(duty: Duty) -> bool:
    return duty.is_open or (duty.closed_as is ClosedAs.SUPERSEDED and duty.closed_by is not By.DUTY)


Holder = tuple[str, UUID | None]
"""Role and the id of whoever holds it; None = nobody does."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one holder bears in all, and in the busiest week; for people of these units."""

    holder: Holder
    units: frozenset[UUID]
    duties: int
    busiest_week: int


@dataclass(slots=True)
class Tally:
    """The years of many people, added up."""

    policy: Policy
    beside: frozenset[str]
    """Parties whose officer is that of the community, not of the unit."""
    people: Counter[str] = field(default_factory=Counter)
    """By rule: whom it would concern at least once."""
    duties: Counter[str] = field(default_factory=Counter)
    escalated: Counter[str] = field(default_factory=Counter)
    weeks: Counter[tuple[str, Week]] = field(default_factory=Counter)
    """By party."""
    holders: Counter[tuple[Holder, Week]] = field(default_factory=Counter)
    units: dict[Holder, set[UUID]] = field(default_factory=dict)

    def add(self, care: Care, year: Year) -> None:
        rules = {**self.policy.rules, **self.policy.rules_of(care.county)}
        self.people.update({rule for rule, _ in year.opened})
        self.escalated.update(year.escalated)
        for (name, week), n in year.opened.items():
            rule = rules[name]
            self.duties[name] += n
            self.weeks[rule.party, week] += n
            self.holders[self._bears(care, rule), week] += n

    def _bears(self, care: Care, rule: Rule) -> Holder:
        """Of several the first, and of who is away, they themselves: a year is longer."""
        holder = rule.role, next(iter((care.held or {}).get(rule.role, ())), None)
        unit = care.community_id if rule.party in self.beside else care.unit_id
        self.units.setdefault(holder, set()).update({unit} if unit is not None else ())
        return holder

    def by_party(self) -> dict[str, tuple[int, int, Week]]:
        """Of each party: all its duties, those of its busiest week, and which week that is."""
        found: dict[str, tuple[int, int, Week]] = {}
        for (party, week), n in sorted(self.weeks.items()):
            total, most, when = found.get(party, (0, 0, week))
            found[party] = (total + n, *((n, week) if n > most else (most, when)))
        return found

    def busiest(self, n: int) -> list[Load]:
        """Who bears most."""
        totals: Counter[Holder] = Counter()
        most: Counter[Holder] = Counter()
        for (holder, _), count in self.holders.items():
            totals[holder] += count
            most[holder] = max(most[holder], count)
        first = sorted(totals.items(), key=lambda item: (-item[1], str(item[0])))[:n]
        return [Load(holder, frozenset(self.units[holder]), total, most[holder]) for holder, total in first]
