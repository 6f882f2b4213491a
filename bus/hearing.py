"""From the records of one partition to the road: decoded, applied in one transaction with their offset, or buried alone."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from pydantic import ValidationError

from bus import dead_letters, metrics, outbox
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decisions, Rejected, Request
from bus.envelope import Envelope, Headers, Undecodable, plain, read_body, unpack
from bus.journal import Item, Kind
from bus.road import Road
from contracts.refused import Refused

log = structlog.get_logger()


class Record(Protocol):
    """What is used of a record of any Kafka client."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    headers: Sequence[tuple[str, bytes]]
    value: bytes | None


class TooManyDefects(Exception):
    """So many in a row failed that the code must be at fault: the worker stops, rather than bury everything."""


class SetBack(Exception):
    """The database holds less than this process has heard: it was set back. The process ends, and seeks from what is held."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that is no event of ours."""

    headers: Headers
    body: bytes | None
    failure: Exception
    place: str


_ADVANCE = """
INSERT INTO offsets (topic_id, topic, partition, next, defects) SELECT $1::text, $2::text, $3::int, $4::bigint, 0
WHERE $6::bigint = 0 OR EXISTS (SELECT FROM offsets WHERE topic_id = $1 AND partition = $3)
ON CONFLICT (topic_id, partition) DO UPDATE SET next = excluded.next WHERE offsets.next BETWEEN $6 AND $5 RETURNING defects
"""
"""Not past $5, where the batch begins: a zombie's is late. Not from below $6: between that and the batch records would be lost."""
_NEXT = "SELECT next FROM offsets WHERE topic_id = $1 AND partition = $2"
_DEFECTS = "UPDATE offsets SET defects = $3 WHERE topic_id = $1 AND partition = $2"


def unheard(records: Sequence[Record], next_: int) -> Sequence[Record]:
    """A zombie's batch is stale as a whole; one fetched anew while its beginning was still at work, only in part."""
    return [record for record in records if record.offset >= next_]


