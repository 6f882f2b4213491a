"""Gauges of what only the tables know, read again and again beside the clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bus.database import Connection, Database

log = structlog.get_logger()

EVERY = 15.0
Measure = Callable[[Connection], Awaitable[None]]
"""Reads the service's own tables and sets its gauges."""


async def measuring(database: Database, measures: Sequence[Measure]) -> None:
    """For ever, and at most a twentieth of the time, so that it stays harmless in a city of a million.

    It has a connection of its own: a slow count must keep no decision waiting.
    """
    try:
        while True:
            started = time.monotonic()
            try:
                async with database.connection() as connection:
                    for measure in measures:
                        await measure(connection)
            except Exception as error:  # noqa: BLE001 - nobody's care may end because something could not be counted
                log.error("could not be measured", reason=type(error).__name__)
            await asyncio.sleep(max(EVERY, 20 * (time.monotonic() - started)))
    finally:
        await database.close()
