"""Working days are those that were published; where nobody has published them that is said, and every day counts."""

from datetime import date
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.domain.almanac import Almanac, Counted
from tests.visits.days import ALMANAC, CALENDAR, DAY, load, on


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
