"""A wrong clock decides nothing: what is decided once in a wrong year stays there, and nobody is reminded."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from bus import journal, metrics
from bus.database import Database
from bus.guards import Unsafe, assert_true_time
from bus.hearing import Hearing
from bus.now import ClocksApart
from bus.road import Road
from bus.testing import ByHand
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.outboxes import CASES, all_told, fact, relay, speaking, waits
from tests.bus.people import ZHANG, admitted
from tests.bus.races.workers import nobody, records
from tests.bus.watch import Watch, service


async def heard_in_production(hand: ByHand, patience: float = 0.2) -> Any:
    """What the watch knows of Zhang after it heard of him."""
    road = Road(hand.service.name, lambda item: pytest.fail("nothing is buried here"), true_time=True)
    ears = Hearing(hand.service.name, hand.database, road, hand.service.decisions, told=nobody, patience=patience)
    await ears.hear("stays", records(admitted(ZHANG)))
    return await hand.state(Watch, ZHANG)


@pytest.mark.parametrize("ahead", [timedelta(minutes=-2), timedelta(minutes=2), timedelta(days=365)])
async def test_nothing_is_decided_while_the_clock_of_the_database_is_wrong(hand: ByHand, ahead: timedelta) -> None:
    hand.now = datetime.now(UTC) + ahead
    await hand.stand()

    with pytest.raises(ClocksApart):
        await heard_in_production(hand)

    assert await hand.state(Watch, ZHANG) is None


async def test_when_it_is_mended_what_waited_is_decided(hand: ByHand) -> None:
    hand.now = datetime.now(UTC) + timedelta(days=365)
    await hand.stand()
    waiting = asyncio.create_task(heard_in_production(hand, patience=30))
    await asyncio.sleep(0.2)

    hand.now = datetime.now(UTC)
    await hand.stand()

    assert (await waiting).stays


async def test_a_database_whose_clock_was_moved_for_a_demo_is_refused_in_production(hand: ByHand) -> None:
    await assert_true_time(hand.database)
    await hand.stand()

    with pytest.raises(Unsafe, match="moved forward for a demo"):
        await assert_true_time(hand.database)


async def test_how_far_the_broker_is_ahead_is_forgotten_when_nothing_is_told(
    fresh: Callable[..., Any], kafka: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been mended since, and the clock must go on by itself."""
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + CASES)
    async with fresh(service) as database:
        voice = relay(database, kafka.brokers, prefix)
        await waits(database, [fact(1)])
        async with speaking(voice):
            await all_told(database)
        lately = voice.broker_ahead()
        monkeypatch.setattr("bus.relay.STAMP_HOLDS_S", 0.0)

    assert lately is not None and abs(lately) < 5
    assert voice.broker_ahead() is None


async def test_a_month_is_made_only_for_a_moment_before_whoever_reads_the_table(
    hand: ByHand, database_beside: Database
) -> None:
    """A backup reads for an hour; whoever waited for it would keep the whole road waiting behind him."""
    async with database_beside.transaction() as reader, hand.database.connection() as connection:
        await reader.execute("SELECT FROM journal_default")
        began = time.monotonic()
        with pytest.raises(asyncpg.LockNotAvailableError):
            await journal.ensure_partitions(connection, datetime(2031, 1, 1, tzinfo=UTC))

    assert time.monotonic() - began < 2


@pytest.fixture
def database_beside(hand: ByHand) -> Database:
    return Database(hand.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
                    schema=hand.database.schema, size=1)  # fmt: skip


async def test_a_clock_that_finds_nobody_to_wake_has_moved(hand: ByHand) -> None:
    before = metrics.CLOCK_ROUNDS.labels("watch")._value.get()

    assert await hand.clock.round() == 0

    assert metrics.CLOCK_ROUNDS.labels("watch")._value.get() == before + 1
