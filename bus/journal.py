"""The journal: a row for everything that made a state act. It makes effects happen once, and history readable."""

import asyncio
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog

from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decisions, Rejected, Request
from bus.ids import smallest_uuid7
from bus.now import NOW
from bus.writing import Write, of_rows
from contracts.event import Event
from contracts.refused import Refused

log = structlog.get_logger()

RELEASE = "0.1.0"


class Kind(StrEnum):
    """What made a state act."""

    HEARD = "heard"
    ASKED = "asked"
    WOKEN = "woken"


@dataclass(slots=True)
class Item:
    """One thing on the road: what it is, whom it concerns, and (filled on the way) what became of it."""

    decisions: Decisions[Any]
    kind: Kind
    id: UUID
    key: UUID
    type: str
    words: bytes
    subject: Event | Request | None
    correlation: UUID
    time: datetime | None
    """When it was said, by whoever said it, or the hour of a waking; facts that follow take their ids from it.
    None = our own clock."""
    source: str = ""
    at_least: datetime | None = None
    """The clock of its first telling, when it is told again to a database that was set back."""
    tell: bool = True
    """Whether what was asked is told on the asked topic; not when it came from there, nor when it is one of a fan-out."""

    clock: datetime | None = field(default=None, init=False)
    policy: str | None = field(default=None, init=False)
    """The label of the policy that it was decided under."""
    answer: bytes | None = field(default=None, init=False)
    failure: Exception | None = field(default=None, init=False)
    doomed: Exception | None = field(default=None, init=False)
    """It made a whole transaction fail before: it is not decided again."""
    seen: bool = field(default=False, init=False)
    said: tuple[Event, ...] = field(default=(), init=False)
    after: Any = field(default=None, init=False)
    """The facts that it led to, and the state that said them: counted when they are committed."""
    name: tuple[str, UUID] = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.decisions.name, self.id

    @property
    def nobody_waits(self) -> bool:
        """For its answer: when it fails it is buried. So too what was asked once and is heard again, or is one of a fan-out."""
        return self.kind is Kind.HEARD or (self.kind is Kind.ASKED and not self.tell)

    def repeats(self, words: bytes) -> bool:
        """Whether these words, under its id, were the same request: the same words, or the same was said at the door."""
        if words == self.words or not isinstance(self.subject, Request):
            return words == self.words
        then, now = orjson.loads(words), orjson.loads(self.words)
        said, says = then.pop("at_door", None), now.pop("at_door", None)
        return then == now or (says is not None and said == says)


_KNOWN = "SELECT id FROM journal WHERE decision = $1 AND id = ANY($2::uuid[])"
LINES = """
INSERT INTO journal (decision, id, kind, key, type, words, correlation, time, clock, answer, buried, policy, release)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::bytea[], $7::uuid[],
  $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::text[], $12::text[], $13::text[]) ON CONFLICT DO NOTHING
"""
_SEEN = """
SELECT j.decision, j.id, j.answer, j.words FROM journal j
JOIN unnest($1::text[], $2::uuid[]) AS u(decision, id) ON j.decision = u.decision AND j.id = u.id
"""
_ASKED = """
SELECT answer, words FROM journal WHERE decision = ANY($1::text[]) AND id = ANY($2::uuid[]) AND kind = 'asked' AND buried IS NULL
"""
_EXHUME = "DELETE FROM journal WHERE decision = $1 AND id = $2 AND buried IS NOT NULL RETURNING id"


async def known(tx: Connection, decisions: Decisions[Any], items: Iterable[Item]) -> set[UUID]:
    """The ids of those that this kind of state has acted on before."""
    return {row[0] for row in await tx.fetch(_KNOWN, decisions.name, [item.id for item in items])}


