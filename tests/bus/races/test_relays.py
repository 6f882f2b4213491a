"""Relays: one voice at a time, and one that was stopped, replaced and resumed can commit nothing."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest

from bus.relay import TAKE, Relay
from bus.testing import ByHand
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.outboxes import CASES, all_told, count, fact, numbers, relay, speaking, url, waits
from tests.bus.races.gates import Watcher, before, until

QUICK = 0.3
"""A deadline after which a silent relay is ended within half a second."""


@pytest.fixture
def prefix(kafka: Platform) -> str:
    found = wire.new_prefix()
    wire.make(kafka.brokers, found + CASES)
    return found


async def held(beside: Watcher) -> int:
    """How many sessions hold the lock of a relay."""
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    found: int = await beside.connection.fetchval(sql)
    return found


# -- who has the lock ---------------------------------------------------------------------------------------------------


async def test_of_two_relays_one_speaks_and_the_other_takes_over(hand: ByHand, kafka: Platform, prefix: str) -> None:
    one, other = (relay(hand.database, kafka.brokers, prefix) for _ in range(2))
    async with speaking(one):
        await until(lambda: is_active(one))
        async with speaking(other):
            for n in range(20):
                await waits(hand.database, [fact(50 * n + m) for m in range(50)])
                assert not other.active
            await all_told(hand.database)
            one.stop()
            await until(lambda: is_active(other))
            await waits(hand.database, [fact(1_000)])
            await all_told(hand.database)

    assert numbers(kafka, prefix + CASES) == [list(range(1_001))]
    assert await count(hand.database, "told") == 1_001


async def is_active(one: Relay) -> bool:
    return one.active


async def test_without_the_lock_both_would_speak(
    hand: ByHand, kafka: Platform, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everybody(one: Relay, connection: Any) -> bool:
        return True

    monkeypatch.setattr(Relay, "_lock", everybody)
    one, other = (relay(hand.database, kafka.brokers, prefix) for _ in range(2))

    async with speaking(one), speaking(other):
        await until(lambda: is_active(one))
        await until(lambda: is_active(other))


async def test_a_relay_that_lost_its_lock_cannot_commit(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends its session while Kafka has not answered yet."""
    with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresConnectionError)):
        await loses_its_lock(hand, beside, monkeypatch)

    assert (await count(hand.database, "outbox"), await count(hand.database, "told")) == (1, 0)


