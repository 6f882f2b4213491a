"""Once a civil day everybody is counted, beside the clock, and it is told: visits' certificate must come to the same."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID

import structlog

from bus.asking import Asking, NotNow, SameIdOtherWords
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Caller
from bus.headcount import headcount
from bus.now import NOW
from bus.running import Running
from contracts.ids import derived
from contracts.zone import CITY
from services.registry import city
from services.registry.requests.cards import TellCount

log = structlog.get_logger()

HOUR = time(1, 30)
"""Of the civil day: what happened until then has reached visits when its certificate is taken, at two."""
SETTLED = timedelta(minutes=2)
"""So long ago is the instant that is counted: whoever decided before it has committed."""
LOOKS_EVERY_S = 60.0
COUNTER = Caller(person="counter", role="system")

COUNT = headcount("""
  SELECT p.person_id,
    EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.reported_at <= $1
      AND (d.retracted_at IS NULL OR d.retracted_at > $1)) AS is_dead,
    EXISTS (SELECT FROM care_ends c WHERE c.person_id = p.person_id AND c.ended_at <= $1
      AND (c.resumed_at IS NULL OR c.resumed_at > $1)) AS has_ended
  FROM people p WHERE p.enrolled_at <= $1
""")
"""As of $1. Merged files and those begun in error are counted as ended, as they are everywhere."""
_LAST = "SELECT counted_on FROM directories WHERE directory_id = $1"


class Headcount:
    """Several may live: a day is counted once. What fails is tried again at the next look."""

    def __init__(self, asking: Asking, database: Database) -> None:
        self._asking, self._database = asking, database
        self._stopping = asyncio.Event()

    @classmethod
    def of(cls, running: Running) -> Self:
        """With a connection of its own: counting keeps no decision waiting."""
        return cls(running.asking, Database(running.settings.database_url, schema=running.service.name, size=1))

    async def run(self) -> None:
        """Nobody's care may end because it failed."""
        try:
            while not self._stopping.is_set():
                try:
                    await self.look()
                except Exception as error:
                    if not (passes_by_waiting(error) or isinstance(error, NotNow)):
                        log.error("nobody was counted", reason=type(error).__name__, exc_info=error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY_S):
                        await self._stopping.wait()
        finally:
            await self._database.close()

    async def look(self) -> None:
        """If this day was not counted: everybody is, and it is asked to tell that."""
        async with self._database.connection() as connection:
            now: datetime = await connection.fetchval(f"SELECT {NOW}")
            directory_id = derived("directory", city.words().city)
            if not is_due(now, await connection.fetchval(_LAST, directory_id)):
                return
            request = await counted(connection, directory_id, now)
        with suppress(SameIdOtherWords):  # another process has counted this day
            await self._asking.ask(request)

    async def stop(self) -> None:
        self._stopping.set()

    def missing(self) -> list[str]:
        return []


def is_due(now: datetime, last: date | None) -> bool:
    """The hour of the day has come and the day was not counted; where nobody was ever counted it is due at once."""
    local = now.astimezone(CITY)
    return last is None or (local.date() > last and local.time() >= HOUR)


async def counted(connection: Connection, directory_id: UUID, now: datetime) -> TellCount:
    as_of, day = now - SETTLED, now.astimezone(CITY).date()
    row = await connection.fetchrow(COUNT, as_of)
    return TellCount(
        directory_id=directory_id,
        count_id=derived("people-counted", directory_id, day),
        city=city.words().city,
        day=day,
        as_of=as_of,
        **dict(row),
        by=COUNTER,
    )