def lines(items: Iterable[Item]) -> list[Write]:
    """One for each: what it was, when it was decided (the order of one state's story), what was answered, why buried.

    A line that is there already stays, and is not counted. Written once, at the end: a line that is changed later is a second
    line to PostgreSQL.
    """
    return of_rows(LINES, [
        (i.decisions.name, i.id, i.kind, i.key, i.type, i.words, i.correlation, i.time, i.clock, i.answer,
         reason_of(i.failure)[:500] if i.failure else None, i.policy, RELEASE)
        for i in items
    ])  # fmt: skip


def reason_of(failure: Exception) -> str:
    """A rule of the field speaks for itself; a defect shows where it happened, without the values it happened to."""
    if isinstance(failure, Rejected | Refused):
        return str(failure)
    frames = traceback.extract_tb(failure.__traceback__)[-4:]
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    text = str(failure) if type(failure).__module__.startswith("bus.") else ""
    return f"{type(failure).__name__}{': ' + text if text else ''}{' at ' + where if where else ''}"


async def answers(tx: Connection, items: Sequence[Item]) -> dict[tuple[str, UUID], tuple[bytes, bytes | None]]:
    """For requests seen before: the words as they were then, and the answer as it was then."""
    rows = await tx.fetch(_SEEN, *map(list, zip(*(i.name for i in items), strict=True)))
    return {(r["decision"], r["id"]): (r["words"], r["answer"]) for r in rows}


async def first_answer(tables: Connection, decisions: Iterable[str], ids: Sequence[UUID], said: str) -> bytes | None:
    """Of the request with one of these ids at whose door this was said; None = there is none."""
    rows = await tables.fetch(_ASKED, list(decisions), ids)
    return next((row["answer"] or b"null" for row in rows if orjson.loads(row["words"]).get("at_door") == said), None)


async def exhume(tx: Connection, decision: str, id_: UUID) -> bool:
    """A buried row is taken out, so that its replay is entered anew and not skipped. False if it is not buried."""
    return await tx.fetchval(_EXHUME, decision, id_) is not None


async def ensure_partitions(connection: Connection, today: datetime) -> None:
    """The months around today and the days of `told` have partitions of their own; everything else falls in the default."""
    month = today.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(3):
        after = (month + timedelta(days=32)).replace(day=1)
        lower, upper = smallest_uuid7(month), smallest_uuid7(after)
        await _partition(connection, "journal", f"journal_{month:%Y_%m}", f"'{lower}'", f"'{upper}'")
        month = after
    for ahead in range(-1, 4):
        day = (today.astimezone(UTC) + timedelta(days=ahead)).replace(hour=0, minute=0, second=0, microsecond=0)
        bounds = (f"'{day.isoformat()}'", f"'{(day + timedelta(days=1)).isoformat()}'")
        await _partition(connection, "told", f"told_{day:%Y_%m_%d}", *bounds)


async def keep_partitions(database: Database) -> None:
    """For ever, beside the clock and not in it. What takes long with a table (a backup) is let pass, and waited for."""
    while True:
        pause = 3600.0
        try:
            async with database.connection() as connection:
                await ensure_partitions(connection, await connection.fetchval(f"SELECT {NOW}"))
        except Exception as error:
            if not passes_by_waiting(error):
                raise
            pause = 60.0
        await asyncio.sleep(pause)


async def _partition(connection: Connection, parent: str, name: str, lower: str, upper: str) -> None:
    """Its lock keeps the whole road waiting, and waits itself for whoever reads the default partition: only for a moment."""
    try:
        async with connection.transaction():  # type: ignore[attr-defined]
            await connection.execute("SET LOCAL lock_timeout = '200ms'")
            await connection.execute(
                f'CREATE TABLE IF NOT EXISTS "{name}" PARTITION OF "{parent}" FOR VALUES FROM ({lower}) TO ({upper})'
            )
    except (asyncpg.DuplicateTableError, asyncpg.UniqueViolationError):
        return  # another process made it
    except asyncpg.CheckViolationError:  # a clock was moved forward, or somebody named a time to come
        log.warning("rows of this time lie in the default partition already", table=name)
