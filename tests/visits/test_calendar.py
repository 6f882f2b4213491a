"""Periods in the city's civil time, whatever the machine's."""

from datetime import date, time

import pytest

from services.visits.domain.calendar import Periods
from services.visits.domain.rules import Cadence, Every, Hour
from tests.visits.town import TOWN, civil

BEGIN = Hour(1, time())


@pytest.mark.parametrize(
    ("cadence", "day", "first", "beyond"),
    [
        (Cadence(Every.WEEK, BEGIN, None), "2026-05-13", "2026-05-11", "2026-05-18"),
        (Cadence(Every.WEEK, BEGIN, None), "2026-05-11", "2026-05-11", "2026-05-18"),
        (Cadence(Every.WEEK, BEGIN, None, day=4), "2026-05-13", "2026-05-07", "2026-05-14"),
        (Cadence(Every.WEEK, BEGIN, None), "2027-01-01", "2026-12-28", "2027-01-04"),
        (Cadence(Every.MONTH, BEGIN, None), "2026-12-31", "2026-12-01", "2027-01-01"),
        (Cadence(Every.MONTH, BEGIN, None, day=5), "2026-03-04", "2026-02-05", "2026-03-05"),
        (Cadence(Every.MONTH, BEGIN, None, day=5), "2026-01-04", "2025-12-05", "2026-01-05"),
        (Cadence(Every.QUARTER, BEGIN, None), "2026-05-13", "2026-04-01", "2026-07-01"),
        (Cadence(Every.QUARTER, BEGIN, None, month=2, day=10), "2026-02-09", "2025-11-10", "2026-02-10"),
        (Cadence(Every.HALF_YEAR, BEGIN, None), "2026-12-31", "2026-07-01", "2027-01-01"),
        (Cadence(Every.HALF_YEAR, BEGIN, None, month=10), "2026-05-13", "2026-04-01", "2026-10-01"),
        (Cadence(Every.YEAR, BEGIN, None), "2024-02-29", "2024-01-01", "2025-01-01"),
        (Cadence(Every.YEAR, BEGIN, None, month=10, day=14), "2026-10-13", "2025-10-14", "2026-10-14"),
        (Cadence(Every.YEAR, BEGIN, None, month=10, day=14), "2026-10-14", "2026-10-14", "2027-10-14"),
    ],
)
def test_a_period_contains_its_day_and_ends_where_the_next_begins(
    cadence: Cadence, day: str, first: str, beyond: str
) -> None:
    period = Periods(cadence, TOWN).of(date.fromisoformat(day))

    assert period.occurrence == f"{cadence.every}:{first}"
    assert period.following == date.fromisoformat(beyond)
    assert (period.begins, period.due_at) == (civil(f"{first} 00:00"), civil(f"{beyond} 00:00"))


def test_hours_are_those_of_the_nth_day() -> None:
    cadence = Cadence(Every.MONTH, Hour(5, time(8)), Hour(25, time(18, 30)))

    period = Periods(cadence, TOWN).of(date(2026, 2, 28))

    assert (period.opens_at, period.due_at) == (civil("2026-02-05 08:00"), civil("2026-02-25 18:30"))
