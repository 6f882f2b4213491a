"""The one door to PostgreSQL: what breaks with its connection is about the connection."""

from contextlib import AsyncExitStack
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError

from bus import database
from bus.database import Database, passes_by_waiting
from bus.relay import TAKE
from bus.testing import ByHand
from tests.bus.outboxes import url
from tests.bus.people import LI, ZHANG, admitted, discharged
from tests.bus.races.workers import notes, records


async def test_whatever_is_raised_while_the_connection_breaks_can_succeed_later(hand: ByHand) -> None:
    """Else a killed server would have records buried for the odd things that its clients then trip over."""
    with pytest.raises(asyncpg.InterfaceError) as broken:
        async with hand.database.transaction() as tx:
            tx.terminate()  # type: ignore[attr-defined]
            raise ZeroDivisionError

    assert passes_by_waiting(broken.value)


async def test_a_pool_whose_connections_are_all_taken_can_give_one_later(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = hand.database.engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    async with AsyncExitStack() as taken:
        for _ in range(pool.size()):  # type: ignore[attr-defined]
            await taken.enter_async_context(hand.database.connection())

        with pytest.raises(TimeoutError) as none_left:
            async with hand.database.connection():
                pass

    assert passes_by_waiting(none_left.value)


async def test_a_defect_on_a_sound_connection_stays_what_it_is(hand: ByHand) -> None:
    with pytest.raises(ZeroDivisionError):
        async with hand.database.transaction():
            raise ZeroDivisionError


async def test_what_a_killed_server_leaves_its_clients_in_passes_by_waiting() -> None:
    for away in (asyncpg.InternalClientError, asyncpg.CrashShutdownError, asyncpg.IdleInTransactionSessionTimeoutError):
        assert passes_by_waiting(away("gone"))


async def read_from_end_to_end(hand: ByHand) -> set[str]:
    """The tables of which something that a service does on its road has read every row."""
    await hand.stand()
    before = await whole_reads(hand)
    await hand.hearing.hear("stays", records(admitted(ZHANG), admitted(LI), discharged(ZHANG)))
    await notes(hand, ZHANG, "见到本人")
    hand.now += timedelta(hours=2)
    await hand.stand()
    assert await hand.clock.round()
    async with hand.database.transaction() as tx:
        await tx.fetch(TAKE, 1000)
    await hand.database.close()  # a session tells what it did when it ends, if not before
    after = await whole_reads(hand)
    return {table for table, n in after.items() if n > before[table]} - {"clock_offset"}  # which has a row, or none


async def whole_reads(hand: ByHand) -> dict[str, int]:
    async with hand.database.connection() as connection:
        return dict(await connection.fetch("SELECT relname, seq_scan FROM pg_stat_user_tables"))


async def test_small_tables_are_looked_up_by_their_keys_too(hand: ByHand) -> None:
    """They grow, and the plans stay."""
    assert await read_from_end_to_end(hand) == set()


async def test_small_tables_would_be_read_from_end_to_end(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PLANS", {})
    as_it_comes = Database(url(hand.database), schema=hand.database.schema)
    hand = ByHand(hand.service, as_it_comes, hand.now)

    assert await read_from_end_to_end(hand) >= {"outbox", "watches"}
