"""The morning on which a festival opens a duty for each of so many people: opened, told, and on Kafka.

Visits runs as it does in a city: one process for the doors, what is heard, and the relay; and one clock a core. Meanwhile
its doors are asked and people are admitted (`bench.meanwhile`). For several sizes, so that it shows how the time grows.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import uvloop

from bench.crowd import EVE, FESTIVAL_OPENS, PACK, enter, lives, pack
from bench.meanwhile import Felt, asked_and_admitted
from bench.spent import Spent, spending
from bench.stage import Stage, report, stage
from bus import topics
from bus.testing import make_schema
from contracts.visits import DUTIES
from deploy.local.wanted import KAFKA, POSTGRES
from services.visits.service import service

PORT = 18980
WARM_S = 20
RULE = "elders-day-visit"
LOST_S = 3600.0
LARGE = {"max_wal_size": "8GB", "checkpoint_timeout": "15min"}
"""As for a city of a million: a checkpoint each minute would write every page twice."""


async def crowded(on: Stage, people: int, now: datetime) -> Any:
    """A crowd of so many in visits, whose clock shows this hour. A connection to its tables."""
    await make_schema(on.dsn, "visits", service.metadata)
    connection = await asyncpg.connect(on.dsn, server_settings={"search_path": "visits"})
    for name, value in LARGE.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.execute("SELECT pg_reload_conf()")
    await enter(connection, lives(pack(), now), people, now)
    await connection.execute("CHECKPOINT", timeout=LOST_S)
    await connection.execute("INSERT INTO clock_offset VALUES (true, $1 - clock_timestamp(), NULL)", now)
    return connection


def running(on: Stage, clocks: int) -> dict[str, list[int]]:
    """Starts visits; the process ids of everything, by what it is."""
    programs = {"clocks": ["clock"] * clocks, "visits": ["api,worker,relay"]}
    ids: dict[str, list[int]] = {"postgres": [on.platform.pid(POSTGRES) or 0], "kafka": [on.platform.pid(KAFKA) or 0]}
    port = PORT + clocks
    for name, roles in programs.items():
        ids[name] = [on.run("services.visits", port=port - n, BIFANG_ROLES=role, BIFANG_POLICY=str(PACK)).pid
                     for n, role in enumerate(roles)]  # fmt: skip
        port -= len(roles)
    on.wait_ready(PORT)
    return ids


@asynccontextmanager
async def watched(on: Stage, people: int, ids: dict[str, list[int]]) -> AsyncIterator[tuple[Spent, Felt]]:
    """What it takes, and what is felt meanwhile at the doors; both are complete when the block has ended."""
    async with asked_and_admitted(on, PORT, people, EVE) as felt:
        await asyncio.sleep(WARM_S)
        felt.doors.clear()
        felt.duties.clear()
        with spending(**ids) as spent:
            async with asyncio.timeout(LOST_S):
                yield spent, felt


async def opens(on: Stage, connection: Any, people: int, ids: dict[str, list[int]]) -> tuple[Spent, Felt]:
    """From the hour at which it opens until the last of its duties stands on Kafka."""
    ends = topics.Ends(on.brokers, [DUTIES.name])
    async with watched(on, people, ids) as seen:
        await connection.execute("UPDATE clock_offset SET ahead = $1 - clock_timestamp()", FESTIVAL_OPENS)
        while not await _all_told(connection, ends, people):
            await asyncio.sleep(min(2.0, people / 20_000))
    await asyncio.to_thread(ends.close)
    return seen


async def _all_told(connection: Any, ends: topics.Ends, people: int) -> bool:
    """Kafka holds as many as there are people; only then the tables are asked, which costs."""
    if sum((await ends.now()).values()) < people:
        return False
    opened, waiting = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM cares WHERE wake_at <= $1), (SELECT count(*) FROM outbox)",
        FESTIVAL_OPENS,
        timeout=60,
    )
    return not opened and not waiting


async def assert_nothing_lost(connection: Any, people: int) -> None:
    """Each has exactly one, and each was told exactly once."""
    counted = await connection.fetchrow(
        "SELECT count(*), count(DISTINCT person_id) FROM duties WHERE rule = $1 AND opened_at >= $2", RULE, FESTIVAL_OPENS,
        timeout=LOST_S,
    )  # fmt: skip
    told = await connection.fetchrow(
        "SELECT count(*), count(DISTINCT key) FROM told WHERE body LIKE $1", b'%"rule":"' + RULE.encode() + b'"%opened_at%',
        timeout=LOST_S,
    )  # fmt: skip
    if [*counted, *told] != [people] * 4:
        raise RuntimeError(f"of {people} people: duties and people {tuple(counted)}, told {tuple(told)}")


def stop_all(on: Stage) -> None:
    for program in on.programs:
        if program.poll() is None:
            on.end(program)


async def measure(sizes: list[int], clocks: int) -> int:
    rows: list[tuple[str, str, str]] = []
    figures: dict[str, Any] = {"seconds_by_people": {}}
    for people in sizes:
        with stage() as on:
            connection = await crowded(on, people, EVE)
            spent, felt = await opens(on, connection, people, running(on, clocks))
            await asyncio.to_thread(stop_all, on)
            await assert_nothing_lost(connection, people)
            await connection.close()
        rows += [
            (f"{people:,} people: all opened, told, on Kafka, s", f"{spent.wall:,.1f}", "< 600 of 1,000,000"),
            (f"… people/s, {clocks} clocks", f"{people / spent.wall:,.0f}", ""),
            ("", str(spent), ""),
            *felt.rows(),
        ]
        figures["seconds_by_people"][people] = round(spent.wall, 1)
        figures |= felt.figures(people, spent)
    report("bench festival", rows, figures)
    return 0


def main() -> None:
    """`./bifang bench festival [--people N ...]`"""
    parser = argparse.ArgumentParser(prog="./bifang bench festival", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--clocks", type=int, default=os.cpu_count() or 1, help="processes that wake people")
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(measure(args.people, args.clocks)))


if __name__ == "__main__":
    main()
