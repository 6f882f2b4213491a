"""A worker knows how far it is, and whether it moves; what Kafka holds no more keeps nobody waiting."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from bus import topics
from bus.consumer import faust_app
from bus.database import Database
from bus.testing import MORNING, record
from bus.worker import Worker, caught_up, lag
from deploy.local.platform import Platform
from tests.bus import listener, wire
from tests.bus.people import discharged, person
from tests.bus.watch import service

STAYS = listener.STAYS


@pytest.fixture
async def database(fresh: Callable[..., Any]) -> AsyncIterator[Database]:
    async with fresh(service) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks at itself five times a second, and is stalled after one."""
    monkeypatch.setattr("bus.worker.STALL", 1.0)
    monkeypatch.setattr("bus.worker.LOOK_S", 0.2)


@asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    running = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        async with asyncio.timeout(60):
            while any(worker.missing() for worker in workers):
                await asyncio.sleep(0.05)
        yield
    finally:
        await asyncio.gather(*(worker.stop() for worker in workers))
        await asyncio.wait(running, timeout=5)


async def becomes(what: Callable[[], Any], wanted: Any, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while what() != wanted:
            await asyncio.sleep(0.05)


def stays(kafka: Platform, topic: str, partition: int, many: int) -> None:
    ends = [record(discharged(person("某"), f"stay {partition} {n}"), n, at=MORNING) for n in range(many)]
    wire.put(kafka.brokers, topic, [(b"", end.headers, end.value) for end in ends], partition=partition)


def expire(kafka: Platform, topic: str) -> None:
    """As retention does: the records go, the offsets stay."""
    admin: Any = KafkaAdminClient(bootstrap_servers=kafka.brokers)
    try:
        admin.delete_records({TopicPartition(topic, 0): -1})
    finally:
        admin.close()


async def test_records_that_have_expired_unheard_keep_nobody_waiting(database: Database, kafka: Platform) -> None:
    """A quiet topic, and a service that is new to it: its clock and its sender would stand for ever."""
    topic = wire.new_prefix() + STAYS
    wire.make(kafka.brokers, topic)
    stays(kafka, topic, 0, 3)
    before = (await topics.look(kafka.brokers, [topic])).ends

    expire(kafka, topic)

    await asyncio.wait_for(caught_up(database, kafka.brokers, [topic]), 10)
    ends = topics.Ends(kafka.brokers, [topic])
    assert (before, lag({}, await ends.now())) == ({(topic, 0): 3}, {(topic, 0): 0})
    ends.close()


async def test_a_dead_letter_is_kept_until_somebody_replays_it() -> None:
    letters = next(topic for topic in topics.all_topics() if topic.name == "visits.dead-letters")

    assert topics.configs(letters)["retention.ms"] == "-1"


@pytest.mark.usefixtures("impatient")
async def test_who_is_behind_and_does_not_move_is_stalled_and_its_idle_neighbour_is_not(
    database: Database, kafka: Platform
) -> None:
    prefix = wire.new_prefix()
    topic = prefix + STAYS
    wire.make(kafka.brokers, topic, partitions=2)
    stays(kafka, topic, 0, 1)
    stays(kafka, topic, 1, 1)
    workers = [listener.worker(database, kafka.brokers, prefix) for _ in range(2)]
    async with working(*workers):
        await asyncio.to_thread(shared, kafka, prefix)
        async with database.transaction() as tx:  # its row is held: whoever hears the partition waits
            await caught_up(database, kafka.brokers, [topic])
            await tx.execute('SELECT FROM offsets WHERE "partition" = 0 FOR UPDATE')
            stays(kafka, topic, 0, 2)
            await becomes(lambda: sorted(bool(worker.missing()) for worker in workers), [False, True])
            (stalled,) = [worker.missing() for worker in workers if worker.missing()]
        await becomes(lambda: [worker.missing() for worker in workers], [[], []])

    assert stalled == ["consumer: stalled, it is behind and has not moved for 1 s"]


def shared(kafka: Platform, prefix: str) -> None:
    while wire.shares(kafka.brokers, f"{prefix}bifang-watch") != [1, 1]:
        pass


async def test_how_far_it_is_can_be_seen_before_its_consumer_has_begun(
    database: Database, kafka: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    died: list[str] = []
    monkeypatch.setattr("tests.bus.listener.die", died.append)
    monkeypatch.setattr("bus.worker.faust_app", begins_late)
    monkeypatch.setattr("bus.worker.LOOK_S", 0.1)
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + STAYS)

    async with working(listener.worker(database, kafka.brokers, prefix)):
        pass

    assert died == []


def begins_late(*args: Any) -> Any:
    app = faust_app(*args)
    begin = app.start

    async def late() -> None:
        await asyncio.sleep(1)
        await begin()

    app.start = late
    return app


@pytest.mark.usefixtures("impatient")
async def test_when_nobody_can_tell_how_far_it_is_a_worker_is_not_ready(
    database: Database, kafka: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + STAYS)
    worker = listener.worker(database, kafka.brokers, prefix)
    async with working(worker):
        monkeypatch.setattr(topics.Ends, "now", away)
        await becomes(worker.missing, ["consumer: for 1 s nobody could tell how far it is behind"])


async def away(_: topics.Ends) -> None:
    raise OSError("the broker is away")
