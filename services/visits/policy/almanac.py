"""The almanac of a process: the sky from lunar_python, occasions and workdays from the files of the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta

from lunar_python import Lunar, LunarYear, Solar

from bus.pack.document import Document, Node
from bus.pack.shapes import shaped
from services.visits.domain.almanac import Almanac, Month, Occasion, Workdays, Year
from services.visits.policy.almanac_shapes import Calendar

SPAN = range(1904, 2057)
"""The lunar years in which eight libraries agree on every day; a new moon of 2057 falls within seconds of midnight.
On solar terms four agree from 1980 on; before, some put a term that falls near midnight a day apart."""

OWED = range(2019, 2056)
"""The years in which duties may be owed: worked out at once, and every occasion is checked in each of them."""

_LONGEST = timedelta(days=184)
_TERMS = (*Lunar.JIE_QI[1:], Lunar.JIE_QI[0])
"""As they follow one another in a civil year: from 小寒 to 冬至."""


class _Sky(dict[int, Year]):
    """The years of the span: all at once would take half a second, so a birth year waits until it is asked for."""

    def __missing__(self, number: int) -> Year:
        if number not in SPAN:
            raise KeyError(number)
        return self.setdefault(number, _year(number))


_SKY = _Sky()


def _year(number: int) -> Year:
    computed = LunarYear(number)
    months = {
        (abs(month.getMonth()), month.isLeap()): Month(_civil(month.getFirstJulianDay()), month.getDayCount())
        for month in computed.getMonthsInYear()
    }
    terms = computed.getJieQiJulianDays()[2:26]  # before them stand the last two terms of the year before
    return Year(months, dict(zip(_TERMS, map(_civil, terms), strict=True)))


def _civil(julian_day: float) -> date:
    solar = Solar.fromJulianDay(julian_day)
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def almanac_of(documents: list[Document]) -> Almanac:
    """What the files say together: a later one adds, it changes nothing. What is wrong with each is written in it."""
    read_as = [(document, calendar) for document in documents if (calendar := shaped(Calendar, document, None))]
    almanac = Almanac(
        years=_SKY,
        occasions={
            name: Occasion(name, line.zh, *line.days) for _, part in read_as for name, line in part.occasions.items()
        },
        workdays=_workdays([part for _, part in read_as]),
        workdays_known_by=next(
            (part.workdays_known_by for _, part in reversed(read_as) if part.workdays_known_by), None
        ),
    )
    _said_once(documents)
    for document, calendar in read_as:
        _in_their_years(document, calendar)
        _not_too_long(document, calendar, almanac)
    return almanac


def _workdays(calendars: list[Calendar]) -> dict[int, Workdays]:
    """Each day in the year in which it lies: what is published for a year may reach into the December before."""
    published = [line for calendar in calendars for line in calendar.workdays.items()]
    off = {day for _, line in published for first, last in line.off for day in _every_day(first, last)}
    on = {day for _, line in published for day in line.on}
    return {
        year: Workdays(
            frozenset(day for day in off if day.year == year), frozenset(day for day in on if day.year == year)
        )
        for year in sorted(int(year) for year, _ in published)
    }


def _every_day(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _said_once(documents: list[Document]) -> None:
    for section in ("occasions", "workdays"):
        said: dict[str, Node] = {}
        for document in documents:
            for name, node in document.section(section).items():
                if name in said:
                    first = f"{said[name].file.name}:{said[name].line}"
                    document.blame(node, None, f"“{name}”重复：{first} 已有", f"given twice: see {first}")
                said.setdefault(name, node)


def _in_their_years(document: Document, calendar: Calendar) -> None:
    for year, line in calendar.workdays.items():
        begin, end = date(int(year) - 1, 12, 1), date(int(year), 12, 31)
        for section, days in (("off", line.off), ("on", [(day, day) for day in line.on])):
            for i, (first, last) in enumerate(days):
                if not begin <= first <= last <= end:
                    zh, en = f"不是{year}年的日子", f"not a day of {year}, nor of the December before"
                    document.add(("workdays", year, section, i), None, zh, en)


def _not_too_long(document: Document, calendar: Calendar, almanac: Almanac) -> None:
    """What ends before it begins in some years only would last a year in those."""
    for name in calendar.occasions:
        spans = ((year, almanac.days(almanac.occasions[name], year)) for year in OWED)
        too_long = next((year for year, (first, last) in spans if last - first > _LONGEST), None)
        if too_long:
            zh, en = f"{too_long}年的这一段长过半年", f"in {too_long} it lasts longer than half a year"
            document.add(("occasions", name, "days"), None, zh, en)
