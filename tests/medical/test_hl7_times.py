"""Hospitals write times in every way; what says too little is unknown."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.medical.hl7 import SHANGHAI, day, instant


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20261122103015", (2026, 11, 22, 10, 30, 15)),
        ("202611221030", (2026, 11, 22, 10, 30)),
        ("2026112210", (2026, 11, 22, 10)),
        ("20261122", (2026, 11, 22)),
        ("20261122000000", (2026, 11, 22)),
        ("20261122103015.25", (2026, 11, 22, 10, 30, 15, 250000)),
        ("20261122103015.0+0800", (2026, 11, 22, 10, 30, 15)),
        ("20261122103015+0800", (2026, 11, 22, 10, 30, 15)),
        ("20261122023015+0000", (2026, 11, 22, 10, 30, 15)),
        ("20261121213015-0500", (2026, 11, 22, 10, 30, 15)),
        ("2026-11-22T10:30:15+08:00", (2026, 11, 22, 10, 30, 15)),
        ("2026-11-22T02:30:15Z", (2026, 11, 22, 10, 30, 15)),
        ("2026-11-22 10:30:15.123", (2026, 11, 22, 10, 30, 15, 123000)),
        ("2026-1-2 10:00", (2026, 1, 2, 10)),
        ("2026/11/22 9:05", (2026, 11, 22, 9, 5)),
        ("2026年11月22日 10:30", (2026, 11, 22, 10, 30)),
        ("2026112210301500", (2026, 11, 22, 10, 30, 15)),
        (" 20261122103015 ", (2026, 11, 22, 10, 30, 15)),
    ],
)
def test_an_instant_is_read_in_the_civil_time_of_shanghai(written: str, read: tuple[int, int, int]) -> None:
    assert instant(written) == datetime(*read, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026",
        "202611",
        "2026112",
        "20261322",
        "20261122250000",
        "20261122106000",
        "female",
        '""',
        "２０２６１１２２",
        "19000101000000",
        "00010101",
        "0001-01-01",
        "99991231",
        "99991231235959+0800",
        "00010101000000+1400",
        "2026-11",
    ],
)
def test_rubbish_and_the_placeholders_of_databases_are_no_instant(written: str) -> None:
    assert instant(written) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("19380512", date(1938, 5, 12)),
        ("19380512000000", date(1938, 5, 12)),
        ("1938-05-12", date(1938, 5, 12)),
        ("1938/5/12", date(1938, 5, 12)),
        ("1938年5月12日", date(1938, 5, 12)),
        ("19000101", date(1900, 1, 1)),
        ("1938051", None),
        ("193805", None),
        ("19380230", None),
        ("00010101", None),
        ("female", None),
        ("", None),
    ],
)
def test_a_birth_date_is_whole_or_unknown(written: str, read: date | None) -> None:
    assert day(written) == read


@given(st.integers(-600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_an_instant_written_in_any_zone_is_the_same(at: datetime) -> None:
    assert instant(f"{at:%Y%m%d%H%M%S}+0000") == instant(f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S%z}") == at


@given(st.text(alphabet="0123456789-+.:/TZ 年", max_size=26))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert instant(text) is None or day(text.strip()) is not None
