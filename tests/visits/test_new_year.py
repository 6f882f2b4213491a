"""A year whose workdays are not published is an alarm, and deadlines say so; published, it is data that is proposed."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from bus.decisions import Caller
from bus.testing import ByHand, bearer
from contracts.ids import derived
from contracts.registry import HardshipReported
from contracts.visits import DutyOpened
from services.visits import metrics
from services.visits.domain.almanac import Almanac, Solar, Workdays
from services.visits.policy import Installed, files_of, load, load_files
from services.visits.requests.policies import ApprovePolicy, ProposePolicy
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.packs import spoil
from tests.visits.shuangta import KEYS, ZHANG, enrolled

NEW_YEARS_EVE = datetime(2026, 12, 31, 1, 0, tzinfo=UTC)
AS_PUBLISHED = """workdays:
  2027:
    off: [2027-01-01..2027-01-03]
    on: []
"""
BOOK, PROPOSAL = derived("policy-book", "双塔市"), derived("test", "the year 2027")


@pytest.fixture
async def hand(fresh: Callable[..., Any], pack: Path) -> AsyncIterator[ByHand]:
    spoil(pack, "rules.yaml", "window: {due: 7d}", "window: {due: 3wd}")
    care_store.books.install(Installed.read(pack), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, NEW_YEARS_EVE)


def hardship(name: str) -> HardshipReported:
    return HardshipReported(
        city="双塔市", county="东区", person_id=ZHANG, hardship_id=derived("test", name), hardship="poverty",
        reported_at=NEW_YEARS_EVE,
    )  # fmt: skip


async def opened(hand: ByHand, name: str) -> tuple[datetime, bool]:
    """Until when the visit is owed, and whether its days were counted plainly."""
    (duty,) = [fact for fact in await hand.hears(hardship(name)) if isinstance(fact, DutyOpened)]
    return duty.due_at.replace(microsecond=0), duty.counted_plainly


async def listed(hand: ByHand) -> list[bool]:
    """Of each duty of the list, by its due time, whether its days were counted plainly."""
    async with hand.http(KEYS) as client:
        lines = (await client.get("/duties", headers=bearer(KEYS, "bureau-officer"))).json()
    return [line["counted_plainly"] for line in lines if line["rule"] == "hardship-visit"]


async def in_force(hand: ByHand, pack: Path) -> None:
    files, version = files_of(pack), load(pack).version
    request = ProposePolicy(
        book_id=BOOK, city="双塔市", proposal_id=PROPOSAL, version=version, title="2027", files=files
    )
    await hand.asked(request, by=Caller(person="9901", role="bureau-officer"))
    approval = ApprovePolicy(book_id=BOOK, approval_id=UUID(int=9), proposal_id=PROPOSAL)
    await hand.asked(approval, by=Caller(person="9902", role="bureau-officer"))
    hand.now += timedelta(minutes=1)
    await hand.stand()


async def alarm(hand: ByHand) -> float | None:
    async with hand.database.connection() as connection:
        await metrics.measure(connection)
    return REGISTRY.get_sample_value("bifang_workdays_unpublished_year")


async def test_a_newly_published_year_is_loaded_by_a_proposal_and_counted_from_then_on(
    hand: ByHand, pack: Path
) -> None:
    await hand.hears(enrolled())

    before = await alarm(hand), await opened(hand, "before it is known")
    spoil(pack, "../calendar.yaml", "workdays:\n", AS_PUBLISHED)
    await in_force(hand, pack)
    after = await alarm(hand), await opened(hand, "after it is known")

    third, sixth = (datetime(2027, 1, day, 16, 0, tzinfo=UTC) for day in (3, 6))
    assert before == (2027, (third, True))
    assert after == (0, (sixth, False))
    assert await listed(hand) == [True, False]


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 12, 31), None),
    ],
)
def test_the_next_year_is_missed_from_the_day_that_the_calendar_names(today: date, missing: int | None) -> None:
    days = Workdays(frozenset(), frozenset())
    known = {2025: days, 2026: days}

    assert Almanac({}, {}, known, Solar(12, 1)).unpublished_by(today) == missing
    assert Almanac({}, {}, known).unpublished_by(today) == (2027 if today.year == 2027 else None)