async def test_deleting_on_another_connection_it_would_commit_without_the_lock(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def carry(one: Relay, connection: Any, producer: Any) -> None:
        async with hand.database.transaction() as tx:
            await one._send(producer, await tx.fetch(TAKE, 10))

    monkeypatch.setattr(Relay, "carry", carry)

    await loses_its_lock(hand, beside, monkeypatch)

    assert (await count(hand.database, "outbox"), await count(hand.database, "told")) == (0, 1)


async def loses_its_lock(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    one = relay(hand.database, "nobody:1", "")
    await waits(hand.database, [fact(1)])

    async def acknowledged(producer: Any, rows: Any) -> None:
        return None

    monkeypatch.setattr(one, "_send", acknowledged)
    gate = before(monkeypatch, one, "_send")
    connection = await asyncpg.connect(url(hand.database), server_settings={"search_path": "watch"})
    assert await one._lock(connection)
    carrying = asyncio.create_task(one.carry(connection, None))
    await gate.somebody_waits()
    await beside.connection.execute("SELECT pg_terminate_backend($1, 5000)", connection.get_server_pid())
    assert await held(beside) == 0
    gate.open()
    try:
        await carrying
    finally:
        await one.database.close()


# -- who is silent ------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def a_silent_one(hand: ByHand, how: str) -> AsyncIterator[asyncpg.Connection]:
    """A session that has the lock and from then on says nothing: at rest, while it sends, or without reading."""
    one = relay(hand.database, "nobody:1", "", deadline=QUICK)
    connection = await asyncpg.connect(url(hand.database), server_settings={"search_path": "watch"})
    reading = None
    assert await one._lock(connection)
    if how == "sending":
        await connection.execute("BEGIN; SELECT FROM outbox")
    if how == "not reading":
        large = await connection.prepare("SELECT repeat('x', 900_000) FROM generate_series(1, 100)")
        connection._transport.pause_reading()
        reading = asyncio.create_task(large.fetch())
    try:
        yield connection
    finally:
        if reading is not None:
            reading.cancel()
        connection.terminate()
        await one.database.close()


@pytest.mark.parametrize("how", ["at rest", "sending", "not reading"])
async def test_who_is_silent_loses_the_lock(hand: ByHand, beside: Watcher, how: str) -> None:
    async with a_silent_one(hand, how):
        assert await held(beside) == 1

        async def is_free() -> bool:
            return await held(beside) == 0

        await until(is_free)


async def test_without_a_limit_it_would_keep_it_as_long_as_its_socket_lives(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.relay._SPEAK_OR_GO", "SELECT $1::text")

    async def is_long_silent() -> bool:
        sql = "SELECT max(now() - state_change) > interval '2 s' FROM pg_stat_activity WHERE state = 'idle' AND datname = $1"
        return bool(await beside.connection.fetchval(sql, hand.database.engine.url.database))

    async with a_silent_one(hand, "at rest"):
        await until(is_long_silent)
        assert await held(beside) == 1


# -- stopped, replaced, resumed -----------------------------------------------------------------------------------------


@asynccontextmanager
async def process(
    hand: ByHand, kafka: Platform, prefix: str, deadline: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    arguments = (url(hand.database), kafka.brokers, prefix, str(deadline))
    found = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bus.races.speaker", *arguments, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield found
    finally:
        if found.returncode is None:
            found.send_signal(signal.SIGCONT)
            found.kill()
        await found.wait()


async def test_stopped_at_rest_replaced_and_resumed_it_says_nothing_more(
    hand: ByHand, kafka: Platform, prefix: str, beside: Watcher
) -> None:
    async with process(hand, kafka, prefix, deadline=1.0) as old:
        await waits(hand.database, [fact(0)])
        await all_told(hand.database)
        old.send_signal(signal.SIGSTOP)
        await waits(hand.database, [fact(1)])
        async with speaking(relay(hand.database, kafka.brokers, prefix)) as _:
            await all_told(hand.database)
            old.send_signal(signal.SIGCONT)
            await waits(hand.database, [fact(n) for n in range(2, 100)])
            await all_told(hand.database)
            assert await held(beside) == 1

    assert numbers(kafka, prefix + CASES) == [list(range(100))]


async def test_stopped_while_sending_replaced_and_resumed_it_commits_nothing(
    hand: ByHand, kafka: Platform, prefix: str, beside: Watcher
) -> None:
    """What it had handed to Kafka may come a second time, under the same id: every journal knows it."""
    async with process(hand, kafka, prefix, deadline=2.0) as old:
        await waits(hand.database, [fact(0)])
        await all_told(hand.database)
        kafka.kill("kafka", signal.SIGSTOP)
        try:
            await waits(hand.database, [fact(n) for n in range(1, 50)])
            await until(lambda: is_sending(beside))
            old.send_signal(signal.SIGSTOP)
        finally:
            kafka.kill("kafka", signal.SIGCONT)
        async with speaking(relay(hand.database, kafka.brokers, prefix)):
            await waits(hand.database, [fact(50)])
            await all_told(hand.database)
            old.send_signal(signal.SIGCONT)
            with suppress(TimeoutError):  # it goes, or it stands by without the lock
                await asyncio.wait_for(old.wait(), 5)
            assert old.returncode != 0

    (told,) = numbers(kafka, prefix + CASES)
    assert list(dict.fromkeys(told)) == list(range(51))
    assert await count(hand.database, "told") == 51
    ids = {(r.value, dict(r.headers)["ce_id"]) for r in wire.found(kafka.brokers, prefix + CASES)}
    assert len(ids) == 51


async def is_sending(beside: Watcher) -> bool:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%DELETE FROM outbox%'"
    return bool(await beside.connection.fetchval(sql))
