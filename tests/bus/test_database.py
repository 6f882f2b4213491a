"""The one door to PostgreSQL: what breaks with its connection is about the connection."""

from contextlib import AsyncExitStack

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError

from bus.database import passes_by_waiting
from bus.testing import ByHand


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
