"""Counts the verdicts over all people, a slice of the keys at a time: what is fetched is figures, and names of exceptions."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from bus.database import Connection, Database
from bus.now import NOW
from services.visits.coverage.against import WITHOUT_CLASS, Against, compare
from services.visits.coverage.climb import STUCK, UNREACHABLE
from services.visits.coverage.handed_over import not_handed_over
from services.visits.coverage.in_force import write_in_force, write_lunar_birthdays
from services.visits.coverage.rules_now import ASKED, BIRTHDAYS, BY_DAY, CLASSES, MERGED, PEOPLE, RULES
from services.visits.coverage.slices import EMPTY, LAID_OUT, TABLES
from services.visits.coverage.verdicts import DONE_BY_STRUCK, EXCEPTIONS, VERDICTS
from services.visits.domain.certificates import book_of
from services.visits.domain.policy import Book

IN_A_SLICE = 20_000
"""People of one slice: what they need of the tables is sorted and joined in memory."""
HANDS = 2
"""Connections that count slices at once, all of one snapshot; one more holds it, and counts what is asked of all at once."""
# Of what stands in a WITH the planner has no figures: where it expects a row it would walk, or sort, what is to be hashed.
# Its pages lie scattered and are read by whoever needs them: to have each read by another process costs more than it saves.
_SETTINGS = """
SET LOCAL enable_seqscan = on; SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_sort = off;
SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL work_mem = '128MB'; SET LOCAL temp_buffers = '64MB';
SET LOCAL default_statistics_target = 10;
SET LOCAL effective_io_concurrency = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
"""
_FIRST_KEYS = """
SELECT person_id FROM (SELECT person_id, row_number() OVER (ORDER BY person_id) AS n FROM cares) numbered WHERE n % $1 = 1
"""
_NAMES = "SELECT count(*) FROM name_now"


class Group(NamedTuple):
    """What is counted together."""

    county: str
    kind: str
    category: str
    rule: str
    party: str
    verdict: str


class Named(NamedTuple):
    """Whom the certificate names, under which rule, and why: a verdict without a reason, or a climb that stands still."""

    person_id: UUID
    rule: str
    why: str


class Unheld(NamedTuple):
    """A rung that nobody holds, nor any above, by the cards of so many people of this unit."""

    unit_id: UUID
    rung: str
    role: str
    people: int


@dataclass(slots=True)
class Counted:
    """The verdicts at one instant. Every person × every rule is in exactly one of them."""

    label: str
    at: datetime
    living: int = 0
    dead: int = 0
    ended: int = 0
    rules: int = 0
    groups: Counter[Group] = field(default_factory=Counter)
    exceptions: list[Named] = field(default_factory=list)
    stuck: list[Named] = field(default_factory=list)
    unreachable: list[Unheld] = field(default_factory=list)
    against: Against = field(default_factory=Against)

    @property
    def people(self) -> int:
        return self.living + self.dead + self.ended

    @property
    def adds_up(self) -> bool:
        return self.groups.total() == self.people * self.rules


async def count(database: Database, book: Book) -> Counted:
    """As the tables stand at this instant: all slices are read of one snapshot. The database needs `HANDS` + 1 connections."""
    async with database.transaction() as tx:
        await write_in_force(tx, book)
        await write_lunar_birthdays(tx, book.in_force, (await tx.fetchval(f"SELECT {NOW}")).year)
    async with _snapshot(database) as (tx, name):
        found = Counted(book.label, await tx.fetchval(f"SELECT {NOW}"))
        slices = _slices([row[0] for row in await tx.fetch(_FIRST_KEYS, IN_A_SLICE)])
        await asyncio.gather(
            _count_whole(tx, book, found), *(_count(database, name, found, slices) for _ in range(HANDS))
        )
    found.exceptions = sorted(set(found.exceptions))  # a duty may be done by two that were struck, in two files
    found.stuck.sort()
    return found


@asynccontextmanager
async def _snapshot(database: Database, name: str | None = None) -> AsyncIterator[tuple[Connection, str]]:
    """A transaction that sees one instant of the tables: that of the snapshot of this name, or its own."""
    async with database.connection() as tx, tx.transaction(isolation="repeatable_read"):  # type: ignore[attr-defined]
        if name is not None:
            await tx.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
        await tx.execute(_SETTINGS)
        yield tx, name or await tx.fetchval("SELECT pg_export_snapshot()")


async def _relations(tx: Connection, found: Counted) -> None:
    await tx.execute(RULES, found.label, found.at)
    await tx.execute(CLASSES)


async def _count_whole(tx: Connection, book: Book, found: Counted) -> None:
    """What is asked of all at once: how many there are, also by the registry, who has no class, how climbs stand,

    and whether merged files have handed over what they had.
    """
    await _relations(tx, found)
    found.rules = await tx.fetchval(_NAMES)
    found.living, found.dead, found.ended = await tx.fetchrow(PEOPLE)
    found.unreachable = [Unheld(*row) for row in await tx.fetch(UNREACHABLE, found.label)]
    found.stuck = [Named(*row) for row in await tx.fetch(STUCK, found.label, found.at)]
    found.exceptions += [Named(*row) for row in await tx.fetch(WITHOUT_CLASS, found.at)]
    found.against = await compare(tx, book_of(book.in_force.city), found.at)
    found.exceptions += [Named(*row) for row in await not_handed_over(tx, found.label, found.at)]


async def _count(database: Database, snapshot: str, found: Counted, slices: Iterator[tuple[UUID, UUID]]) -> None:
    async with _snapshot(database, snapshot) as (tx, _):
        await _relations(tx, found)
        await tx.execute(BIRTHDAYS, found.label, found.at)
        for made in (BY_DAY, MERGED, ASKED, TABLES):
            await tx.execute(made)
        for first, last in slices:
            await tx.execute(EMPTY)
            for table, laid_out in LAID_OUT.items():
                await tx.execute(laid_out, found.label, found.at, first, last)
                await tx.execute(f"ANALYZE {table}")
            for row in await tx.fetch(VERDICTS, found.label, found.at, first, last, EXCEPTIONS):
                _add(found, row)
            found.exceptions += [Named(*row) for row in await tx.fetch(DONE_BY_STRUCK, first, last)]


def _add(found: Counted, row: Any) -> None:
    *group, n, people = row
    found.groups[Group(*group)] += n
    for person in people.split(",") if people else ():
        found.exceptions.append(Named(UUID(person), row["rule"], row["verdict"]))


def _slices(firsts: list[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """From each first key to before the next."""
    bounds = [*(key.int for key in firsts), 1 << 128]
    return iter([(UUID(int=first), UUID(int=after - 1)) for first, after in pairwise(bounds)])
