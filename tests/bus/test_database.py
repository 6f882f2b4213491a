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
from tests.bus.watch import watch


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


async def walk(hand: ByHand) -> None:
    """Everything that a service does on its road."""
    await hand.stand()
    await hand.hearing.hear("stays", records(admitted(ZHANG), admitted(LI), discharged(ZHANG)))
    await notes(hand, ZHANG, "见到本人")
    hand.now += timedelta(hours=2)
    await hand.stand()
    assert await hand.clock.round()
    async with hand.database.transaction() as tx:
        await tx.fetch(TAKE, 1000)


async def looked_into(hand: ByHand, how: str) -> set[str]:
    """The tables that it looks into in this way, in each statement or in some."""
    before = await looks(hand, how)
    await walk(hand)
    await hand.database.close()  # a session tells what it did when it ends, if not before
    after = await looks(hand, how)
    return {table for table, n in after.items() if n > before[table]} - {"clock_offset"}  # which has a row, or none


async def looks(hand: ByHand, how: str) -> dict[str, int]:
    async with hand.database.connection() as connection:
        return dict(await connection.fetch(f"SELECT relname, coalesce({how}, 0) FROM pg_stat_user_tables"))


def without(plan: str, hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> ByHand:
    """The same service, whose sessions plan as PostgreSQL would in this one respect."""
    monkeypatch.setattr(database, "PLANS", {name: how for name, how in database.PLANS.items() if name != plan})
    return ByHand(hand.service, Database(url(hand.database), schema=hand.database.schema), hand.now)


async def test_small_tables_are_looked_up_by_their_keys_too(hand: ByHand) -> None:
    """They grow, and the plans stay."""
    assert await looked_into(hand, "seq_scan") == set()


async def test_small_tables_would_be_read_from_end_to_end(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = without("enable_seqscan", hand, monkeypatch)

    assert await looked_into(hand, "seq_scan") >= {"watches"}


async def planned_for_their_values(hand: ByHand) -> int:
    await walk(hand)
    async with hand.database.connection() as connection:
        planned: int = await connection.fetchval("SELECT sum(custom_plans)::int FROM pg_prepared_statements")
    return planned


async def test_a_statement_is_planned_once_whatever_its_values(hand: ByHand) -> None:
    assert await planned_for_their_values(hand) == 0


async def test_each_would_be_planned_for_its_values(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = without("plan_cache_mode", hand, monkeypatch)

    assert await planned_for_their_values(hand) > 0


async def test_only_the_months_of_what_came_are_looked_into(hand: ByHand) -> None:
    """What came is of May, which has no partition of its own here; there are more of them every month."""
    assert {table for table in await looked_into(hand, "idx_scan") if table.startswith("journal_")} == {
        "journal_default"
    }


async def test_all_months_would_be_looked_into(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        watch.kept_in, "meet", watch.kept_in.meet.replace("id BETWEEN $4 AND $5", "$4::uuid <= $5::uuid")
    )

    assert len({table for table in await looked_into(hand, "idx_scan") if table.startswith("journal_")}) > 1
