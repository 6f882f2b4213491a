"""The shape of a file of the calendar: how the days of an occasion and of a published year are written."""

import re
from datetime import date, timedelta
from typing import Annotated

from lunar_python import Lunar as LunarPython
from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator

from bus.pack.mistakes import wrong
from bus.pack.shapes import Code, Part, Some, Zh, written
from services.visits.domain.almanac import DayOfYear, Lunar, Solar, Term

_COMMON_YEAR = 2025
_MONTH_DAY = re.compile(r"(?P<lunar>lunar )?(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])")
_TERM = re.compile(rf"(?P<name>{'|'.join(LunarPython.JIE_QI)})(?P<offset>[+-][1-9]\d?d)?")
_CIVIL = r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_DAY = rf"((lunar )?{_CIVIL}|({'|'.join(LunarPython.JIE_QI)})([+-][1-9]\d?d)?)"
_DATE = r"\d{4}-\d\d-\d\d"
_DAYS = written(rf"{_DAY}(\.\.{_DAY})?", "10-01", "lunar 01-15", "小暑..处暑-1d")
_HOLIDAY = written(rf"{_DATE}(\.\.{_DATE})?", "2026-05-01..2026-05-05")
_LONGEST_HOLIDAY = timedelta(days=31)


def _day_of_year(text: str) -> DayOfYear | None:
    if term := _TERM.fullmatch(text):
        return Term(term["name"], int((term["offset"] or "0d")[:-1]))
    if not (found := _MONTH_DAY.fullmatch(text)):
        return None
    month, day = int(found["month"]), int(found["day"])
    if found["lunar"]:
        return Lunar(month, day) if day <= 30 else None
    try:
        return Solar(month, date(_COMMON_YEAR, month, day).day)
    except ValueError:
        return None


def _days_of_year(value: object) -> tuple[DayOfYear, DayOfYear]:
    first, _, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    days = _day_of_year(first), _day_of_year(last or first)
    if days[0] is None or days[1] is None:
        raise wrong(
            "应写作每年都有的日子：10-01、lunar 01-15、小暑、处暑-1d，一段写作 小暑..处暑",
            "write days that every year has: 10-01, lunar 01-15, 小暑, 处暑-1d, a season as 小暑..处暑",
        )
    return days[0], days[1]


def _civil_day(value: object) -> Solar:
    day = _day_of_year(value) if isinstance(value, str) else None
    if not isinstance(day, Solar):
        raise wrong("应写作 12-01", "write a day that every year has: 12-01")
    return day


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "")
    except ValueError:
        raise wrong("日期应写作 2026-02-14", "a date is written 2026-02-14") from None


def _holiday(value: object) -> tuple[date, date]:
    first, _, last = str(value).partition("..")
    days = _date(first), _date(last or first)
    if not timedelta() <= days[1] - days[0] < _LONGEST_HOLIDAY:
        raise wrong("一段放假应从早到晚，不超过31天", "a holiday goes forward in time, at most 31 days")
    return days


def _made_up(value: object) -> date:
    day = _date(str(value))
    if day.isoweekday() <= 5:
        raise wrong(f"{day} 不是周末，不必调休上班", f"{day} is no weekend day")
    return day


def _a_year(value: str) -> str:
    if not re.fullmatch(r"20\d\d", value):
        raise wrong("年份应写作 2027", "a year is written 2027")
    return value


class AnOccasion(Part):
    """`chosen` says why, where nobody has laid the days down."""

    zh: Zh
    days: Annotated[
        tuple[DayOfYear, DayOfYear],
        PlainValidator(_days_of_year),
        written(f"{_DAY}(\\.\\.{_DAY})?", "10-01", "lunar 01-15", "小暑..处暑-1d"),
    ]
    chosen: Zh | None = None


class AYear(Part):
    """What is published for a year: days off, weekends included or not, and the weekend days that are worked."""

    off: Annotated[
        tuple[Annotated[tuple[date, date], PlainValidator(_holiday), _HOLIDAY], ...],
        Some,
    ]
    on: tuple[Annotated[date, PlainValidator(_made_up), written(_DATE, "2026-02-14")], ...]

    @field_validator("on")
    @classmethod
    def _not_off_as_well(cls, on: tuple[date, ...], info: ValidationInfo) -> tuple[date, ...]:
        for day in on:
            if any(first <= day <= last for first, last in info.data.get("off", ())):
                raise wrong(f"{day} 既放假又上班", f"{day} is both off and worked")
        return on


class Calendar(Part):
    """calendar.yaml: the occasions that can be named, and the workdays of every year that is published."""

    occasions: dict[Code, AnOccasion] = Field({})
    workdays: dict[Annotated[str, AfterValidator(_a_year)], AYear] = Field({})
    workdays_known_by: Annotated[Solar | None, PlainValidator(_civil_day), written(_CIVIL, "12-01")] = None
    """From this day on it alarms when the workdays of the next year are not here."""
