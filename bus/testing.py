"""Drives a service by hand over a real PostgreSQL: what it heard, was asked, was woken to; and what it said."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bus import dead_letters, journal, rebuild, tokens
from bus.application import application
from bus.asking import Asking
from bus.clock import Clock
from bus.database import Database
from bus.decisions import Caller, Decisions, Request
from bus.envelope import Envelope, Headers, pack, read_body
from bus.hearing import Hearing
from bus.ids import derived_uuid7
from bus.outbox import load_headers
from bus.pack import Words, read_words
from bus.road import Road
from bus.sealed import KeyRing
from bus.service import Service
from contracts.event import Event

SHIPPED = Path(__file__).parents[1] / "policies" / "shuangta"
ACCEPTED, AN_HOUR = (201, 202), timedelta(hours=1)
TEST = Caller(person="9900", role="test")


class Record:
    """A record as Kafka would hand it over."""

    def __init__(self, topic: str, offset: int, headers: Headers, value: bytes | None, partition: int = 0) -> None:
        self.topic, self.partition, self.offset = topic, partition, offset
        self.headers: Sequence[tuple[str, bytes | None]] = headers
        self.value = value
        self.timestamp = 1_767_225_600_000


def record(
    event: Event, offset: int, *, at: datetime, id: UUID | None = None, correlation: UUID | None = None
) -> Record:
    """An event as it stands on its topic. Its id is derived from what it says, so the same event is the same event."""
    id_ = id or derived_uuid7(at, event.type.encode(), event.model_dump_json().encode())
    envelope = Envelope(id_, event.type, "/test", event.key, at, correlation or id_, id_)
    return Record(event.topic.name, offset, pack(envelope), event.model_dump_json().encode())


class ByHand:
    """One service, its road walked by hand. `now` stands until it is moved, so whole values can be compared."""

    def __init__(self, service: Service, database: Database, now: datetime) -> None:
        self.service, self.database, self.now = service, database, now
        tables: Sequence[Decisions[Any]] = service.decisions
        self.road = Road(
            service.name, lambda item: dead_letters.letter(service.name, item, item.clock or now), service.count
        )
        self.asking = Asking(service.name, database, self.road, tables, told=_nobody, desks=1)
        self.hearing = Hearing(service.name, database, self.road, tables, told=_nobody)
        self.clock = Clock(service.name, database, self.road, tables, told=_nobody, risks=service.clock_risks)
        self._offset = 0

    async def stand(self) -> None:
        """The database's clock shows `now`, and stands."""
        async with self.database.connection() as connection:
            await connection.execute(
                "INSERT INTO clock_offset (one, ahead, standing) VALUES (true, interval '0', $1) "
                "ON CONFLICT (one) DO UPDATE SET standing = excluded.standing",
                self.now,
            )

    async def hears(self, *events: Event) -> list[Event]:
        """The events arrive in one batch; what follows is returned."""
        records = [record(event, self._offset + n, at=self.now) for n, event in enumerate(events)]
        return await self.hears_records(*records)

    async def hears_records(self, *records: Record) -> list[Event]:
        self._offset += len(records)
        await self.stand()
        await self.hearing.hear("test-topic", list(records))
        return await self.said()

    async def asked(self, request: Request, *, by: Caller = TEST) -> tuple[Any, list[Event]]:
        """The answer (as plain JSON), and what follows. What is refused is raised."""
        await self.stand()
        (outcome,) = await self.asking.decide([self.asking.item(request.model_copy(update={"by": by}))])
        if isinstance(outcome, Exception):
            raise outcome
        return orjson.loads(outcome or b"null"), await self.said()

    async def waits(self, time: timedelta) -> list[Event]:
        """Time passes at once, as after an outage; everything that is due happens; what follows is returned."""
        self.now += time
        await self.stand()
        while await self.clock.round():
            pass
        return await self.said()

    async def said(self) -> list[Event]:
        """What waits in the outbox, in order, taken out of it. Dead letters and what was asked are not events."""
        return [event for event, _ in await self.told() if event is not None]

    async def told(self) -> list[tuple[Event | None, dict[str, str]]]:
        """Everything in the outbox, with its headers, taken out of it."""
        async with self.database.transaction() as tx:
            rows = await tx.fetch("WITH d AS (DELETE FROM outbox RETURNING *) SELECT * FROM d ORDER BY id")
        found = []
        for row in rows:
            headers = {name: (value or b"").decode() for name, value in load_headers(row["headers"])}
            buried = "dead_letter_reason" in headers
            found.append((None if buried else read_body(headers["ce_type"], row["body"]), headers))
        return found

    @asynccontextmanager
    async def http(self, keys: KeyRing, words: Words | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """The doors of the service, without a socket. Give each request the header that `bearer` makes.

        Whatever is accepted is asked once more an hour later, and must be answered as it was.

        The words are those of the shipped pack, unless given.
        """
        async with (
            self.application(keys, words) as app,
            httpx.AsyncClient(transport=Twice(self, app), base_url="http://test") as client,
        ):
            yield client

    @asynccontextmanager
    async def application(self, keys: KeyRing, words: Words | None = None) -> AsyncIterator[FastAPI]:
        """The same, for who needs a socket."""
        await self.stand()
        state = {
            "asking": self.asking,
            "database": self.database,
            "keys": keys,
            "token_key": keys.token_key,
            "words": words or read_words(SHIPPED),
            "titles": self.service.titles,
            "secrets": {},
        }
        app = application(self.service.name, list(self.service.routes), ready=list, state=state)
        self.asking.start()
        try:
            yield app
        finally:
            await self.asking.stop()

    async def state(self, kind: type[Any], key: UUID) -> Any:
        """A state as the tables hold it."""
        table = next(table for table in self.service.decisions if table.of is kind)
        async with self.database.connection() as connection:
            return (await table.kept_in.states(connection, [key])).get(key)

    async def differences(self) -> list[rebuild.Difference]:
        """What the journal, folded again, would make otherwise than the tables have it."""
        return await rebuild.differences(self.database, self.service.decisions)


class Twice(httpx.ASGITransport):
    """The doors, before somebody who asks everything again an hour later, because no answer came."""

    def __init__(self, hand: ByHand, app: FastAPI) -> None:
        super().__init__(app=app)
        self._hand = hand

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.method == "POST" and answer.status_code in ACCEPTED:
            first, now = await answer.aread(), self._hand.now
            self._hand.now += AN_HOUR
            await self._hand.stand()
            again = await super().handle_async_request(request)
            self._hand.now = now
            await self._hand.stand()
            assert (again.status_code, await again.aread()) == (answer.status_code, first), f"{request.url} asked twice"
        return answer


def bearer(
    keys: KeyRing, role: str, *, person: object = "9900", unit: UUID | None = None, county: str | None = None
) -> dict[str, str]:
    """The header of somebody who holds this role."""
    token = tokens.issue(keys.token_key, person=str(person), role=role, unit=str(unit) if unit else None, county=county)
    return {"Authorization": f"Bearer {token}"}


async def make_schema(dsn: str, schema: str, metadata: MetaData) -> None:
    """The tables as they are declared, in a schema of their own that is made anew; the histories are compared with them."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():  # one, or each table waits for the disk
            await connection.execute(";".join(_statements(schema, metadata)))
            if "journal" in metadata.tables:
                await journal.ensure_partitions(connection, datetime.now(UTC))
    finally:
        await connection.close()


def _statements(schema: str, metadata: MetaData) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    yield f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; CREATE SCHEMA "{schema}"; SET search_path TO "{schema}"'
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            yield str(CreateIndex(index).compile(dialect=dialect))
    for partitioned in {"journal", "told"} & metadata.tables.keys():
        yield f"CREATE TABLE {partitioned}_default PARTITION OF {partitioned} DEFAULT"


async def _nobody() -> None:
    """Nobody listens: the outbox is read by hand."""


MORNING = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
"""Monday 2026-05-11, nine in the morning in Shanghai."""
