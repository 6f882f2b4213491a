"""A worker in a process of its own, so that it can be killed: `python -m tests.bus.listener watch DSN BROKERS PREFIX`.

With `deaf` instead of `watch` its handler fails at the first batch, and only the watchdog can end the process.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from bus import dead_letters
from bus.consumer import faust_app, watch
from bus.database import Database
from bus.hearing import Hearing
from bus.road import Road
from bus.worker import Worker
from tests.bus.watch import service

STAYS = "medical.stays"
ENDED_BY_WATCHDOG = 7


async def nobody() -> None:
    """The outbox is not read here."""


def die(why: str) -> NoReturn:
    print(why, flush=True)
    os._exit(ENDED_BY_WATCHDOG)


def worker(database: Database, brokers: str, prefix: str) -> Worker:
    """Of the watch: it hears the stays."""
    road = Road(service.name, lambda item: dead_letters.letter(service.name, item, item.clock))  # type: ignore[arg-type]
    hearing = Hearing(service.name, database, road, service.decisions, told=nobody)
    return Worker(service.name, database, hearing, brokers, [STAYS], prefix, die)


async def listen(dsn: str, brokers: str, prefix: str) -> None:
    """Until SIGTERM."""
    database = Database(dsn, schema=service.name)
    listening = worker(database, brokers, prefix)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    running = asyncio.create_task(listening.run())
    await asyncio.wait([running, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.is_set():
        die(repr(running.exception()))
    await listening.stop()
    await asyncio.wait([running], timeout=5)
    await database.close()


async def be_deaf(dsn: str, brokers: str, prefix: str) -> None:
    async def hear(records: Sequence[Any]) -> None:
        print("heard", flush=True)
        raise ZeroDivisionError

    async def offsets() -> Mapping[tuple[str, int], int]:
        return {}

    app = faust_app("watch", brokers, [prefix + STAYS], hear, offsets, prefix + "deaf")
    watching = asyncio.create_task(watch(app, die))
    await app.start()
    await watching


if __name__ == "__main__":
    asyncio.run({"watch": listen, "deaf": be_deaf}[sys.argv[1]](*sys.argv[2:]))
