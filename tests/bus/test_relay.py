"""The relay on a real Kafka: everything is told, in order, kept, and nothing is forgotten while Kafka is silent."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from bus import outbox
from bus.database import Database
from bus.dead_letters import unread
from bus.envelope import Undecodable
from bus.outbox import LARGEST
from bus.relay import TAKE, NotTold
from bus.testing import MORNING
from bus.writing import write
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.outboxes import CASES, PEOPLE, STAYS, all_told, count, fact, numbers, relay, speaking, waits
from tests.bus.watch import service


@pytest.fixture
async def database(fresh: Callable[..., Any]) -> AsyncIterator[Database]:
    async with fresh(service) as found:
        yield found


@pytest.fixture
def prefix(kafka: Platform) -> Iterator[str]:
    """Topics of this test alone: a story of three partitions, and another of one."""
    found = wire.new_prefix()
    wire.make(kafka.brokers, found + STAYS, partitions=3)
    wire.make(kafka.brokers, found + CASES)
    yield found


async def test_a_large_outbox_is_told_in_order_and_kept(database: Database, kafka: Platform, prefix: str) -> None:
    rows = [fact(n, PEOPLE[n * 7 % 40], STAYS) for n in range(5_000)]
    await waits(database, rows)

    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    told = numbers(kafka, prefix + STAYS)
    assert len(told) == 3
    assert all(of_one == sorted(of_one) for of_one in told)
    assert sorted(itertools.chain(*told)) == list(range(5_000))
    async with database.connection() as connection:
        kept = await connection.fetch("SELECT event_id, topic, key, headers, body FROM told ORDER BY id")
    assert [tuple(row) for row in kept] == [(r.event_id, r.topic, r.key, r.headers, r.body) for r in rows]


async def test_a_fact_stands_on_kafka_as_it_was_decided_where_every_client_would_put_its_key(
    database: Database, kafka: Platform, prefix: str
) -> None:
    rows = [fact(n, key, STAYS) for n, key in enumerate(PEOPLE)]
    await waits(database, rows)
    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    ours = wire.found(kafka.brokers, prefix + STAYS)
    seen = {r.key: (tuple(r.headers), r.value, r.partition) for r in ours}
    wire.make(kafka.brokers, prefix + "other", partitions=3)
    wire.put(kafka.brokers, prefix + "other", [(r.key, r.headers, r.value) for r in ours])
    theirs = {r.key: (tuple(r.headers), r.value, r.partition) for r in wire.found(kafka.brokers, prefix + "other")}
    assert seen == theirs
    assert len(seen) == len(PEOPLE)


async def test_rows_that_lie_in_disorder_are_told_in_order(database: Database, kafka: Platform, prefix: str) -> None:
    await lie_in_disorder(database)

    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    assert numbers(kafka, prefix + CASES) == [list(range(1, 101))]


async def test_without_sorting_again_they_would_be_told_as_they_lie(
    database: Database, kafka: Platform, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lie_in_disorder(database)
    monkeypatch.setattr("bus.relay.TAKE", TAKE.replace("FROM taken ORDER BY id", "FROM taken"))

    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    assert numbers(kafka, prefix + CASES) != [list(range(1, 101))]


async def lie_in_disorder(database: Database) -> None:
    """The first fact lies last in the table."""
    async with database.transaction() as tx:
        await write(tx, outbox.staged([fact(n) for n in range(1, 101)]))
        await tx.execute(
            "WITH d AS (DELETE FROM outbox RETURNING *) INSERT INTO outbox OVERRIDING SYSTEM VALUE "
            "SELECT id, event_id, topic, key, headers, body FROM d ORDER BY id DESC"
        )


async def test_a_dead_letter_is_larger_than_what_it_holds_and_is_told_untouched(
    database: Database, kafka: Platform, prefix: str
) -> None:
    wire.make(kafka.brokers, prefix + "watch.dead-letters")
    stranger = (*((("ce_id", b"?"),) * 200), ("tracestate", None))
    largest = b"\xff" * 1_040_000
    await waits(
        database,
        [
            fact(1, body=b"x" * (LARGEST - 1_000)),
            fact(2, body=b"y" * (LARGEST - 1_000)),
            unread("watch", stranger, largest, Undecodable("no event"), "medical.stays[0]@7", MORNING),
        ],
    )

    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    (letter,) = wire.found(kafka.brokers, prefix + "watch.dead-letters")
    assert (letter.value, dict(letter.headers)["dead_letter_from"]) == (largest, b"medical.stays[0]@7")
    assert dict(letter.headers)["tracestate"] is None
    assert [r.value[:1] for r in wire.found(kafka.brokers, prefix + CASES)] == [b"x", b"y"]


async def test_a_fact_that_kafka_does_not_take_would_stand_before_all_others(
    database: Database, kafka: Platform, prefix: str
) -> None:
    """That is why it is refused in the decision."""
    await waits(database, [fact(1, body=b"x" * 3_000_000), fact(2)])

    async with speaking(relay(database, kafka.brokers, prefix)) as task:
        await asyncio.wait([task], timeout=10)
        assert isinstance(task.exception(), MessageSizeTooLargeError)

    assert await count(database, "outbox") == 2


async def test_without_a_broker_the_relay_waits_and_leaves_the_lock_to_others(
    database: Database, kafka: Platform, prefix: str
) -> None:
    await waits(database, [fact(1)])
    lost = relay(database, "127.0.0.1:1", prefix)

    async with speaking(lost) as task, speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)
        assert not task.done()


async def test_when_kafka_is_silent_the_relay_goes_and_nothing_is_lost(
    database: Database, kafka: Platform, prefix: str
) -> None:
    """It may not stay: what it has sent may still arrive. Another begins where the outbox stands."""
    await waits(database, [fact(0)])
    one = relay(database, kafka.brokers, prefix, deadline=1.0)
    async with speaking(one) as task:
        await all_told(database)
        kafka.kill("kafka", signal.SIGSTOP)
        try:
            began = time.monotonic()
            await waits(database, [fact(n) for n in range(1, 4)])
            one.bell.set()
            await asyncio.wait([task], timeout=15)
            took = time.monotonic() - began
        finally:
            kafka.kill("kafka", signal.SIGCONT)
        assert task.done() and isinstance(task.exception(), NotTold)
        assert took < 8
        assert await count(database, "outbox") == 3

    async with speaking(relay(database, kafka.brokers, prefix)):
        await all_told(database)

    (told,) = numbers(kafka, prefix + CASES)
    assert list(dict.fromkeys(told)) == [0, 1, 2, 3], "again perhaps, but first in order"
    assert await count(database, "told") == 4