class Hearing:
    """The ears of one service. Replicas are safe: whoever is late finds the offset moved on, and drops its batch."""

    def __init__(
        self,
        service: str,
        database: Database,
        road: Road,
        tables: Sequence[Decisions[Any]],
        *,
        told: Callable[[], Awaitable[None]],
        defects_allowed: int = 50,
        patience: float = 60.0,
    ) -> None:
        self.service, self.database, self.road, self.tables = service, database, road, tables
        self._told, self._defects_allowed, self._patience = told, defects_allowed, patience
        self._asks = {
            f"{service}.asked.{request.__name__}": (table, request) for table in tables for request in table.asks
        }
        self.reached: dict[tuple[str, int], int] = {}
        """By topic id and partition, how far the database was when this process last knew. It never goes back by itself."""

    async def hear(self, topic_id: str, records: Sequence[Record]) -> None:
        """All records of one fetched batch of one partition. Returns when their effects are committed."""
        await self._apply(topic_id, records, doomed={})
        await self._told()

    async def _apply(self, topic_id: str, records: Sequence[Record], doomed: Mapping[int, Exception]) -> None:
        """Waits out what passes; halves what does not, until the one record that fails stands alone and is buried."""
        started = time.monotonic()
        pause = 0.05
        while True:
            try:
                records = await self._transaction(topic_id, records, doomed)
                if not records:
                    return
            except (TooManyDefects, SetBack):
                raise
            except Exception as error:
                if passes_by_waiting(error):
                    if time.monotonic() - started > self._patience:
                        raise
                    metrics.RETRIES.labels(self.service, "worker").inc()
                    log.warning("heard batch is tried again", error=type(error).__name__, pause_s=pause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
                    continue
                if len(records) > 1:
                    half = len(records) // 2
                    await self._apply(topic_id, records[:half], doomed)
                    await self._apply(topic_id, records[half:], doomed)
                    return
                if records[0].offset in doomed:
                    raise
                doomed = {records[0].offset: error}

    async def _transaction(
        self, topic_id: str, records: Sequence[Record], doomed: Mapping[int, Exception]
    ) -> Sequence[Record]:
        """What is left to do: nothing, or of a batch that overlaps what was applied, the rest."""
        first, last = records[0], records[-1]
        place = topic_id, first.partition
        reached = self.reached.get(place, 0)
        items, unread = self._items(records, doomed)
        with metrics.TRANSACTION_SECONDS.labels(self.service, "heard").time():
            async with self.database.transaction() as tx:
                defects = await tx.fetchval(
                    _ADVANCE, topic_id, first.topic, first.partition, last.offset + 1, first.offset, reached
                )
                if defects is None:
                    next_: int = await tx.fetchval(_NEXT, *place) or 0
                    if next_ < reached:
                        raise SetBack(f"heard to {reached}, the database holds {next_}")
                    rest = unheard(records, next_)
                    metrics.EVENTS.labels(self.service, "stale").inc(len(records) - len(rest))
                    return rest
                await self.road.travel(tx, items)
                letters = [
                    dead_letters.unread(self.service, u.headers, u.body, u.failure, u.place, datetime.now(UTC))
                    for u in unread
                ]
                await outbox.stage(tx, letters)
                await self._count_defects(tx, topic_id, first.partition, items, len(unread), defects)
        self.reached[place] = max(last.offset + 1, self.reached.get(place, 0))
        self.road.committed(items)
        self._count(items, len(records), len(unread))
        return ()

    def _items(self, records: Sequence[Record], doomed: Mapping[int, Exception]) -> tuple[list[Item], list[Unread]]:
        items: list[Item] = []
        unread: list[Unread] = []
        for record in records:
            headers = tuple(record.headers)
            place = f"{record.topic}[{record.partition}]@{record.offset}"
            try:
                envelope = unpack(headers, datetime.fromtimestamp(record.timestamp / 1000, UTC))
                found = self.read(envelope, record.value, place)
            except Exception as failure:  # noqa: BLE001 - Undecodable, or a defect in how its key is found
                unread.append(Unread(headers, record.value, failure, place))
                continue
            for item in found:
                item.doomed = doomed.get(record.offset)
            items += found
        return items, unread

    def read(self, envelope: Envelope, body: bytes | None, place: str) -> list[Item]:
        """What an event means here: an item for each kind of state that hears it. None = not for us: counted, ignored."""
        if envelope.type in self._asks:
            return [self._asked_again(envelope, body, place)]
        event = read_body(envelope.type, body)
        if event is None:
            metrics.EVENTS.labels(self.service, "unknown-type").inc()
            return []
        items: list[Item] = []
        for table in self.tables:
            hearing = table.heard.get(type(event))
            key: UUID | None = hearing.key(event) if hearing is not None else None
            if key is not None:
                items.append(
                    Item(table, Kind.HEARD, envelope.id, key, envelope.type, body or b"", event, envelope.correlation,
                         envelope.time, place)
                )  # fmt: skip
        return items

    def _asked_again(self, envelope: Envelope, body: bytes | None, place: str) -> Item:
        """Our own words come back from Kafka. The journal knows them, unless the database was set back."""
        table, request = self._asks[envelope.type]
        try:
            asked: Request = request.model_validate_json(body or b"")
        except ValidationError as error:
            raise Undecodable(f"{envelope.type}: {plain(error)}") from None
        name = request.__name__
        return Item(table, Kind.ASKED, envelope.id, envelope.key, name, body or b"", asked, envelope.correlation,
                    asked.time, place, at_least=envelope.time, tell=False)  # fmt: skip

    async def _count_defects(
        self, tx: Connection, topic_id: str, partition: int, items: Sequence[Item], unread: int, before: int
    ) -> None:
        """In a row, across batches and restarts: the count is kept with the offset."""
        row = highest = before + unread
        for item in items:
            if item.failure is not None and not isinstance(item.failure, Rejected | Refused):
                row += 1
                highest = max(highest, row)
            elif item.failure is None and not item.seen:
                row = 0
        if highest > self._defects_allowed:
            raise TooManyDefects(f"{highest} records in a row failed; nothing more is buried until this is mended")
        if row != before:
            await tx.execute(_DEFECTS, topic_id, partition, row)

    def _count(self, items: Sequence[Item], records: int, unread: int) -> None:
        metrics.BATCH_SIZE.labels(self.service, "heard").observe(records)
        outcomes = metrics.outcomes(items)
        outcomes["undecodable"] += unread
        metrics.DEAD_LETTERS.labels(self.service).inc(outcomes["buried"] + unread)
        for outcome, n in outcomes.items():
            if n:
                metrics.EVENTS.labels(self.service, outcome).inc(n)
        for item in items:
            if item.failure is not None:
                log.error("buried", type=item.type, id=str(item.id), decision=item.decisions.name,
                          reason=type(item.failure).__name__, place=item.source)  # fmt: skip
