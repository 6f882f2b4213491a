"""The auditor: once a civil day everybody is counted, beside the clock, and the certificate is asked for at the desk."""

import asyncio
from contextlib import suppress
from datetime import time
from typing import Self

import structlog

from bus.asking import Asking, NotNow, SameIdOtherWords
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Caller
from bus.now import NOW
from bus.running import Running
from services.visits.books import Books
from services.visits.coverage.certifying import day_of, request_of, write_named
from services.visits.coverage.counting import HANDS, count
from services.visits.domain.certificates import book_of
from services.visits.domain.policy import Book
from services.visits.requests.certificates import IssueCertificate

log = structlog.get_logger()

HOUR = time(2)
"""Of the civil day: the evening's records are in, nobody is visited, and mistakes wait on the desk in the morning."""
LOOKS_EVERY_S = 60.0
AUDITOR = Caller(person="auditor", role="system")
_ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtext('coverage'))"
_DONE = "SELECT pg_advisory_unlock(hashtext('coverage'))"
_LAST_DAY = "SELECT day FROM certificate_books WHERE book_id = $1"
_UNSETTLED = f"""
SELECT EXISTS (SELECT FROM cares WHERE wake_at <= {NOW} - interval '1 minute' AND wakes_failed = 0)
  OR EXISTS (SELECT FROM cares WHERE settled_under <> $1 AND wakes_failed = 0)
  OR EXISTS (SELECT FROM fan_outs WHERE done_at IS NULL AND time <= {NOW} - interval '1 minute')
"""
LOOKS_IN_VAIN = 120
"""So many looks it waits for the clock, which catches up after an outage or a new policy; then it counts as things stand."""


class Nightly:
    """Several may live: one counts at a time, and a day has one certificate. What fails is tried again at the next look."""

    def __init__(self, asking: Asking, database: Database, books: Books) -> None:
        """The database must be its own, of `HANDS` + 2 connections: counting keeps no decision waiting."""
        self._asking, self._database, self._books, self._waited = asking, database, books, 0
        self._stopping, self._woken = False, asyncio.Event()

    @classmethod
    def of(cls, running: Running, books: Books) -> Self:
        url, schema = running.settings.database_url, running.service.name
        nightly = cls(running.asking, Database(url, schema=schema, size=HANDS + 2), books)
        running.when_moved.append(nightly.look_now)
        return nightly

    async def run(self) -> None:
        """Nobody's care may end because it failed."""
        try:
            while not self._stopping:
                try:
                    await self.look()
                except Exception as error:
                    if not (passes_by_waiting(error) or isinstance(error, NotNow)):
                        log.error("no certificate", reason=type(error).__name__, exc_info=error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY_S):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            await self._database.close()

    async def look(self) -> None:
        """If the certificate of this day is due: everybody is counted, and it is asked for."""
        async with self._database.connection() as held:
            book = await self._books.in_force(held)
            if not await is_due(held, book) or await self._must_wait(held, book):
                return
            if not await held.fetchval(_ONE_AT_A_TIME):
                return
            try:
                request = await counted_request(self._database, book)
                with suppress(SameIdOtherWords):  # this day has its certificate
                    await self._asking.ask(request)
            finally:
                await held.execute(_DONE)

    async def _must_wait(self, tx: Connection, book: Book) -> bool:
        if self._waited >= LOOKS_IN_VAIN or not await tx.fetchval(_UNSETTLED, book.label):
            self._waited = 0
            return False
        self._waited += 1
        return True

    def look_now(self) -> None:
        """The clock of a demo has been moved."""
        self._woken.set()

    async def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    def missing(self) -> list[str]:
        return []


async def is_due(tx: Connection, book: Book) -> bool:
    """The hour of the day has come and the day has no certificate; of a city that never had one it is due at once."""
    now, zone = await tx.fetchval(f"SELECT {NOW}"), book.in_force.zone
    last = await tx.fetchval(_LAST_DAY, book_of(book.in_force.city))
    return last is None or (day_of(now, zone) > last and now.astimezone(zone).time() >= HOUR)


async def counted_request(database: Database, book: Book) -> IssueCertificate:
    """Everybody is counted; the names are written, and what is to be asked is returned."""
    found = await count(database, book)
    request = request_of(found, book.in_force.city, book.in_force.zone)
    async with database.transaction() as tx:
        await write_named(tx, request.certificate_id, found)
    return request.model_copy(update={"by": AUDITOR})
