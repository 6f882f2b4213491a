"""Lunar days, festivals, birthdays and working days against answers that are known; invented people, no clock."""

import pickle
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Solar as Oracle

from bus.pack.document import read
from bus.pack.mistakes import PackRefused
from services.visits.domain.almanac import (
    Almanac,
    BeyondTheAlmanac,
    Counted,
    DayOfYear,
    Lunar,
    Month,
    Occasion,
    Term,
)
from services.visits.policy.almanac import OWED, SPAN, almanac_of

CALENDAR = Path(__file__).parents[2] / "policies" / "calendar.yaml"


def load(*files: Path) -> Almanac:
    """PackRefused with what is wrong with the files."""
    documents = [read(file) for file in files]
    almanac = almanac_of(documents)
    if mistakes := [mistake for document in documents for mistake in document.mistakes]:
        raise PackRefused(sorted(mistakes, key=lambda it: (files.index(it.file), it.line)))
    return almanac


ALMANAC = load(CALENDAR)
DAY = timedelta(days=1)

civil_days = st.dates(date(1905, 1, 1), date(2056, 12, 31))


def on(text: str) -> date:
    return date.fromisoformat(text)


def occasion(first: DayOfYear, last: DayOfYear) -> Occasion:
    return Occasion("of-a-city", "本市的日子", first, last)


def only_day(name: str, year: int) -> date:
    first, last = ALMANAC.days(ALMANAC.occasions[name], year)
    assert first == last
    return first


KNOWN = {
    2019: ("02-05", "09-13", "10-07"), 2020: ("01-25", "10-01", "10-25"), 2021: ("02-12", "09-21", "10-14"),
    2022: ("02-01", "09-10", "10-04"), 2023: ("01-22", "09-29", "10-23"), 2024: ("02-10", "09-17", "10-11"),
    2025: ("01-29", "10-06", "10-29"), 2026: ("02-17", "09-25", "10-18"), 2027: ("02-06", "09-15", "10-08"),
    2028: ("01-26", "10-03", "10-26"), 2029: ("02-13", "09-22", "10-16"), 2030: ("02-03", "09-12", "10-05"),
    2031: ("01-23", "10-01", "10-24"), 2032: ("02-11", "09-19", "10-12"), 2033: ("01-31", "09-08", "10-01"),
    2034: ("02-19", "09-27", "10-20"), 2035: ("02-08", "09-16", "10-09"),
}  # fmt: skip


@pytest.mark.parametrize("year", KNOWN)
def test_spring_festival_mid_autumn_and_double_ninth_are_those_of_the_printed_calendars(year: int) -> None:
    found = tuple(f"{only_day(name, year):%m-%d}" for name in ("spring-festival", "mid-autumn", "double-ninth"))

    assert found == KNOWN[year]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("new-year", "2026-01-01"),
        ("spring-festival-eve", "2024-02-09"),  # 三十
        ("spring-festival-eve", "2026-02-16"),  # 廿九 is the last of the month
        ("lantern", "2026-03-03"),
        ("qingming", "2026-04-05"),
        ("qingming", "2028-04-04"),
        ("labour-day", "2026-05-01"),
        ("dragon-boat", "2026-06-19"),
        ("party-day", "2026-07-01"),
        ("army-day", "2026-08-01"),
        ("victory-day", "2026-09-03"),
        ("martyrs-day", "2026-09-30"),
        ("national-day", "2026-10-01"),
        ("mid-autumn", "2025-10-06"),  # the leap month is the sixth: there is one eighth month
        ("dragon-boat", "2028-05-28"),  # and not again in the leap fifth month
    ],
)
def test_an_occasion_that_everybody_knows_is_on_the_day_that_everybody_knows(name: str, day: str) -> None:
    assert only_day(name, on(day).year) == on(day)


def test_every_occasion_of_the_calendar_comes_once_a_year_and_ends_before_it_comes_again() -> None:
    for each in ALMANAC.occasions.values():
        turns = [ALMANAC.days(each, year) for year in range(1905, 2056)]

        assert all(first <= last for first, last in turns), each
        assert all(last < first for (_, last), (first, _) in pairwise(turns)), each


def test_the_heat_season_lasts_from_lesser_heat_until_the_day_before_the_end_of_heat() -> None:
    assert ALMANAC.days(ALMANAC.occasions["heat-season"], 2026) == (on("2026-07-07"), on("2026-08-22"))


def test_a_season_that_runs_over_new_year_belongs_to_the_year_in_which_it_begins() -> None:
    assert ALMANAC.days(ALMANAC.occasions["frost-season"], 2026) == (on("2026-10-23"), on("2027-04-19"))


def test_what_begins_in_the_twelfth_month_and_ends_in_the_first_is_of_one_year() -> None:
    around_spring_festival = occasion(Lunar(12, 23), Lunar(1, 15))

    assert ALMANAC.days(around_spring_festival, 2026) == (on("2026-02-10"), on("2026-03-03"))


