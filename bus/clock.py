"""The clock: wakes the states whose hour has come. There is no table of timers, so there is none to lose."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from bus import fanout, metrics
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decisions
from bus.ids import derived_uuid7
from bus.journal import Item, Kind
from bus.now import APART_S, NOW, ClocksApart
from bus.road import Road

log = structlog.get_logger()

LOOK_AGAIN = 300.0
"""Seconds after which all states are gone through again: a process of the old policy may have left one behind."""


def due(table: Decisions[Any], risk: int) -> str:
    """The roots of one class of risk whose hour has come, with no lower bound: after any outage, everything overdue."""
    store = table.kept_in
    return (
        f'SELECT "{store.key}" AS key, wake_at FROM "{store.root.name}" '
        f"WHERE risk = {risk} AND wake_at <= {NOW} ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED"
    )


def behind(table: Decisions[Any]) -> str:
    """The roots after the key $3 that were settled under another policy than $2.

    Danger: asked plainly whether it is another, PostgreSQL takes it for a rare case, so long as all were settled under one;
    then it sorts the whole table for each few (a second, of a million). Of what `coalesce` gives it knows nothing.
    """
    store = table.kept_in
    return (
        f'SELECT "{store.key}" AS key, {NOW} AS wake_at FROM "{store.root.name}" '
        f"WHERE \"{store.key}\" > $3 AND coalesce(settled_under, '') <> $2 AND wakes_failed = 0 ORDER BY 1 LIMIT $1 "
        "FOR UPDATE SKIP LOCKED"
    )


@dataclass(slots=True)
class _Pass:
    """Once through all states in the order of their keys, because of this policy."""

    under: str
    after: UUID
    ended: float | None = None


class Clock:
    """Several may live at once: each takes rows that no other holds. Every class of risk has its share of each round."""

    def __init__(
        self,
        service: str,
        database: Database,
        road: Road,
        tables: Sequence[Decisions[Any]],
        *,
        told: Callable[[], Awaitable[None]],
        ready: Callable[[], Awaitable[None]] | None = None,
        broker_ahead: Callable[[], float | None] = lambda: None,
        risks: Sequence[int] = (0, 1, 2, 3),
        share: int = 250,
        poll: float = 0.5,
    ) -> None:
        self.service, self.database, self.road = service, database, road
        self.tables = [table for table in tables if table.waking is not None]
        self.all_tables = list(tables)
        self._told, self._ready, self._broker_ahead = told, ready, broker_ahead
        self._risks, self._share, self._poll = risks, share, poll
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._checked = 0.0
        self._passes: dict[str, _Pass] = {}
        self._unreadable: set[UUID] = set()
        """Fan-outs that are passed over until this process is started anew."""

    async def run(self) -> None:
        """Until stopped; what passes by waiting is waited for, and after it everything overdue happens once."""
        waited = True
        while not self._stopping.is_set():
            try:
                if waited and self._ready is not None:
                    await self._ready()  # what was told before must be heard before the hour is acted upon
                waited = False
                await self._agree()
                if not await self.round():
                    await self._rest()
            except ClocksApart as apart:
                log.error("the clock stands still", reason=str(apart))
                await self._rest(5.0)
            except Exception as error:
                if not passes_by_waiting(error):
                    raise
                waited = True
                metrics.RETRIES.labels(self.service, "clock").inc()
                await self._rest(1.0)

    async def round(self) -> int:
        """A share of every class of every kind of state, then of what concerns one each, then of what concerns many.

        Returns how much was done.
        """
        done = 0
        metrics.CLOCK_ROUNDS.labels(self.service).inc()
        for table in self.tables:
            for risk in await self._risks_due(table):
                done += await self.wake(table, risk, self._share)
        for table in self.tables:
            done += await self._resettle(table)
        done += await self.fan_out(fanout.next_of_one, fanout.OF_ONE)
        return done + await self.fan_out(fanout.next_of_many, fanout.OF_MANY)

    async def _risks_due(self, table: Decisions[Any]) -> list[int]:
        """The classes in which anybody's hour has come, by one look: a quiet service should cost nothing."""
        query = (
            f'SELECT r FROM unnest($1::smallint[]) r WHERE EXISTS (SELECT 1 FROM "{table.kept_in.root.name}" '
            f"WHERE risk = r AND wake_at <= {NOW}) ORDER BY r"
        )
        async with self.database.connection() as connection:
            return [row[0] for row in await connection.fetch(query, list(self._risks))]

    async def wake(self, table: Decisions[Any], risk: int, most: int) -> int:
        """Wakes up to `most` states of one class of risk whose hour has come."""
        return len(await self._wake(table, due(table, risk), most))

    async def _wake(self, table: Decisions[Any], query: str, most: int, *args: Any) -> list[Item]:
        """In the order of their keys. One that the database refuses is woken alone, so that it delays nobody."""
        try:
            return await self._transaction(table, query, most, None, *args)
        except Exception as error:
            if passes_by_waiting(error):
                raise
            if most > 1:
                return await self._wake(table, query, max(1, most // 8), *args)
            return await self._transaction(table, query, 1, error, *args)

    async def _transaction(
        self, table: Decisions[Any], query: str, most: int, doomed: Exception | None, *args: Any
    ) -> list[Item]:
        with metrics.TRANSACTION_SECONDS.labels(self.service, "woken").time():
            async with self.database.transaction() as tx:
                rows = await tx.fetch(query, most, *args)
                items = [waking(table, row["key"], row["wake_at"]) for row in sorted(rows, key=lambda row: row["key"])]
                for item in items:
                    item.doomed = doomed
                said = await self.road.travel(tx, items) if items else 0
        if items:
            self.road.committed(items)
            self._count(items)
        if said:
            await self._told()
        return items

    async def _resettle(self, table: Decisions[Any]) -> int:
        """States that were settled under another version of the policy are taken again, few at a time, in key order."""
        if table.in_force is None:
            return 0
        async with self.database.connection() as connection:
            under = await table.in_force(connection)
        if under is None:
            return 0
        now = self._passes.get(table.name)
        if now is None or now.under != under or (now.ended is not None and time.monotonic() - now.ended > LOOK_AGAIN):
            now = self._passes[table.name] = _Pass(under, UUID(int=0))
        if now.ended is not None:
            return 0
        items = await self._wake(table, behind(table), self._share, under, now.after)
        if items:
            now.after = items[-1].key
        else:
            now.ended = time.monotonic()
        return len(items)

    async def fan_out(self, next_chunk: fanout.Next, most: int) -> int:
        """The next chunk. A state that the database refuses is asked alone, and passed over."""
        try:
            return await self._chunk(next_chunk, most)
        except fanout.Unreadable as unreadable:
            self._unreadable.add(unreadable.id)
            log.error("stays open", reason=str(unreadable))
            return 1  # the next is looked at without a rest
        except Exception as error:
            if most == 1 or passes_by_waiting(error):
                raise
            return await self.fan_out(next_chunk, max(1, most // 8))

    async def _chunk(self, next_chunk: fanout.Next, most: int) -> int:
        """At least 1 when there was one, also if it concerned nobody: the next is looked at without a rest."""
        async with self.database.transaction() as tx:
            chunk = await next_chunk(tx, self.all_tables, most, self._unreadable)
            if chunk is None:
                return 0
            try:
                async with tx.transaction():  # type: ignore[attr-defined]  # a savepoint: the cursor moves all the same
                    said = await self.road.travel(tx, chunk.items)
            except Exception as error:
                if most > 1 or passes_by_waiting(error):
                    raise
                chunk.items[0].doomed = error
                said = await self.road.travel(tx, chunk.items)
            await chunk.move_on(tx, most)
        self.road.committed(chunk.items)
        for item in chunk.items:
            if item.failure is not None:
                log.error("buried one of a fan-out", decision=item.decisions.name, key=str(item.key), type=item.type,
                          reason=type(item.failure).__name__)  # fmt: skip
        if said:
            await self._told()
        return max(1, len(chunk.items))

    def _count(self, items: Sequence[Item]) -> None:
        metrics.BATCH_SIZE.labels(self.service, "woken").observe(len(items))
        for item in items:
            outcome = "failed" if item.failure is not None else "idle" if item.seen else "changed"
            metrics.WAKINGS.labels(self.service, outcome).inc()
            if item.failure is not None:
                log.error("waking failed", decision=item.decisions.name, key=str(item.key),
                          reason=type(item.failure).__name__)  # fmt: skip

    async def _agree(self) -> None:
        """Database, host and broker must agree to a minute; asked every 30 s."""
        if time.monotonic() - self._checked < 30 and self._checked:
            return
        async with self.database.connection() as connection:
            there: datetime = await connection.fetchval("SELECT clock_timestamp()")
        clocks = [there, datetime.now(UTC)]
        if (ahead := self._broker_ahead()) is not None:
            clocks.append(datetime.now(UTC) + timedelta(seconds=ahead))
        apart = (max(clocks) - min(clocks)).total_seconds()
        metrics.CLOCKS_APART.labels(self.service).set(apart)
        if apart > APART_S:
            raise ClocksApart(f"clocks differ by {apart:.0f} s: " + ", ".join(c.isoformat() for c in clocks))
        self._checked = time.monotonic()

    async def measure(self, connection: Connection) -> None:
        """What waits to be woken, fanned out, or mended. Beside the clock: a count over a city must keep nobody waiting."""
        overdue = failing = oldest = 0
        for table in self.tables:
            root = table.kept_in.root.name
            late, longest = await connection.fetchrow(
                f"SELECT count(*), coalesce(greatest(extract(epoch FROM {NOW} - min(wake_at)), 0), 0) "
                f'FROM "{root}" WHERE wake_at <= {NOW}'
            )
            failing += await connection.fetchval(f'SELECT count(*) FROM "{root}" WHERE wakes_failed > 0')
            overdue, oldest = overdue + late, max(oldest, longest)
        metrics.WAKINGS_OVERDUE.labels(self.service).set(overdue)
        metrics.WAKINGS_OLDEST.labels(self.service).set(oldest)
        metrics.WAKINGS_FAILING.labels(self.service).set(failing)
        open_ = await connection.fetchval("SELECT count(*) FROM fan_outs WHERE done_at IS NULL")
        metrics.FAN_OUTS_OPEN.labels(self.service).set(open_)
        buried = await connection.fetchval("SELECT count(*) FROM journal WHERE buried IS NOT NULL")
        metrics.BURIED.labels(self.service).set(buried)

    async def _rest(self, seconds: float | None = None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds or self._poll):
                await self._woken.wait()
        self._woken.clear()

    def look_now(self) -> None:
        """The clock of a demo has been moved: what is due by it is not waited for."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()


def waking(table: Decisions[Any], key: UUID, wake_at: datetime) -> Item:
    """The waking of one state: its id is made of the hour that the state named, so that the same hour is the same waking."""
    id_ = derived_uuid7(wake_at, key.bytes, wake_at.isoformat().encode(), table.name.encode())
    return Item(table, Kind.WOKEN, id_, key, "woken", b"", None, id_, wake_at)
