"""A new version of the policy: until it is in force for each of so many people, while admissions still become duties.

Nobody's row is touched when it is approved: the clocks go through all people in the order of their keys (`bus.clock`).
"""

import argparse
import asyncio
import json
import os
import sys
from typing import Any
from uuid import UUID

import uvloop

from bench.crowd import EVE, PACK
from bench.festival import crowded, running, stop_all, watched
from bench.meanwhile import Felt
from bench.spent import Spent
from bench.stage import Stage, report, stage
from contracts.ids import derived
from services.visits.policy import files_of

PROPOSAL = derived("bench", "proposal")
_PROPOSED = "INSERT INTO policy_books (book_id, city) VALUES ($1, '宁德市')"
_SOURCE = "INSERT INTO sources (book_id, source_id, version, files) VALUES ($1, $1, 'another', $2)"
_APPROVED = """
INSERT INTO proposals (
  book_id, proposal_id, version, title, note, proposed_by, proposed_at, approved_by, approved_at, in_force_from
) SELECT $1, $2, 'another', '', '', 'one', now, 'two', now, now FROM (SELECT clock_timestamp() + ahead AS now FROM clock_offset)
"""
_LAST = "SELECT settled_under FROM cares ORDER BY person_id DESC LIMIT 1"
_BEHIND = "SELECT count(*) FROM cares WHERE settled_under IS DISTINCT FROM $1"


def another() -> dict[str, str]:
    """Ningde's pack, in which one thing is said otherwise: those above learn a day later of what a leader owes."""
    files = dict(files_of(PACK))
    name = next(name for name, text in files.items() if "  leader:" in text)
    files[name] = files[name].replace(
        "{after: 24h, rung: organisation-department", "{after: 48h, rung: organisation-department"
    )
    return files


async def changes(on: Stage, connection: Any, people: int, ids: dict[str, list[int]]) -> tuple[Spent, Felt]:
    """From the hour at which it is in force until everybody has been settled under it."""
    async with watched(on, people, ids) as seen:
        await _approved(connection)
        while await connection.fetchval(_LAST) != str(PROPOSAL) or await connection.fetchval(_BEHIND, str(PROPOSAL)):
            await asyncio.sleep(min(1.0, people / 20_000))
    if failed := await connection.fetchval("SELECT count(*) FROM cares WHERE wakes_failed > 0"):
        raise RuntimeError(f"{failed} people could not be settled")
    return seen


async def _approved(connection: Any) -> None:
    book: UUID = derived("bench", "policy book")
    async with connection.transaction():
        await connection.execute(_PROPOSED, book)
        await connection.execute(_SOURCE, book, json.dumps(another(), ensure_ascii=False))
        await connection.execute(_APPROVED, book, PROPOSAL)


async def measure(sizes: list[int], clocks: int) -> int:
    rows: list[tuple[str, str, str]] = []
    figures: dict[str, Any] = {}
    for people in sizes:
        with stage() as on:
            connection = await crowded(on, people, EVE)
            spent, felt = await changes(on, connection, people, running(on, clocks))
            await asyncio.to_thread(stop_all, on)
            await connection.close()
        rows += [
            (f"{people:,} people: in force for all, s 新版政策人人生效", f"{spent.wall:,.1f}", "< 900 of 1,000,000"),
            (f"… people/s, {clocks} clocks", f"{people / spent.wall:,.0f}", ""),
            ("", str(spent), ""),
            *felt.rows(),
        ]
        figures = felt.figures(people, spent)
    report("bench policy", rows, figures)
    return 0


def main() -> None:
    """`./bifang bench policy [--people N ...]`"""
    parser = argparse.ArgumentParser(prog="./bifang bench policy", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[100_000])
    parser.add_argument("--clocks", type=int, default=os.cpu_count() or 1, help="processes that wake people")
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(measure(args.people, args.clocks)))


if __name__ == "__main__":
    main()
