"""From the records of one partition to the road: decoded, applied in one transaction with their offset, or buried alone."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bus import dead_letters, metrics, outbox
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decisions, Rejected
from bus.journal import Item
from bus.reading import Reading, Record, Unread
from bus.road import Road
from bus.writing import write
from contracts.refused import Refused

log = structlog.get_logger()


class TooManyDefects(Exception):
    """So many in a row failed that the code must be at fault: the worker stops, rather than bury everything."""


class Late(Exception):
    """Of several batches at least one is stale, or the first of its partition, or the database was set back."""


class SetBack(Exception):
    """The database holds less than this process has heard: it was set back. The process ends, and seeks from what is held."""


@dataclass(frozen=True, slots=True)
class Part:
    """One batch of one partition, read."""

    place: tuple[str, int]
    """Topic id and partition."""
    records: Sequence[Record]
    read: Sequence[Item | Unread]
    """What they mean, in their order."""

    @property
    def first(self) -> int:
        return self.records[0].offset

    @property
    def items(self) -> list[Item]:
        return [each for each in self.read if isinstance(each, Item)]

    @property
    def unread(self) -> list[Unread]:
        return [each for each in self.read if isinstance(each, Unread)]


_ADVANCE = """
INSERT INTO offsets (topic_id, topic, partition, next, defects) SELECT $1::text, $2::text, $3::int, $4::bigint, 0
WHERE $6::bigint = 0 OR EXISTS (SELECT FROM offsets WHERE topic_id = $1 AND partition = $3)
ON CONFLICT (topic_id, partition) DO UPDATE SET next = excluded.next WHERE offsets.next BETWEEN $6 AND $5 RETURNING defects
"""
"""Not past $5, where the batch begins: a zombie's is late. Not from below $6: between that and the batch records would be lost."""
_ADVANCE_ALL = """
UPDATE offsets o SET next = u.end_ FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS u(topic_id, partition, first, end_, reached)
WHERE o.topic_id = u.topic_id AND o.partition = u.partition AND o.next BETWEEN u.reached AND u.first
RETURNING o.topic_id, o.partition, o.defects
"""
"""The same for several that have each been heard before."""
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
        self.service, self.database, self.road = service, database, road
        self._told, self._defects_allowed, self._patience = told, defects_allowed, patience
        self.reading = Reading(service, tables)
        self.reached: dict[tuple[str, int], int] = {}
        """By topic id and partition, how far the database was when this process last knew. It never goes back by itself."""

    async def hear(self, topic_id: str, records: Sequence[Record]) -> None:
        """All records of one fetched batch of one partition. Returns when their effects are committed."""
        await self._apply(topic_id, records, doomed={})

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

    async def together(self, batches: Iterable[tuple[str, Sequence[Record]]]) -> None:
        """Batches of several partitions (by topic id) in one transaction, whole or not at all.

        Whatever keeps one of them from being applied now is raised, and nothing is done: each must then be heard alone.
        """
        parts = [self._part(topic_id, records, {}) for topic_id, records in batches]
        rows = [(*p.place, p.first, p.records[-1].offset + 1, self.reached.get(p.place, 0)) for p in parts]
        with metrics.TRANSACTION_SECONDS.labels(self.service, "heard").time():
            async with self.database.transaction() as tx:
                found = await tx.fetch(_ADVANCE_ALL, *map(list, zip(*rows, strict=True)))
                defects = {(topic_id, partition): n for topic_id, partition, n in found}
                if len(defects) < len(parts):
                    raise Late(
                        f"{len(parts) - len(defects)} of {len(parts)} batches do not begin where the database is"
                    )
                said = await self._travel(tx, [(part, defects[part.place]) for part in parts])
        await self._applied(parts, said)

    async def _transaction(
        self, topic_id: str, records: Sequence[Record], doomed: Mapping[int, Exception]
    ) -> Sequence[Record]:
        """What is left to do: nothing, or of a batch that overlaps what was applied, the rest."""
        part = self._part(topic_id, records, doomed)
        reached = self.reached.get(part.place, 0)
        with metrics.TRANSACTION_SECONDS.labels(self.service, "heard").time():
            async with self.database.transaction() as tx:
                end = records[-1].offset + 1
                defects = await tx.fetchval(
                    _ADVANCE, topic_id, records[0].topic, records[0].partition, end, part.first, reached
                )
                if defects is None:
                    next_: int = await tx.fetchval(_NEXT, *part.place) or 0
                    if next_ < reached:
                        raise SetBack(f"heard to {reached}, the database holds {next_}")
                    rest = unheard(records, next_)
                    metrics.EVENTS.labels(self.service, "stale").inc(len(records) - len(rest))
                    return rest
                said = await self._travel(tx, [(part, defects)])
        await self._applied([part], said)
        return ()

    def _part(self, topic_id: str, records: Sequence[Record], doomed: Mapping[int, Exception]) -> Part:
        return Part((topic_id, records[0].partition), records, self.reading.read(records, doomed))

    async def _travel(self, tx: Connection, parts: Sequence[tuple[Part, int]]) -> int:
        """All items down the road, what could not be read to the dead letters, and the count of defects of each partition.

        Returns how many records are to be told.
        """
        said = await self.road.travel(tx, [item for part, _ in parts for item in part.items])
        letters = [
            dead_letters.unread(self.service, u.headers, u.body, u.failure, u.place, datetime.now(UTC))
            for part, _ in parts
            for u in part.unread
        ]
        said += await write(tx, [], outbox.staged(letters))
        for part, defects in parts:
            await self._count_defects(tx, part, defects)
        return said

    async def _applied(self, parts: Sequence[Part], said: int) -> None:
        for part in parts:
            self.reached[part.place] = max(part.records[-1].offset + 1, self.reached.get(part.place, 0))
        items = [item for part in parts for item in part.items]
        self.road.committed(items)
        self._count(items, sum(len(part.records) for part in parts), sum(len(part.unread) for part in parts))
        if said:
            await self._told()

    async def _count_defects(self, tx: Connection, part: Part, before: int) -> None:
        """In a row, across batches and restarts: the count is kept with the offset."""
        row = highest = before
        for each in part.read:
            if each.failure is None:
                row = row if each.seen else 0
            elif not isinstance(each.failure, Rejected | Refused):
                row += 1
                highest = max(highest, row)
        if highest > self._defects_allowed:
            raise TooManyDefects(f"{highest} records in a row failed; nothing more is buried until this is mended")
        if row != before:
            await tx.execute(_DEFECTS, *part.place, row)

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
