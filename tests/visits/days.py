"""The almanac of the shipped pack, and how a test asks it for days."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from bus.pack.document import read
from bus.pack.mistakes import PackRefused
from services.visits.domain.almanac import Almanac, DayOfYear, Occasion
from services.visits.policy.almanac import almanac_of

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
