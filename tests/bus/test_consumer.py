"""Our batches in the installed Faust, on a real Kafka: whole, in order, from the database's offsets, and never lost."""

import asyncio
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from faust.tables import TableManager

from bus import topics
from bus.consumer import BUFFERED, LARGEST_BATCH, faust_app
from bus.database import Database
from bus.testing import MORNING, record
from deploy.local.platform import Platform
from tests.bus import listener, wire
from tests.bus.outboxes import count, url
from tests.bus.people import discharged, person
from tests.bus.watch import service

STAYS = listener.STAYS
Place = tuple[str, int]


class Ears:
    """Stands for the database: it notes each batch and where its partition goes on."""

    def __init__(self) -> None:
        self.batches: dict[Place, list[list[int]]] = defaultdict(list)
        self.next: dict[Place, int] = {}
        self.slow = 0.0
        self.begun = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def hear(self, records: Sequence[Any]) -> None:
        self.begun += 1
        await asyncio.sleep(self.slow)
        await self.may_go_on.wait()
        assert len({(r.topic, r.partition) for r in records}) == 1
        place = records[0].topic, records[0].partition
        self.batches[place].append([r.offset for r in records])
        self.next[place] = records[-1].offset + 1

    async def offsets(self) -> Mapping[Place, int]:
        return self.next

    def heard(self, place: Place) -> list[int]:
        return [offset for batch in self.batches[place] for offset in batch]

    @property
    def many(self) -> int:
        return sum(len(batch) for batches in self.batches.values() for batch in batches)


@asynccontextmanager
async def listening(kafka: Platform, ears: Ears, prefix: str, *topics: str) -> AsyncIterator[Any]:
    """Faust with our consumer, in this process; gently stopped in the end."""
    app = faust_app("test", kafka.brokers, [prefix + t for t in topics], ears.hear, ears.offsets, prefix + "group")
    running = asyncio.create_task(app.start())
    try:
        yield app
    finally:
        await asyncio.wait_for(app.stop(), 20)
        await asyncio.wait([running], timeout=5)


async def reaches(what: Callable[[], int], wanted: int, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while what() < wanted:
            await asyncio.sleep(0.02)


def numbered(many: int) -> list[tuple[None, tuple[()], bytes]]:
    return [(None, (), b"%d" % n) for n in range(many)]


async def test_batches_come_whole_and_in_order(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a", prefix + "b", partitions=2)
    places = [(prefix + topic, partition) for topic in "ab" for partition in (0, 1)]
    for topic, partition in places:
        wire.put(kafka.brokers, topic, numbered(1_000), partition=partition)

    async with listening(kafka, ears, prefix, "a", "b"):
        await reaches(lambda: ears.many, 4_000)

    assert {place: ears.heard(place) for place in places} == {place: list(range(1_000)) for place in places}
    sizes = [len(batch) for batches in ears.batches.values() for batch in batches]
    assert max(sizes) == LARGEST_BATCH
    assert wire.committed(kafka.brokers, prefix + "group") == {0: 1_000, 1: 1_000}


async def test_it_begins_without_a_rest(kafka: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust's own would sleep for a second, lest a table be declared late; a service that was killed is awaited."""
    monkeypatch.setattr(TableManager, "sleep", pytest.fail)
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    wire.put(kafka.brokers, prefix + "a", numbered(1))

    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 1)


async def test_it_begins_where_the_database_stands_and_not_the_broker(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    place = (prefix + "a", 0)
    wire.put(kafka.brokers, prefix + "a", numbered(100))
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 100)

    set_back, ahead = Ears(), Ears()
    set_back.next[place], ahead.next[place] = 40, 90
    async with listening(kafka, set_back, prefix, "a"):
        await reaches(lambda: set_back.many, 60)
    async with listening(kafka, ahead, prefix, "a"):
        await reaches(lambda: ahead.many, 10)

    assert (set_back.heard(place), ahead.heard(place)) == (list(range(40, 100)), list(range(90, 100)))


async def test_a_topic_that_the_broker_did_not_know_when_the_parts_were_given_out_is_heard_soon(
    kafka: Platform,
) -> None:
    """So it is with all topics, when a broker has just come up; the consumer itself would ask again after five minutes."""
    prefix, ears = wire.new_prefix(), Ears()
    async with listening(kafka, ears, prefix, "late") as app:
        await reaches(lambda: int(app.unassigned and not app.rebalancing and app.rebalancing_count > 0), 1)
        wire.make(kafka.brokers, prefix + "late")
        wire.put(kafka.brokers, prefix + "late", numbered(3))
        await reaches(lambda: ears.many, 3, within=20)

    assert ears.heard((prefix + "late", 0)) == [0, 1, 2]


async def test_of_a_backlog_of_any_size_a_few_batches_are_in_memory(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    await asyncio.to_thread(wire.put, kafka.brokers, prefix + "a", numbered(20_000), partition=0)
    ears.may_go_on.clear()
    async with listening(kafka, ears, prefix, "a") as app:
        (fetched,) = await stands(lambda: list(app.consumer._read_offset.values()))
        ears.may_go_on.set()
        await reaches(lambda: ears.many, 20_000)

    assert LARGEST_BATCH <= fetched <= (BUFFERED + 2) * LARGEST_BATCH
    assert ears.heard((prefix + "a", 0)) == list(range(20_000))


async def stands(what: Callable[[], list[int]]) -> list[int]:
    """What it is when it has not changed for a second."""
    before, since = list[int](), time.monotonic()
    while not before or time.monotonic() - since < 1.0:
        await asyncio.sleep(0.05)
        if (now := what()) != before:
            before, since = now, time.monotonic()
    return before


async def test_a_gentle_stop_in_the_middle_loses_nothing(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a", partitions=2)
    places = [(prefix + "a", 0), (prefix + "a", 1)]
    for topic, partition in places:
        wire.put(kafka.brokers, topic, numbered(2_000), partition=partition)
    ears.slow = 0.05
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 600)
    assert ears.many < 4_000, "it was stopped in the middle"

    ears.slow = 0.0
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 4_000)

    assert [ears.heard(place) for place in places] == [list(range(2_000))] * 2


async def test_a_topic_made_anew_has_another_id_and_is_read_from_its_beginning(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    name = prefix + "a"
    by_id: dict[tuple[str, int], int] = {}

    async def offsets() -> Mapping[Place, int]:
        """As the worker does: what the database holds for the topic as it is now."""
        (id_,) = (await topics.look(kafka.brokers, [name])).ids.values()
        return {(name, partition): next_ for (of, partition), next_ in by_id.items() if of == id_}

    ears.offsets = offsets  # type: ignore[method-assign]
    ids = []
    for _ in range(2):
        wire.make(kafka.brokers, name)
        wire.put(kafka.brokers, name, numbered(50))
        ids.append((await topics.look(kafka.brokers, [name])).ids[name])
        already = ears.many
        async with listening(kafka, ears, prefix, "a"):
            await reaches(lambda: ears.many, already + 50)
        by_id[ids[-1], 0] = ears.next[name, 0]
        await asyncio.to_thread(wire.delete, kafka.brokers, name)

    assert ids[0] != ids[1]
    assert ears.heard((name, 0)) == [*range(50), *range(50)]


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
