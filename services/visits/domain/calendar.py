"""The periods of recurring rules in the city's civil time. Most are person-free: worked out once and shared by everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.visits.domain.almanac import Almanac
from services.visits.domain.policy import Policy
from services.visits.domain.rules import (
    LUNAR_BIRTHDAY,
    SOLAR_BIRTHDAY,
    Cadence,
    Every,
    Hour,
    WorkingDays,
    Yearly,
)

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a recurring rule: it begins with the day on which it may open, and owes from `opens_at` until `due_at`."""

    occurrence: str
    following: date | int
    """What comes next: the first day of the next period of a cadence, the next year of an occasion."""
    begins: datetime
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a recurring rule stands on one civil day."""

    current: Period
    following: Period


class Periods:
    """The periods of one recurring rule; for a birthday, those of one person."""

    __slots__ = ("_almanac", "_born_on", "_when", "_zone")

    def __init__(self, when: Cadence | Yearly, policy: Policy, born_on: date | None = None) -> None:
        self._when, self._zone, self._almanac, self._born_on = when, policy.zone, policy.almanac, born_on

    def of(self, day: date) -> Period:
        """The period that contains this civil day: of an occasion, the last whose first day has come."""
        if isinstance(self._when, Cadence):
            return _cadence(self._when, self._zone, _first_day(self._when, day))
        year = day.year + 1
        while (period := self._of_year(year)).begins > _midnight(day, self._zone):
            year -= 1
        return period

    def after(self, period: Period) -> Period:
        following = period.following
        if isinstance(self._when, Cadence):
            assert isinstance(following, date)
            return _cadence(self._when, self._zone, following)
        assert isinstance(following, int)
        return self._of_year(following)

    def since(self, start: datetime, now: datetime) -> Iterator[Period]:
        """Every period from the one that contains `start` to the last that has opened by now, however long that is."""
        period = self.of(start.astimezone(self._zone).date())
        while period.opens_at <= now:
            yield period
            period = self.after(period)

    def turn(self, day: date) -> Turn:
        current = self.of(day)
        return Turn(current, self.after(current))

    def _of_year(self, year: int) -> Period:
        assert isinstance(self._when, Yearly)
        born_on = self._born_on if is_birthday(self._when) else None
        return _yearly(self._when, self._zone, self._almanac, year, born_on)


@lru_cache(maxsize=4096)
def _yearly(when: Yearly, zone: ZoneInfo, almanac: Almanac, year: int, born_on: date | None) -> Period:
    first, last = _days(almanac, when.occasion, year, born_on)
    opens_at = _midnight(first, zone) + when.opens
    begins = _midnight(opens_at.astimezone(zone).date(), zone)
    return Period(f"{when.occasion}:{year}", year + 1, begins, opens_at, _midnight(last, zone) + when.due)


def _days(almanac: Almanac, occasion: str, year: int, born_on: date | None) -> tuple[date, date]:
    if occasion in (SOLAR_BIRTHDAY, LUNAR_BIRTHDAY):
        assert born_on is not None, "a birthday is asked only of whom the birth is known"
        day = almanac.birthday(born_on, year, lunar=occasion == LUNAR_BIRTHDAY)
        return day, day
    return almanac.days(almanac.occasions[occasion], year)


def turns(policy: Policy, county: str, now: datetime) -> Mapping[str, Turn]:
    """Where every recurring rule stands that is the same for everybody in the county."""
    county = county if county in policy.counties else ""
    return _turns_of_day(policy, county, now.astimezone(policy.zone).date())


@lru_cache(maxsize=256)
def _turns_of_day(policy: Policy, county: str, day: date) -> Mapping[str, Turn]:
    return {
        rule.name: Periods(rule.when, policy).turn(day)
        for rule in policy.rules_of(county).values()
        if isinstance(rule.when, Cadence | Yearly) and not is_birthday(rule.when)
    }


def is_birthday(when: Cadence | Yearly) -> bool:
    return isinstance(when, Yearly) and when.occasion in (SOLAR_BIRTHDAY, LUNAR_BIRTHDAY)


def deadline(policy: Policy, base: datetime, due: timedelta | WorkingDays) -> tuple[datetime, bool]:
    """When it is due, and whether days were counted plainly because their year's workdays are not published."""
    if isinstance(due, timedelta):
        return base + due, False
    counted = policy.almanac.workdays_after(base.astimezone(policy.zone).date(), due.days)
    return _midnight(counted.day + _DAY, policy.zone), counted.plainly


def new_year(policy: Policy, year: int) -> datetime:
    """The instant at which a civil year begins."""
    return _midnight(date(year, 1, 1), policy.zone)


@lru_cache(maxsize=4096)
def _cadence(cadence: Cadence, zone: ZoneInfo, first: date) -> Period:
    beyond = _next_first(cadence, first)
    due = _instant(first, cadence.due, zone) if cadence.due else _midnight(beyond, zone)
    return Period(f"{cadence.every}:{first}", beyond, _midnight(first, zone), _instant(first, cadence.opens, zone), due)


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
