"""Outboxes filled by hand, and relays that empty them, for the tests that need a real Kafka."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from bus import outbox
from bus.database import Database
from bus.envelope import Envelope, pack
from bus.ids import derived_uuid7
from bus.outbox import Row, dump_headers
from bus.relay import Relay
from bus.testing import MORNING
from bus.writing import write
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.people import person

STAYS, CASES = "medical.stays", "notify.cases"
PEOPLE = [person(f"{n} 号") for n in range(40)]


def fact(n: int, key: UUID = PEOPLE[0], topic: str = CASES, body: bytes | None = None) -> Row:
    """The n-th fact of a test: its body is its number."""
    id_ = derived_uuid7(MORNING, b"%d" % n)
    envelope = Envelope(id_, "medical.patient-admitted.v1", "/test", key, MORNING, id_, id_)
    return Row(id_, topic, key, dump_headers(pack(envelope)), body if body is not None else b"%d" % n)


async def waits(database: Database, rows: list[Row]) -> None:
    """These wait in the outbox, and nobody is told of it."""
    async with database.transaction() as tx:
        await write(tx, outbox.staged(rows))


async def count(database: Database, table: str) -> int:
    async with database.connection() as connection:
        found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def all_told(database: Database) -> None:
    async with asyncio.timeout(20):
        while await count(database, "outbox"):
            await asyncio.sleep(0.02)


def url(database: Database) -> str:
    return database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def relay(database: Database, brokers: str, prefix: str, **more: Any) -> Relay:
    """A relay with a connection of its own."""
    return Relay("watch", Database(url(database), schema=database.schema, size=1), brokers, prefix=prefix, **more)


@asynccontextmanager
async def speaking(one: Relay) -> AsyncIterator["asyncio.Task[None]"]:
    """A relay at work; it is told to stop in the end, and its connection is closed."""
    task = asyncio.create_task(one.run())
    try:
        yield task
    finally:
        one.stop()
        await asyncio.wait([task], timeout=10)
        await one.database.close()


def numbers(kafka: Platform, *topics: str) -> list[list[int]]:
    """Of each partition the numbers of its facts, in order."""
    grouped = itertools.groupby(wire.found(kafka.brokers, *topics), key=lambda r: (r.topic, r.partition))
    return [[int(record.value) for record in of_one] for _, of_one in grouped]
