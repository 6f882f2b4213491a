"""The engine's own speed: `reconcile` of people who are settled, and people woken down the whole road by the clock.

The people of the crowd live under Ningde's pack (`bench.crowd`). Woken over a real PostgreSQL by `bus.clock`, in one process
and in one a core: once when nothing has come for them, and once at the midnight when a festival opens a duty for each.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

import asyncpg
import uvloop

from bench.crowd import EVE, FESTIVAL_OPENS, enter, lives, needed, pack
from bench.spent import Spent, spending
from bench.stage import report
from bus.clock import Clock
from bus.database import Database
from bus.program import spare_the_collector
from bus.road import Road
from bus.testing import make_schema
from contracts.ids import PersonId, derived
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.wanted import POSTGRES
from services.visits.domain import Care, reconcile
from services.visits.service import service

TIMES = 5
SECOND = timedelta(seconds=1)


def alone(people: list[Care], now: datetime) -> float:
    """People/s of processor time through the pure function: the median of several runs."""
    return median(_once(people, lambda care: reconcile(care, now)) for _ in range(TIMES))


def _once(people: list[Care], do: Callable[[Care], Any]) -> float:
    began = time.process_time()
    for care in people:
        do(care)
    return len(people) / (time.process_time() - began)


class Clocks:
    """So many processes, each with a clock of visits, as a city runs them."""

    def __init__(self, n: int, dsn: str, postgres: int) -> None:
        self.n, self._dsn, self._postgres = n, dsn, postgres
        self._pool = ProcessPoolExecutor(n, initializer=_prepare)

    async def wake(self, connection: Any, now: datetime) -> Spent:
        """Everybody whose hour has come by now, until nobody is left."""
        list(self._pool.map(time.sleep, [0.2] * self.n))  # each process is there
        await connection.execute("DELETE FROM clock_offset")
        await connection.execute("INSERT INTO clock_offset VALUES (true, '0', $1)", now)
        people: int = await connection.fetchval("SELECT count(*) FROM cares WHERE wake_at <= $1", now)
        loop = asyncio.get_running_loop()
        with spending(postgres=[self._postgres], clocks=list(self._pool._processes)) as spent:
            await asyncio.gather(*(loop.run_in_executor(self._pool, _rounds, self._dsn) for _ in range(self.n)))
        left = await connection.fetchval("SELECT count(*) FROM cares WHERE wake_at <= $1 OR wakes_failed > 0", now)
        if left or not people:
            raise RuntimeError(f"of {people} people {left} were not woken")
        return spent

    def close(self) -> None:
        self._pool.shutdown()


def _prepare() -> None:
    pack()
    spare_the_collector()


def _rounds(dsn: str) -> None:
    uvloop.run(_until_nobody_is_left(dsn))


async def _until_nobody_is_left(dsn: str) -> None:
    database = Database(dsn, schema="visits")
    road = Road("visits", lambda item: (_ for _ in ()).throw(item.failure or RuntimeError("nothing is heard here")))
    clock = Clock("visits", database, road, service.decisions, told=_nobody, risks=service.clock_risks)
    while await clock.round():
        pass
    await database.close()


async def _nobody() -> None:
    return None


async def woken(platform: Platform, few: list[Care], people: int, clocks: int) -> tuple[Spent, Spent]:
    """With nothing to do, and with a duty to open for each: over a crowd of so many."""
    await make_schema(platform.admin_dsn, "visits", service.metadata)
    connection = await asyncpg.connect(platform.admin_dsn, server_settings={"search_path": "visits"})
    await enter(connection, few, people, EVE)
    await connection.execute("UPDATE cares SET wake_at = $1", EVE)
    waking = Clocks(clocks, platform.admin_dsn, platform.pid(POSTGRES) or 0)
    try:
        idle = await waking.wake(connection, EVE + SECOND)
        opening = await waking.wake(connection, FESTIVAL_OPENS + SECOND)
    finally:
        waking.close()
    facts = await connection.fetchval("SELECT count(*) FROM outbox")
    await connection.close()
    if facts < people:
        raise RuntimeError(f"{people} people, and {facts} facts")
    return idle, opening


async def measure(people: int) -> int:
    policy = pack()
    few = [replace(care, duties=needed(care)) for care in lives(policy, EVE)]
    crowd = [replace(few[n % len(few)], person_id=PersonId(derived("bench", n))) for n in range(10_000)]
    settled, opening = alone(crowd, EVE), alone(crowd, FESTIVAL_OPENS)
    rows = [
        (f"reconcile, {len(policy.rules)} rules in force, people/s of one core 纯函数", f"{settled:,.0f}", "≥ 20,000"),
        ("… at the hour at which a duty opens", f"{opening:,.0f}", ""),
    ]
    figures: dict[str, Any] = {
        "people_per_s": round(settled),
        "rules": len(policy.rules),
        "opening_per_s": round(opening),
    }
    folder = Path(mkdtemp(prefix="bifang-bench-"))
    with Platform(folder / "data", Ports.free(), parts={POSTGRES}) as platform:
        try:
            for clocks in (1, os.cpu_count() or 1):
                idle, opened = await woken(platform, few, people, clocks)
                figures |= {"clocks": clocks} | _figures("idle", people, idle) | _figures("opening", people, opened)
                rows += [
                    (
                        f"{clocks} clock(s): woken with nothing to do, people/s 唤醒，无事",
                        f"{people / idle.wall:,.0f}",
                        "≥ 5,000",
                    ),
                    ("", str(idle), ""),
                    ("… a duty opened for each, people/s 唤醒，各开一项", f"{people / opened.wall:,.0f}", "≥ 2,500"),
                    ("", str(opened), ""),
                ]
        finally:
            platform.destroy()
    report(f"bench reconcile: {people:,} people", rows, figures)
    return 0


def _figures(what: str, people: int, spent: Spent) -> dict[str, int]:
    return {f"woken_{what}_per_s": round(people / spent.wall), f"{what}_cpu_us": round(1e6 * spent.whole / people)}


def main() -> None:
    """`./bifang bench reconcile [--people N]`"""
    parser = argparse.ArgumentParser(prog="./bifang bench reconcile", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(measure(args.people)))


if __name__ == "__main__":
    main()
