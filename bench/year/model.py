"""Who must have had which duty, worked out a second time and as plainly as can be: by days of the calendar, one by one.

It shares nothing with the engine but the reading of the pack: periods are found by looking at every day, festivals in a
table of known dates, and what befell people is what was acknowledged to those outside. Of the policy it covers cadences,
festivals and seasons of known days, and the events that a story holds; rules of other kinds (of situations, of birthdays,
`without`, and events that nobody told) are named as not covered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from bench.year.chronicle import Cause, Chronicle, Story
from contracts.ids import PersonId
from deploy.local.actors.messages import SHANGHAI
from deploy.local.year.festivals import days_of, is_known
from services.visits.domain import Policy, Rule
from services.visits.domain.rules import Cadence, Hour, OnDeath, OnEnd, Trigger, Yearly

EVENTS: Final = frozenset(
    {"stay-admitted", "stay-discharged", "death-reported", "family-changed", "hardship-reported", "class-changed",
     "absence-ended", "weather-warned"}
)  # fmt: skip
"""What a story holds."""
_MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=800)
"""So far back a period that still counts may have begun."""


class Owed(NamedTuple):
    """One duty that must have been: its occurrence is written as the tables write it."""

    person_id: PersonId
    rule: str
    occurrence: str


@dataclass(frozen=True, slots=True)
class Period:
    occurrence: str
    opens: datetime
    due: datetime
    over: datetime
    """When the next one opens: from then on this one is not opened any more."""


def not_covered(rule: Rule) -> bool:
    """Rules of which this model says nothing."""
    if rule.who.situations:
        return True
    if isinstance(rule.when, Trigger):
        return rule.when.event not in EVENTS
    if isinstance(rule.when, Yearly):
        return not is_known(rule.when.occasion)
    return not isinstance(rule.when, Cadence)


def expected(chronicle: Chronicle, policy: Policy, now: datetime, since: datetime | None = None) -> Iterator[Owed]:
    """All that must have been opened by now; with `since`, of the calendar only what is current between then and now."""
    for story in chronicle.values():
        for rule in policy.rules_of(story.county).values():
            if not_covered(rule):
                continue
            if isinstance(rule.when, Trigger):
                yield from _raised(story, rule, rule.when, now)
            else:
                yield from _recurring(story, rule, now, since)


def _recurring(story: Story, rule: Rule, now: datetime, since: datetime | None) -> Iterator[Owed]:
    assert isinstance(rule.when, Cadence | Yearly)
    spells = list(concerned(story, rule, now))
    for period in periods(rule.when, now.astimezone(SHANGHAI).date()):
        if since is not None and period.over <= since:
            continue
        if any(begins < period.due and max(begins, period.opens) < min(ends, period.over) for begins, ends in spells):
            yield Owed(story.person_id, rule.name, period.occurrence)


def _raised(story: Story, rule: Rule, when: Trigger, now: datetime) -> Iterator[Owed]:
    for cause in story.causes:
        if cause.event != when.event or (when.of and cause.what not in when.of):
            continue
        opens = cause.at + when.opens
        if opens <= now and _stands(story, rule, cause, opens) and _concerns(story, rule, cause, opens, now):
            yield Owed(story.person_id, rule.name, f"{when.event}:{cause.id}")


def _stands(story: Story, rule: Rule, cause: Cause, opens: datetime) -> bool:
    """A cause that is over before the duty would open opens none, where the rule says so."""
    ended = story.ended.get(cause.id)
    return rule.on_end is not OnEnd.SUPERSEDE or cause.event != "stay-admitted" or ended is None or ended > opens


def _concerns(story: Story, rule: Rule, cause: Cause, opens: datetime, now: datetime) -> bool:
    """From when we knew until it opens the person was one whom the rule is for."""
    return any(begins <= cause.at and opens < ends for begins, ends in concerned(story, rule, now + _DAY))


def concerned(story: Story, rule: Rule, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when to when the rule asks something for this person: of their class, of age, under care, not believed dead."""
    for since, until, category in story.classed():
        if not rule.who.may_fit(story.kind, category, None):
            continue
        begins, ends = since, min(until or now, story.left_at or now, now)
        if rule.who.age_from is not None:
            begins = max(begins, datetime(story.born.year + rule.who.age_from, 1, 1, tzinfo=SHANGHAI))
        if rule.on_death is not OnDeath.KEEP:
            for _, died, retracted in story.deaths:
                yield begins, min(ends, died)
                begins = max(begins, retracted or now)
        yield begins, ends


@lru_cache(maxsize=1024)
def periods(when: Cadence | Yearly, today: date) -> tuple[Period, ...]:
    """Every period that opened by the end of this day, the oldest first."""
    firsts = _cadence_firsts(when, today) if isinstance(when, Cadence) else _festival_firsts(when, today)
    found = (_period(when, occurrence, first, following) for (first, occurrence), (following, _) in pairwise(firsts))
    return tuple(period for period in found if period.opens.date() <= today)


def _period(when: Cadence | Yearly, occurrence: str, first: date, following: date) -> Period:
    if isinstance(when, Cadence):
        due = _hour(first, when.due) if when.due else _hour(following, Hour(1, time()))
        return Period(occurrence, _hour(first, when.opens), due, _hour(following, when.opens))
    days = days_of(when.occasion, int(occurrence.rpartition(":")[2]))
    assert days is not None
    begins, last, next_year = (datetime.combine(day, time(), SHANGHAI) for day in (first, days[1], following))
    return Period(occurrence, begins + when.opens, last + when.due, next_year + when.opens)


def _cadence_firsts(when: Cadence, today: date) -> list[tuple[date, str]]:
    """Every day on which a period begins, found by looking at each; the last lies after today."""
    day, found = today - _LONGEST, list[tuple[date, str]]()
    while not found or found[-1][0] <= today:
        if _begins(when, day):
            found.append((day, f"{when.every}:{day}"))
        day += _DAY
    return found


def _begins(when: Cadence, day: date) -> bool:
    if when.every == "week":
        return day.isoweekday() == when.day
    return day.day == when.day and (day.month - when.month) % _MONTHS[when.every] == 0


def _festival_firsts(when: Yearly, today: date) -> list[tuple[date, str]]:
    years = range(today.year - 1, today.year + 3)
    known = {year: days[0] for year in years if (days := days_of(when.occasion, year)) is not None}
    return [(first, f"{when.occasion}:{year}") for year, first in known.items()]


def _hour(first: date, hour: Hour) -> datetime:
    return datetime.combine(first + (hour.day - 1) * _DAY, hour.at, SHANGHAI)


def covered(rules: Mapping[str, Rule]) -> Mapping[str, bool]:
    """Of each rule whether this model says who must have had its duties."""
    return {name: not not_covered(rule) for name, rule in rules.items()}
