"""The certificate of a large city: people × rules, each with its verdict, from tables that SQL has filled."""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from bench.coverage_city import FILLING, policy
from bench.spent import Spent, spending
from bench.stage import report
from bus.database import Database
from bus.testing import make_schema
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.wanted import POSTGRES
from services.visits.coverage.certifying import request_of
from services.visits.coverage.counting import Counted, count
from services.visits.coverage.in_force import write_in_force
from services.visits.coverage.rules_now import RULES
from services.visits.domain import Activation, Book
from services.visits.tables import duties, metadata

GOAL_S, GOAL_MB = 45, 500
BARE = 7
"""So many duties are taken away: the certificate must name them, and nobody else."""
_UNKEYED = """
ALTER TABLE duties DROP CONSTRAINT duties_pkey, DROP CONSTRAINT duties_person_id_fkey;
DROP INDEX duties_open, duties_by_id, duties_standing; SET maintenance_work_mem = '1GB'; SET synchronous_commit = off
"""
"""Millions of rows are sorted once at the end sooner than each into its place."""
_KEYED = "ALTER TABLE duties ADD PRIMARY KEY (person_id, duty_id), ADD FOREIGN KEY (person_id) REFERENCES cares"
_TAKEN = """
DELETE FROM duties WHERE (person_id, duty_id) IN (
  SELECT person_id, duty_id FROM duties WHERE rule = 'yearly-0' AND closed_at IS NULL ORDER BY duty_id LIMIT $1)
"""


async def fill(dsn: str, book: Book, people: int) -> None:
    await make_schema(dsn, "visits", metadata)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "visits", "timezone": "UTC"})
    await connection.execute(_UNKEYED)
    async with connection.transaction():
        await write_in_force(connection, book)
        await connection.execute(RULES, book.label, datetime.now(UTC))
        for what, sql in FILLING:
            started = time.perf_counter()
            done = await connection.execute(sql, *([people] if "$1" in sql else []))
            print(f"  {what}: {done.split()[-1]}, {time.perf_counter() - started:.0f} s", flush=True)
        await connection.execute(_TAKEN, BARE)
    await connection.execute(_KEYED)
    for index in duties.indexes:
        await connection.execute(str(CreateIndex(index).compile(dialect=postgresql.dialect())))  # type: ignore[no-untyped-call]
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def measure(dsn: str, people: int, postgres: int) -> tuple[Counted, Spent]:
    made = policy()
    book = Book.of([Activation("bench", datetime(2020, 1, 1, tzinfo=UTC), made)])
    await fill(dsn, book, people)
    database = Database(dsn, schema="visits", size=4)
    try:
        with spending(postgres=[postgres]) as spent:
            found = await count(database, book)
            certificate = request_of(found, made.city, made.zone)
        print(
            f"  figures of the certificate: {len(found.groups)} groups, {len(certificate.counts) / 1e6:.1f} MB",
            flush=True,
        )
        return found, spent
    finally:
        await database.close()


def by_verdict(found: Counted) -> Counter[str]:
    sums: Counter[str] = Counter()
    for group, n in found.groups.items():
        sums[group.verdict] += n
    return sums


def main() -> int:
    parser = argparse.ArgumentParser(prog="./bifang bench coverage", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="bifang-bench-") as folder:
        platform = Platform(Path(folder) / "data", Ports.free(), parts=[POSTGRES])
        with platform:
            found, spent = asyncio.run(measure(platform.admin_dsn, people, platform.pid(POSTGRES) or 0))
        platform.destroy()
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    right = found.adds_up and found.people == people and len(found.exceptions) == BARE
    rows = [(verdict, f"{n:,}", "") for verdict, n in by_verdict(found).most_common()]
    rows += [
        ("人 × 规则 pairs", f"{found.groups.total():,}", f"{people * found.rules:,}"),
        ("例外 exceptions", f"{len(found.exceptions)}", f"{BARE}"),
        ("用时 seconds", f"{spent.wall:.1f}", f"< {GOAL_S}"),
        ("", str(spent), ""),
        ("内存 MB", f"{mb:.0f}", f"< {GOAL_MB}"),
    ]
    figures = {
        "people": found.people,
        "rules": found.rules,
        "seconds": round(spent.wall, 1),
        "cpu_s": round(spent.whole),
        "mb": round(mb),
    }
    report("必访覆盖证书 coverage certificate", rows, figures)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
