"""Every night the states are rebuilt from the journal beside the clock, and whatever differs from its tables is named (★2)."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from typing import Any
from uuid import UUID

import structlog

from bus import metrics
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decisions
from bus.now import NOW
from bus.rebuild import FIRST, Difference, differing, next_keys, snapshot
from contracts.zone import CITY

log = structlog.get_logger()

NIGHT = (hour(3), hour(6))
"""Of the civil day: the certificates are issued, and nobody is visited. What is not done by its end goes on the next night."""
STATES = 20
"""In one transaction: so many journals are read of one snapshot, and so many are done again after a stop."""
WORKS_S, RESTS_S = 0.01, 0.04
"""A fifth of one processor at most, and never longer at once: decisions of this process wait for no more than that."""
LOOKS_EVERY_S = 60.0

_BEGUN = f"INSERT INTO rebuilding (one, since) VALUES (true, {NOW}) ON CONFLICT (one) DO NOTHING"
# Of several processes one rebuilds; the others find the row locked, and look again.
_WHERE = f"SELECT night, decision, after, states, {NOW} AS now FROM rebuilding FOR UPDATE SKIP LOCKED"
_ON = """
UPDATE rebuilding SET night = $1, began_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(began_at, $5) END,
  decision = $2, after = $3, states = $4
"""
_ENDED = "UPDATE rebuilding SET ended_at = $1, ended_states = $2"
_FORGET = "DELETE FROM rebuild_differences WHERE decision = $1 AND key = ANY($2)"
_NAME = """
INSERT INTO rebuild_differences (decision, key, fields, found_at)
SELECT $1, u.key, string_agg(u.field, ', ' ORDER BY u.field), $4 FROM unnest($2::uuid[], $3::text[]) AS u(key, field) GROUP BY u.key
"""
# A state of which neither table nor journal tells any more is not looked at again; nor is one of a kind that is no more.
_LEFT = "DELETE FROM rebuild_differences WHERE found_at < (SELECT began_at FROM rebuilding)"
_SEEN = f"""
SELECT extract(epoch FROM {NOW} - coalesce(ended_at, since)) AS age,
  CASE WHEN began_at IS NULL THEN coalesce(ended_states, 0) ELSE states END AS states,
  (SELECT count(*) FROM rebuild_differences) AS differing FROM rebuilding
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the round stands: of this night, at these states; none of them = the round of that night has ended."""

    night: date | None
    decision: str | None
    after: UUID
    states: int
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(CITY).date()

    @property
    def is_over(self) -> bool:
        """Nothing to do now: it is day, or the round of this night has ended."""
        by_night = NIGHT[0] <= self.now.astimezone(CITY).time() < NIGHT[1]
        return not by_night or (self.decision is None and self.night == self.today)


class Breath:
    """Rests long after a little work."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    async def __call__(self) -> None:
        if time.monotonic() - self._since >= WORKS_S:
            await asyncio.sleep(RESTS_S)
            self._since = time.monotonic()


class Rebuilding:
    """A round goes through all states in the order of their keys, night after night until it is whole; then the next begins.

    Where it stands lies in the database, in the transaction of what was found: a stop at any instant repeats a few states.
    """

    def __init__(self, service: str, database: Database, tables: Sequence[Decisions[Any]]) -> None:
        """The database must be its own: reading keeps no decision waiting."""
        self._service, self._database, self._tables = service, database, sorted(tables, key=lambda table: table.name)

    async def run(self) -> None:
        """For ever. Nobody's care may end because it failed."""
        try:
            while True:
                pause = LOOKS_EVERY_S
                try:
                    if await self.look():
                        pause = RESTS_S
                except Exception as error:
                    if not passes_by_waiting(error):
                        log.error("could not be rebuilt", reason=type(error).__name__, exc_info=error)
                await asyncio.sleep(pause)
        finally:
            await self._database.close()

    async def look(self) -> bool:
        """The next few states, if it is night and some are left. Whether there may be more."""
        async with self._database.connection() as connection:
            await connection.execute(_BEGUN)
        async with snapshot(self._database) as tx:
            row = await tx.fetchrow(_WHERE)
            if row is None or (place := Place(**dict(row))).is_over:
                return False
            await self._go_on(tx, place)
            return True

    async def _go_on(self, tx: Connection, place: Place) -> None:
        begins = place.decision is None
        night = place.today if begins else place.night
        table = next((t for t in self._tables if t.name >= (place.decision or "")), None)
        after, states = (FIRST, 0) if begins else (place.after, place.states)
        if table is not None and table.name != place.decision:
            after = FIRST
        while table is not None and not (keys := await next_keys(tx, table, after, STATES)):
            table, after = next((t for t in self._tables if t.name > table.name), None), FIRST
        if table is None:
            await self._end(tx, night, states, place.now)
            return
        await tx.execute(_ON, night, table.name, keys[-1], states + len(keys), place.now)
        self._log(found := await differing(tx, table, keys, Breath()))
        await tx.execute(_FORGET, table.name, keys)
        if found:
            await tx.execute(_NAME, table.name, [each.key for each in found], [each.field for each in found], place.now)
        metrics.REBUILT.labels(self._service).inc(len(keys))

    async def _end(self, tx: Connection, night: date | None, states: int, now: datetime) -> None:
        await tx.execute(_LEFT)
        await tx.execute(_ON, night, None, FIRST, states, now)
        await tx.execute(_ENDED, now, states)
        log.info("all states were rebuilt", states=states)

    def _log(self, found: Sequence[Difference]) -> None:
        for each in found:
            log.error(
                "a state is not what its journal makes", decision=each.decision, key=str(each.key), field=each.field
            )

    async def measure(self, connection: Connection) -> None:
        """As the last looks found it, whoever looked."""
        row = await connection.fetchrow(_SEEN)
        if row is not None:
            metrics.REBUILD_AGE.labels(self._service).set(row["age"])
            metrics.REBUILD_STATES.labels(self._service).set(row["states"])
            metrics.REBUILD_DIFFERING.labels(self._service).set(row["differing"])
