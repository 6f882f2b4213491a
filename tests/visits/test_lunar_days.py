"""Lunar months and days, and birthdays kept by them, against the printed calendars and the new moons."""

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Solar as Oracle

from services.visits.domain.almanac import Month
from services.visits.policy.almanac import OWED, SPAN
from tests.visits.days import ALMANAC, DAY, civil_days, on


def test_every_solar_term_is_on_the_day_that_another_library_says() -> None:
    for year in OWED:
        said = chinese_calendar.get_solar_terms(date(year, 1, 1), date(year, 12, 31))
        assert [(day, name) for name, day in ALMANAC.years[year].terms.items()] == said


@pytest.mark.parametrize(
    ("year", "month", "first"),
    [
        (2020, 4, "2020-05-23"),
        (2023, 2, "2023-03-22"),
        (2025, 6, "2025-07-25"),
        (2028, 5, "2028-06-23"),
        (2033, 11, "2033-12-22"),
    ],
)
def test_a_year_of_thirteen_months_has_the_leap_month_of_the_printed_calendars(
    year: int, month: int, first: str
) -> None:
    assert [number for number, leap in ALMANAC.years[year].months if leap] == [month]
    assert ALMANAC.of_lunar(year, month, 1, leap=True) == on(first)


def test_a_year_of_twelve_months_has_no_leap_month() -> None:
    assert {year for year in range(2019, 2031) if len(ALMANAC.years[year].months) == 13} == {2020, 2023, 2025, 2028}
    with pytest.raises(ValueError, match="农历2026年没有闰6月1日"):
        ALMANAC.of_lunar(2026, 6, 1, leap=True)


@pytest.mark.parametrize("day", [0, 31])
def test_no_lunar_month_has_a_day_before_the_first_or_after_the_thirtieth(day: int) -> None:
    with pytest.raises(ValueError, match=f"农历2026年没有6月{day}日"):
        ALMANAC.of_lunar(2026, 6, day)


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        ("1933-07-22", (1933, 5, 30, True)),
        ("1933-07-23", (1933, 6, 1, False)),  # new moon 00:03, Beijing time
        ("1933-08-20", (1933, 6, 29, False)),
        ("1954-11-24", (1954, 10, 29, False)),
        ("1954-11-25", (1954, 11, 1, False)),  # new moon 20:30
        ("1954-12-24", (1954, 11, 30, False)),
        ("1978-09-02", (1978, 7, 30, False)),
        ("1978-09-03", (1978, 8, 1, False)),  # new moon 00:08
        ("1978-10-01", (1978, 8, 29, False)),
        ("1905-01-01", (1904, 11, 26, False)),
        ("1945-02-12", (1944, 12, 30, False)),
        ("1945-02-13", (1945, 1, 1, False)),
    ],
)
def test_a_month_begins_on_the_day_of_the_new_moon(day: str, lunar: tuple[int, int, int, bool]) -> None:
    assert ALMANAC.lunar_of(on(day)) == lunar
    assert ALMANAC.of_lunar(*lunar) == on(day)


def test_the_thirtieth_of_a_month_of_29_days_is_its_last_day() -> None:
    assert ALMANAC.of_lunar(2025, 12, 30) == ALMANAC.of_lunar(2025, 12, 29) == on("2026-02-16")


def test_every_lunar_year_has_every_month_once_and_no_day_lies_between_two_months() -> None:
    months: list[Month] = []
    for number in SPAN:
        keys = list(ALMANAC.years[number].months)
        assert [month for month, leap in keys if not leap] == list(range(1, 13))
        assert all(keys.index((month, True)) == keys.index((month, False)) + 1 for month, leap in keys if leap)
        months += ALMANAC.years[number].months.values()

    assert {month.length for month in months} == {29, 30}
    assert all(one.first + timedelta(days=one.length) == other.first for one, other in pairwise(months))


def test_a_month_of_days_through_150_years_is_as_the_library_says_day_by_day() -> None:
    first, last = on("1905-01-01"), on("2056-12-31")
    for n in range(0, (last - first).days, 31):
        day = first + n * DAY
        lunar = Oracle.fromYmd(day.year, day.month, day.day).getLunar()

        month = lunar.getMonth()
        assert ALMANAC.lunar_of(day) == (lunar.getYear(), abs(month), lunar.getDay(), month < 0)


@given(civil_days)
def test_a_day_is_found_again_by_its_lunar_name(day: date) -> None:
    assert ALMANAC.of_lunar(*ALMANAC.lunar_of(day)) == day


BIRTHDAYS = [
    pytest.param("1943-05-04", {2026: "2026-05-17"}, id="四月初一"),
    pytest.param("1925-06-10", {2020: "2020-06-11", 2026: "2026-06-05"}, id="闰四月二十"),
    pytest.param("1928-03-25", {2023: "2023-03-25", 2024: "2024-03-13"}, id="闰二月初四"),
    pytest.param("1930-08-01", {2025: "2025-07-31", 2026: "2026-07-20"}, id="闰六月初七"),
    pytest.param("1933-07-23", {2025: "2025-06-25"}, id="六月初一, not in the leap sixth month of 2025"),
    pytest.param("1933-07-22", {2026: "2026-07-13", 2028: "2028-07-21", 2030: "2030-06-30"}, id="闰五月三十"),
    pytest.param("1941-08-22", {2025: "2025-08-22", 2026: "2026-08-12", 2028: "2028-08-19"}, id="闰六月三十"),
    pytest.param("1944-06-20", {2020: "2020-06-20", 2021: "2021-06-09", 2023: "2023-06-17"}, id="闰四月三十"),
    pytest.param("1936-01-23", {2026: "2026-02-16", 2027: "2027-02-05", 2029: "2029-02-12"}, id="十二月廿九"),
    pytest.param("1930-01-05", {2022: "2022-01-08", 2023: "2022-12-28", 2024: "2024-01-16"}, id="十二月初六"),
    pytest.param("1905-01-01", {2025: "2026-01-14", 2026: "2027-01-03"}, id="十一月廿六"),
]


@pytest.mark.parametrize(("born", "kept"), BIRTHDAYS)
def test_a_lunar_birthday_is_kept_on_the_lunar_day_of_the_birth(born: str, kept: dict[int, str]) -> None:
    assert {year: str(ALMANAC.birthday(on(born), year, lunar=True)) for year in kept} == kept


def test_a_solar_birthday_is_its_date_and_29_february_is_kept_on_the_28th() -> None:
    born, leapling = on("1931-05-04"), on("1928-02-29")

    assert ALMANAC.birthday(born, 2026, lunar=False) == on("2026-05-04")
    assert ALMANAC.birthday(leapling, 2028, lunar=False) == on("2028-02-29")
    assert ALMANAC.birthday(leapling, 2027, lunar=False) == on("2027-02-28")


@given(st.dates(date(1905, 1, 1), date(1990, 12, 31)), st.integers(2019, 2054))
def test_nobodys_lunar_birthday_is_forgotten_or_comes_twice(born: date, year: int) -> None:
    _, month, day, _ = ALMANAC.lunar_of(born)

    kept, following = (ALMANAC.birthday(born, each, lunar=True) for each in (year, year + 1))

    _, kept_month, kept_day, _ = ALMANAC.lunar_of(kept)
    assert (kept_month, kept_day) in {(month, day), (month, min(day, 29))}
    assert timedelta(days=353) <= following - kept <= timedelta(days=385)
