"""A database that was put back to an earlier day, and a Kafka that was made anew: who lived through it must notice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from bus import dead_letters, made_anew, outbox
from bus.database import Database
from bus.hearing import Hearing, SetBack
from bus.outbox import load_headers
from bus.road import Road
from bus.testing import MORNING, ByHand, record
from bus.worker import Worker, rank
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.people import ZHANG, admitted, person
from tests.bus.watch import AddNote, Watch, service

STAYS, ASKED = "medical.stays", "watch.asked"


@pytest.mark.parametrize("earlier", ["UPDATE offsets SET next = 1", "DELETE FROM offsets"])
async def test_whoever_heard_more_than_the_database_holds_does_not_go_on_over_the_gap(
    hand: ByHand, earlier: str
) -> None:
    stays = [record(admitted(ZHANG, f"stay {n}"), n, at=MORNING) for n in range(4)]
    await hand.hears_records(*stays[:3])
    async with hand.database.connection() as connection:
        await connection.execute(earlier)

    with pytest.raises(SetBack):
        await hand.hears_records(stays[3])

    begun_anew = ByHand(service, hand.database, MORNING)
    await begun_anew.hears_records(*stays[1 if "UPDATE" in earlier else 0 :])
    assert (await begun_anew.state(Watch, ZHANG)).heard == 4


async def test_one_whose_partition_another_had_meanwhile_goes_on(hand: ByHand) -> None:
    stays = [record(admitted(ZHANG, f"stay {n}"), n, at=MORNING) for n in range(4)]
    other = ByHand(service, hand.database, MORNING)

    await hand.hears_records(stays[0])
    await other.hears_records(stays[1], stays[2])
    await hand.hears_records(stays[2], stays[3])

    assert (await hand.state(Watch, ZHANG)).heard == 4


def test_causes_come_before_what_follows_from_them() -> None:
    heard = ["visits.asked", "notify.cases", "registry.directory", "medical.stays"]

    assert sorted(heard, key=rank) == ["registry.directory", "medical.stays", "notify.cases", "visits.asked"]


async def test_what_was_asked_is_heard_again_after_the_facts(hand: ByHand, kafka: Platform) -> None:
    """Its own topic is short and soon read; what it refers to stands among the facts of the others."""
    people = [person(f"{n} 号") for n in range(20)]
    facts = [record(admitted(people[n % 20], f"stay {n}"), n, at=MORNING) for n in range(3_000)]
    prefix = wire.new_prefix()
    wire.make(kafka.brokers, prefix + STAYS, prefix + ASKED)
    await asyncio.to_thread(wire.put, kafka.brokers, prefix + STAYS, [(b"", f.headers, f.value) for f in facts])
    await asyncio.to_thread(wire.put, kafka.brokers, prefix + ASKED, [a_note(hand)])

    async with working(hand.database, kafka, prefix), asyncio.timeout(60):
        while (heard := await heard_before_the_note(hand.database)) is None:
            await asyncio.sleep(0.005)

    assert heard == 3_000


def a_note(hand: ByHand) -> tuple[bytes, Any, bytes]:
    """What a relay once told of a note that was asked for, and that the database knows no more."""
    note = AddNote(person_id=ZHANG, note_id=uuid4(), text="见到本人")
    row = outbox.asked_row(hand.asking.item(note), MORNING, "/bifang/watch", ASKED)
    assert row is not None
    return b"", load_headers(row.headers), row.body


async def heard_before_the_note(database: Database) -> int | None:
    """How many facts had been heard at the first look that shows the note."""
    query = "SELECT count(*) FILTER (WHERE kind = 'heard'), count(*) FILTER (WHERE kind = 'asked') FROM journal"
    async with database.connection() as connection:
        heard, asked = await connection.fetchrow(query)
    return heard if asked else None


@asynccontextmanager
async def working(database: Database, kafka: Platform, prefix: str) -> AsyncIterator[Worker]:
    road = Road(service.name, lambda item: dead_letters.letter(service.name, item, item.clock or MORNING))
    hearing = Hearing(service.name, database, road, service.decisions, told=_nobody)
    worker = Worker(service.name, database, hearing, kafka.brokers, [STAYS, ASKED], prefix, pytest.fail)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop()
        await asyncio.wait([running], timeout=10)


async def _nobody() -> None:
    """The outbox is not read here."""


async def test_who_speaks_with_a_kafka_that_was_made_anew_ends(kafka: Platform) -> None:
    name = wire.new_prefix() + "a"
    wire.make(kafka.brokers, name)
    ended = asyncio.Event()
    watching = asyncio.create_task(made_anew.watch(kafka.brokers, [name], lambda why: ended.set(), every=0.2))
    await asyncio.sleep(2)
    assert not ended.is_set()

    await asyncio.to_thread(wire.delete, kafka.brokers, name)
    wire.make(kafka.brokers, name)

    await asyncio.wait_for(ended.wait(), 20)
    watching.cancel()
