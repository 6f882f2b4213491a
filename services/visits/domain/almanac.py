"""The almanac (历书): lunar days, solar terms, festivals and published workdays (feature 28, rule 11).

Choices made here:
- the year of a lunar day is its lunar year, but the twelfth month belongs to the year of the Spring Festival that it
  leads to: 除夕 of 2026 is the eve of 春节 of 2026. So each year has each lunar day once, though a civil year may see
  腊八 twice or never: a day of the eleventh month may fall in the January after its year, one of the twelfth in the
  December before;
- what ends earlier in the year than it begins (the frost season) ends in the following year;
- a festival is kept in the ordinary month, never in a leap month;
- a birthday of a leap month is kept in that leap month where the year has it, else in the ordinary month of its number;
- the 30th is the last day of a month, also of one of 29 days; who was born on 29 February is a year older on the 28th;
- in a year whose workdays are not published every day counts: never later than the true deadline, and it is said.
"""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Solar:
    """A civil date of every year; never 29 February."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Lunar:
    """A day of an ordinary lunar month; 30 = its last."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Term:
    """A solar term (节气) of the civil year, or so many days after it."""

    name: str
    offset: int = 0


DayOfYear = Solar | Lunar | Term


@dataclass(frozen=True, slots=True)
class Occasion:
    """A festival, a commemoration or a season, from its first day to its last."""

    name: str
    zh: str
    first: DayOfYear
    last: DayOfYear


@dataclass(frozen=True, slots=True)
class Month:
    """A lunar month: its first day, and how many it has (29 or 30)."""

    first: date
    length: int


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a lunar year in order, by (number, leap), and the solar terms of the civil year of that number."""

    months: Mapping[tuple[int, bool], Month]
    terms: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Workdays:
    """What was published for a year: the days off (放假), and the weekend days that are worked instead (调休上班)."""

    off: frozenset[date]
    on: frozenset[date]


@dataclass(frozen=True, slots=True)
class Counted:
    """A working-day deadline; `plainly` = some of its days lie in an unpublished year, where every day counts."""

    day: date
    plainly: bool


class BeyondTheAlmanac(Exception):
    """Check the date; if it is right, prepare more years from what the observatory has published (SPAN)."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"历书没有农历{year}年：请核对日期；日期无误时，对照天文台公布的历书延长年限（SPAN） "
            f"(no lunar year {year} in the almanac: check the date; if it is right, extend SPAN by what is published)"
        )
        self.year = year


@dataclass(frozen=True, slots=True, eq=False)
class Almanac:
    """Prepared once and lent to every decision. What it was not prepared for it refuses, and never guesses."""

    years: Mapping[int, Year]
    occasions: Mapping[str, Occasion]
    workdays: Mapping[int, Workdays]
    workdays_known_by: Solar | None = None
    """From this day on the workdays of the next year should be known; None = nobody has said from when."""

    def days(self, occasion: Occasion, year: int) -> tuple[date, date]:
        """The first and the last day of the occasion of this year: one occasion a year, in the order of the years."""
        first, last = self._day(occasion.first, year), self._day(occasion.last, year)
        return first, last if first <= last else self._day(occasion.last, year + 1)

    def of_lunar(self, year: int, month: int, day: int, leap: bool = False) -> date:
        """The civil date of a day of the lunar year. ValueError where that year has no such day."""
        found = self._year(year).months.get((month, leap))
        if found is None or not 1 <= day <= 30:
            raise ValueError(
                f"农历{year}年没有{'闰' if leap else ''}{month}月{day}日 (no {month}-{day}, {leap=}, in {year})"
            )
        return found.first + timedelta(days=min(day, found.length) - 1)

    def lunar_of(self, day: date) -> tuple[int, int, int, bool]:
        """(lunar year, month, day, leap) of a civil date."""
        year = day.year if day >= self._year(day.year).months[1, False].first else day.year - 1
        months = self._year(year).months
        days = (day - months[1, False].first).days
        for (number, leap), month in months.items():  # noqa: B007 - the month in which the days run out
            if days < month.length:
                break
            days -= month.length
        return year, number, days + 1, leap

    def birthday(self, born: date, year: int, *, lunar: bool) -> date:
        """The birthday of this year: each year has exactly one, by either calendar."""
        if lunar:
            _, month, day, leap = self.lunar_of(born)
            return self._kept(year, month, day, leap)
        return born.replace(year=year, day=28 if (born.month, born.day) == (2, 29) and not isleap(year) else born.day)

    def unpublished(self, year: int) -> bool:
        """An alarm: deadlines of this year are counted plainly until its workdays are loaded."""
        return year not in self.workdays

    def unpublished_by(self, today: date) -> int | None:
        """The first year whose workdays should be known by now and are not: this one, or from that day on the next."""
        by = self.workdays_known_by
        soon = by is not None and (today.month, today.day) >= (by.month, by.day)
        return next(filter(self.unpublished, [today.year, *([today.year + 1] if soon else [])]), None)

    def is_workday(self, day: date) -> bool | None:
        """None = nobody knows yet: the year is not published."""
        published = self.workdays.get(day.year)
        if published is None:
            return None
        return day in published.on or (day.isoweekday() <= 5 and day not in published.off)

    def workdays_after(self, start: date, n: int) -> Counted:
        """The nth working day after the start."""
        day, plainly = start, False
        while n > 0:
            day += _DAY
            working = self.is_workday(day)
            plainly = plainly or working is None
            if working is not False:
                n -= 1
        return Counted(day, plainly)

    def _day(self, day: DayOfYear, year: int) -> date:
        match day:
            case Solar():
                return date(year, day.month, day.day)
            case Lunar():
                return self._kept(year, day.month, day.day, leap=False)
            case Term():
                return self._year(year).terms[day.name] + timedelta(days=day.offset)

    def _kept(self, year: int, month: int, day: int, leap: bool) -> date:
        lunar_year = year - 1 if month == 12 else year
        return self.of_lunar(lunar_year, month, day, leap and (month, True) in self._year(lunar_year).months)

    def _year(self, year: int) -> Year:
        try:
            return self.years[year]
        except KeyError:
            raise BeyondTheAlmanac(year) from None