def test_laba_comes_once_for_each_spring_festival_though_2022_sees_it_twice_and_2023_never() -> None:
    laba = occasion(Lunar(12, 8), Lunar(12, 8))

    days = [ALMANAC.days(laba, year)[0] for year in (2022, 2023, 2024)]

    assert days == [on("2022-01-10"), on("2022-12-30"), on("2024-01-18")]


def test_a_day_may_be_counted_from_a_solar_term() -> None:
    assert ALMANAC.days(occasion(Term("冬至", -1), Term("冬至", 9)), 2026) == (on("2026-12-21"), on("2026-12-31"))


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


def test_every_day_of_the_published_years_is_worked_as_chinesecalendar_says() -> None:
    years = {day.year for day in chinese_calendar.constants.holidays if day.year >= 2019}

    assert set(ALMANAC.workdays) == years >= set(range(2019, 2027))
    for n in range((date(max(years), 12, 31) - on("2019-01-01")).days + 1):
        day = on("2019-01-01") + n * DAY
        assert (day, ALMANAC.is_workday(day)) == (day, chinese_calendar.is_workday(day))


def test_whether_a_day_of_a_year_that_is_not_published_is_worked_nobody_knows() -> None:
    assert [year for year in range(2018, 2029) if ALMANAC.unpublished(year)] == [2018, 2027, 2028]
    assert [ALMANAC.is_workday(on(day)) for day in ("2018-12-31", "2026-12-31", "2027-01-01")] == [None, True, None]


@pytest.mark.parametrize(
    ("n", "day"),
    [
        (1, "2026-02-14"),  # a Saturday that is worked
        (2, "2026-02-24"),  # the first day after nine days off
        (6, "2026-02-28"),  # a Saturday that is worked
        (7, "2026-03-02"),
    ],
)
def test_working_days_around_spring_festival_are_those_that_were_published(n: int, day: str) -> None:
    friday = on("2026-02-13")

    assert ALMANAC.workdays_after(friday, n) == Counted(on(day), plainly=False)


def test_a_deadline_that_runs_into_an_unpublished_year_counts_every_day_of_it_and_says_so() -> None:
    tuesday = on("2026-12-29")

    assert ALMANAC.workdays_after(tuesday, 2) == Counted(on("2026-12-31"), plainly=False)
    assert ALMANAC.workdays_after(tuesday, 5) == Counted(on("2027-01-03"), plainly=True)


def test_a_deadline_that_runs_out_of_an_unpublished_year_says_so_too() -> None:
    assert ALMANAC.workdays_after(on("2018-12-30"), 3) == Counted(on("2019-01-03"), plainly=True)


def test_a_newly_published_year_is_loaded_as_data(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text("workdays: {2027: {off: [2026-12-31..2027-01-03], on: [2026-12-27]}}")

    told = load(CALENDAR, tmp_path / "2027.yaml")

    assert not told.unpublished(2027)
    assert told.workdays_after(on("2026-12-29"), 5) == Counted(on("2027-01-07"), plainly=False)
    assert told.workdays_after(on("2026-12-25"), 1) == Counted(on("2026-12-27"), plainly=False)
    assert told.occasions == ALMANAC.occasions


@given(st.dates(date(2019, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_counted_plainly_a_deadline_is_never_later_than_the_true_one(start: date, n: int) -> None:
    nothing_published = Almanac(ALMANAC.years, ALMANAC.occasions, workdays={})

    plainly, truly = nothing_published.workdays_after(start, n), ALMANAC.workdays_after(start, n)

    assert (plainly, truly.plainly) == (Counted(start + n * DAY, plainly=True), False)
    assert plainly.day <= truly.day


@pytest.mark.parametrize(("day", "year"), [("1904-02-15", 1903), ("2057-01-01", 2057)])
def test_beyond_its_years_the_almanac_refuses_and_names_the_cure(day: str, year: int) -> None:
    with pytest.raises(BeyondTheAlmanac, match=rf"历书没有农历{year}年：.*SPAN") as refused:
        ALMANAC.lunar_of(on(day))
    with pytest.raises(BeyondTheAlmanac):
        ALMANAC.days(ALMANAC.occasions["mid-autumn"], year)
    with pytest.raises(BeyondTheAlmanac):
        ALMANAC.days(ALMANAC.occasions["qingming"], year)

    assert refused.value.year == year
    assert only_day("national-day", year) == date(year, 10, 1)


def test_an_almanac_travels_between_processes() -> None:
    there = pickle.loads(pickle.dumps(ALMANAC))

    assert there.days(there.occasions["mid-autumn"], 2026) == (on("2026-09-25"), on("2026-09-25"))
    assert there.lunar_of(on("1911-11-11")) == (1911, 9, 21, False)
    assert there.workdays == ALMANAC.workdays
