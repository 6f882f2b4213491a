"""Lunar days, festivals, birthdays and working days against answers that are known; invented people, no clock."""

import pickle
from datetime import date
from itertools import pairwise

import pytest

from services.visits.domain.almanac import BeyondTheAlmanac, Lunar, Term
from tests.visits.days import ALMANAC, occasion, on, only_day

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
