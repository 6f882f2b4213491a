"""The periods of a cadence in the city's civil time: person-free, so each is worked out once and shared by everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.visits.domain.rules import Cadence, Every, Hour, Policy

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a cadence: it begins with its first day, and owes from `opens_at` until `due_at`."""

    occurrence: str
    next_first: date
    begins: datetime
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a cadence stands on one civil day."""

    current: Period
    following: Period


def period_of(cadence: Cadence, zone: ZoneInfo, day: date) -> Period:
    """The period that contains this civil day."""
    first = _first_day(cadence, day)
    beyond = _next_first(cadence, first)
    due = _instant(first, cadence.due, zone) if cadence.due else _midnight(beyond, zone)
    return Period(f"{cadence.every}:{first}", beyond, _midnight(first, zone), _instant(first, cadence.opens, zone), due)


def periods(cadence: Cadence, zone: ZoneInfo, start: datetime, now: datetime) -> Iterator[Period]:
    """Every period from the one that contains `start` to the last that has opened by now, however long that is."""
    period = period_of(cadence, zone, start.astimezone(zone).date())
    while period.opens_at <= now:
        yield period
        period = period_of(cadence, zone, period.next_first)


def turns(policy: Policy, now: datetime) -> Mapping[str, Turn]:
    """Where every cadence of the policy stands."""
    return _turns_of_day(policy, now.astimezone(policy.zone).date())


@lru_cache(maxsize=64)
def _turns_of_day(policy: Policy, day: date) -> Mapping[str, Turn]:
    standing: dict[str, Turn] = {}
    for rule in policy.rules.values():
        if isinstance(rule.when, Cadence):
            current = period_of(rule.when, policy.zone, day)
            standing[rule.name] = Turn(current, period_of(rule.when, policy.zone, current.next_first))
    return standing


def _first_day(cadence: Cadence, day: date) -> date:
    if cadence.every is Every.WEEK:
        return day - timedelta(days=(day.isoweekday() - cadence.day) % 7)
    length = _MONTHS[cadence.every]
    months = day.year * 12 + day.month - cadence.month - (day.day < cadence.day)
    return _month(months // length * length + cadence.month - 1, cadence.day)


def _next_first(cadence: Cadence, first: date) -> date:
    if cadence.every is Every.WEEK:
        return first + timedelta(days=7)
    return _month(first.year * 12 + first.month - 1 + _MONTHS[cadence.every], cadence.day)


def _month(months: int, day: int) -> date:
    return date(months // 12, months % 12 + 1, day)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _instant(first: date, hour: Hour, zone: ZoneInfo) -> datetime:
    return datetime.combine(first + timedelta(days=hour.day - 1), hour.at, zone).astimezone(UTC)
