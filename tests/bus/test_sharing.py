"""Several that share the partitions: one that dies leaves its own to the others, and a rebalance loses nothing."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bus.database import Database
from bus.testing import MORNING, record
from deploy.local.platform import Platform
from tests.bus import listener, wire
from tests.bus.ears import STAYS, Ears, listening, numbered, reaches
from tests.bus.outboxes import count, url
from tests.bus.people import discharged, person
from tests.bus.watch import service


@asynccontextmanager
async def process(kind: str, dsn: str, kafka: Platform, prefix: str) -> AsyncIterator[asyncio.subprocess.Process]:
    found = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bus.listener", kind, dsn, kafka.brokers, prefix,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield found
    finally:
        if found.returncode is None:
            found.kill()
        await found.wait()


async def test_when_the_handler_crashes_the_watchdog_ends_the_process_within_seconds(kafka: Platform) -> None:
    """Left alone, Faust would stand still for a minute and look alive."""
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + STAYS)
    wire.put(kafka.brokers, prefix + STAYS, numbered(10))

    async with process("deaf", "", kafka, prefix) as deaf:
        assert deaf.stdout is not None
        assert (await asyncio.wait_for(deaf.stdout.readline(), 120)) == b"heard\n"
        began = time.monotonic()
        assert await asyncio.wait_for(deaf.wait(), 20) == listener.ENDED_BY_WATCHDOG

    assert time.monotonic() - began < 10


@pytest.fixture
async def database(fresh: Callable[..., Any]) -> AsyncIterator[Database]:
    async with fresh(service) as found:
        yield found


async def heard(database: Database) -> tuple[int, int]:
    """How many events have counted, and for how many people."""
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT coalesce(sum(heard), 0), count(*) FROM watches")
    return row[0], row[1]


def tell(kafka: Platform, topic: str, numbers: range) -> None:
    """The ends of so many stays of twenty people, each of whom has a partition of his own for ever."""
    people = [person(f"{n} 号") for n in range(20)]
    ends = [record(discharged(people[n % 20], f"stay {n}"), n, at=MORNING) for n in numbers]
    keys = [str(people[n % 20]).encode() for n in numbers]
    wire.put(kafka.brokers, topic, [(key, end.headers, end.value) for key, end in zip(keys, ends, strict=True)])


async def test_two_workers_share_the_partitions_and_a_killed_one_leaves_them_to_the_other(
    database: Database, kafka: Platform
) -> None:
    """Nothing is lost and nothing counts twice, however often its batch was begun."""
    prefix = wire.new_prefix()
    topic, group = prefix + STAYS, f"{prefix}bifang-watch"
    wire.make(kafka.brokers, topic, partitions=4)
    dsn = url(database)
    async with process("watch", dsn, kafka, prefix) as one, process("watch", dsn, kafka, prefix) as other:
        await they_share(kafka, group, [2, 2])
        await asyncio.to_thread(tell, kafka, topic, range(2_000))
        one.kill()
        killed = time.monotonic()
        await asyncio.to_thread(tell, kafka, topic, range(2_000, 3_000))
        async with asyncio.timeout(60):
            while (await heard(database))[0] < 3_000:
                await asyncio.sleep(0.1)
        took = time.monotonic() - killed
        assert wire.shares(kafka.brokers, group) == [4]
        other.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(other.wait(), 20) == 0

    assert await heard(database) == (3_000, 20)
    assert await count(database, "journal") == 3_000
    assert took < 25


async def test_a_worker_for_whom_no_partition_is_left_is_ready_to_take_over(
    database: Database, kafka: Platform
) -> None:
    """Whoever waits for it to be ready, as those do who put a new release in its place, would wait for ever."""
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + STAYS)
    workers = [listener.worker(database, kafka.brokers, prefix) for _ in range(2)]
    before = [worker.missing() for worker in workers]
    running = [asyncio.create_task(worker.run()) for worker in workers]
    await they_share(kafka, f"{prefix}bifang-watch", [0, 1])
    async with asyncio.timeout(30):
        while any(worker.missing() for worker in workers):
            await asyncio.sleep(0.05)
    await asyncio.gather(*(worker.stop() for worker in workers))
    await asyncio.wait(running, timeout=5)

    assert before == [["consumer: starting"]] * 2


async def test_a_rebalance_while_batches_are_at_work_crashes_nobody_and_loses_nothing(kafka: Platform) -> None:
    """A partition that goes is left in the middle of its batch, and another worker begins it again.

    One that stays is fetched again from where the batch at work began, with what came since: that is why a batch may
    overlap what is applied, and why its rest must not be dropped with its beginning.
    """
    prefix, ears = wire.new_prefix(), Ears()
    topic, group = prefix + "a", prefix + "group"
    wire.make(kafka.brokers, topic, partitions=2)
    await asyncio.to_thread(ten_more, kafka, topic)
    ears.may_go_on.clear()
    async with listening(kafka, ears, prefix, "a") as one:
        await reaches(lambda: ears.begun, 2)
        await asyncio.to_thread(ten_more, kafka, topic)
        async with listening(kafka, ears, prefix, "a") as other:
            await they_share(kafka, group, [1, 1])
            await reaches(lambda: ears.begun, 3)
            ears.may_go_on.set()
            await reaches(lambda: min(ears.next.get((topic, p), 0) for p in (0, 1)), 20)
            assert not (one.crashed or other.crashed)

    assert [sorted(set(ears.heard((topic, p)))) for p in (0, 1)] == [list(range(20))] * 2
    overlapping = [batches for batches in ears.batches.values() if len(batches) > 1 and batches[1][0] < batches[0][-1]]
    assert len(overlapping) == 1, "that of the partition that stayed"


def ten_more(kafka: Platform, topic: str) -> None:
    for partition in (0, 1):
        wire.put(kafka.brokers, topic, numbered(10), partition=partition)


async def they_share(kafka: Platform, group: str, wanted: list[int]) -> None:
    async with asyncio.timeout(120):
        while await asyncio.to_thread(wire.shares, kafka.brokers, group) != wanted:
            await asyncio.sleep(0.1)
