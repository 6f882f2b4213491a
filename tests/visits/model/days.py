"""The city's days, worked out by looking at every one of them: nothing here is clever."""

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import pairwise

from services.visits.domain.almanac import Almanac
from services.visits.domain.rules import LUNAR_BIRTHDAY, SOLAR_BIRTHDAY, Cadence, Every, Hour, Yearly

CITY_TIME = timezone(timedelta(hours=8))
"""No clock in China has been turned since 1991."""
DAY = timedelta(days=1)
FROM, TO = 2024, 2040
ALL_DAYS = [date(FROM, 1, 1) + n * DAY for n in range((date(TO, 1, 1) - date(FROM, 1, 1)).days)]


@dataclass(frozen=True)
class Period:
    name: str
    begins: datetime
    opens: datetime
    due: datetime


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


def new_year(year: int) -> datetime:
    return midnight(date(year, 1, 1))


class Periods:
    """Of a rule: every one that there is, in order."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self.all = list(periods)
        self.begins = [period.begins for period in self.all]
        self.opens = [period.opens for period in self.all]
        self.dues = [period.due for period in self.all]

    def opened(self, after: datetime, due_after: datetime, now: datetime) -> list[Period]:
        """Those that have opened by now, began after `after`, and were still due after `due_after`."""
        beyond = bisect_right(self.opens, now)
        if beyond == 0 or self.begins[beyond - 1] <= after:
            return []
        return self.all[max(bisect_right(self.begins, after), bisect_right(self.dues, due_after)) : beyond]


@cache
def periods(when: Cadence | Yearly, almanac: Almanac, born: date | None) -> Periods:
    """Whose birth is not known has no birthday."""
    if isinstance(when, Cadence):
        return Periods(_of_cadence(when))
    if when.occasion in (SOLAR_BIRTHDAY, LUNAR_BIRTHDAY) and born is None:
        return Periods(())
    return Periods(_of_years(when, almanac, born))


def _of_cadence(when: Cadence) -> Iterator[Period]:
    firsts = [day for day in ALL_DAYS if _is_first(when, day)]
    for first, following in pairwise(firsts):
        due = midnight(following) if when.due is None else _hour(first, when.due)
        yield Period(f"{when.every}:{first}", midnight(first), _hour(first, when.opens), due)


def _is_first(when: Cadence, day: date) -> bool:
    if when.every is Every.WEEK:
        return day.isoweekday() == when.day
    months = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}[when.every]
    return day.day == when.day and (day.month - when.month) % months == 0


def _hour(first: date, hour: Hour) -> datetime:
    return datetime.combine(first + (hour.day - 1) * DAY, hour.at, CITY_TIME).astimezone(UTC)


def _of_years(when: Yearly, almanac: Almanac, born: date | None) -> Iterator[Period]:
    for year in range(FROM, TO):
        first, last = _days(when.occasion, year, almanac, born)
        opens = midnight(first) + when.opens
        yield Period(
            f"{when.occasion}:{year}", midnight(opens.astimezone(CITY_TIME).date()), opens, midnight(last) + when.due
        )


def _days(occasion: str, year: int, almanac: Almanac, born: date | None) -> tuple[date, date]:
    """Those of which the model knows by itself when they are."""
    match occasion:
        case "new-year":
            day = date(year, 1, 1)
        case "spring-festival-eve":
            day = almanac.years[year].months[1, False].first - DAY
        case "double-ninth":
            day = almanac.years[year].months[9, False].first + 8 * DAY
        case "heat-season":
            return almanac.years[year].terms["小暑"], almanac.years[year].terms["处暑"] - DAY
        case "birthday":
            assert born is not None
            on_the_29th = (born.month, born.day) == (2, 29) and not isleap(year)
            day = date(year, born.month, 28 if on_the_29th else born.day)
        case "lunar-birthday":
            assert born is not None
            day = _lunar_birthday(almanac, born, year)
        case _:
            raise ValueError(f"the model does not know when {occasion} is")
    return day, day


def _lunar_birthday(almanac: Almanac, born: date, year: int) -> date:
    """In the leap month of the birth where the year has it; the 30th is the last; the twelfth month leads to the year."""
    ((number, leap), nth) = next(
        (named, (born - month.first).days)
        for each in (born.year - 1, born.year)
        for named, month in almanac.years[each].months.items()
        if month.first <= born < month.first + month.length * DAY
    )
    months = almanac.years[year - 1 if number == 12 else year].months
    month = months.get((number, leap)) or months[number, False]
    return month.first + min(nth, month.length - 1) * DAY


def working_days_after(almanac: Almanac, start: date, days: int) -> datetime:
    """The end of the last of them; in a year that is not published every day counts."""
    day = start
    while days:
        day += DAY
        published = almanac.workdays.get(day.year)
        weekday = day.isoweekday() <= 5
        if published is None or day in published.on or (weekday and day not in published.off):
            days -= 1
    return midnight(day + DAY)
