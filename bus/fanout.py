"""What a decision asks of other states, one or many: a row with a selector and a cursor, worked off in chunks down the road."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from bus import metrics
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decision, Decisions, FanOut, Request
from bus.ids import derived_uuid7, smallest_uuid7
from bus.journal import Item, Kind
from bus.writing import Write, of_rows

OF_MANY = 500
"""So many are asked in one transaction by one that concerns many."""
OF_ONE = 250
"""So many that concern one each are asked in one transaction."""
KEPT = timedelta(days=35)
"""One that is worked off stays so long, to be looked at. It guards nothing that the journal does not: a decision that is in it

is not decided again (heard again, told again, replayed, set back with all else), and each who was asked has a line of their own.
More than the 14 days of a topic: also whoever drops the journal of a month hears nothing again that made one which is gone.
"""
PRUNED = 1000
"""So many go in one transaction."""

_OPEN = """
INSERT INTO fan_outs (id, "of", "column", value, request, words, correlation, time)
SELECT id, "of", "column", value, request, words, correlation, time
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::uuid[], $8::timestamptz[])
  WITH ORDINALITY AS u(id, "of", "column", value, request, words, correlation, time, n) ORDER BY n
ON CONFLICT DO NOTHING
"""
"""After the locks, so that the positions follow them: what one root causes is asked in the order in which it was decided."""
_OPEN_HERE = """SELECT * FROM fan_outs WHERE done_at IS NULL AND "of" || '.' || request = ANY($1::text[])"""
"""Of those that this release knows: one whose request has another name now stays open, and an alarm tells of it."""
_READABLE = "AND id <> ALL($3)"
_IS_OF_ONE = """(value IS NOT NULL AND "of" || '.' || "column" = ANY($2::text[]))"""
_OLDEST_OF_MANY = f"{_OPEN_HERE} {_READABLE} AND NOT {_IS_OF_ONE} ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED"
_IN_ORDER = """AND NOT EXISTS (
  SELECT FROM fan_outs u WHERE u.id = ANY($3) AND u."of" = fan_outs."of" AND u.value = fan_outs.value)"""
"""Nothing is asked of a root before what was decided earlier, also when that cannot be read."""
_OLDEST_OF_ONE = f"{_OPEN_HERE} {_IN_ORDER} AND {_IS_OF_ONE} ORDER BY position LIMIT $4"
_ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtext('fan_outs'), hashtext(current_schema()))"
_MOVE = "UPDATE fan_outs SET cursor = $2, done_at = CASE WHEN $3 THEN clock_timestamp() END WHERE id = $1"

_DONE = "UPDATE fan_outs SET cursor = value::uuid, done_at = clock_timestamp() WHERE id = ANY($1)"

_PRUNE = """
WITH gone AS (DELETE FROM fan_outs WHERE id = ANY(ARRAY(
  SELECT id FROM fan_outs WHERE id < $1 AND done_at < $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING 1)
SELECT count(*) FROM gone
"""
"""Their ids are of the time of what caused them: the oldest are found by the key alone."""


def opened(decided: Sequence[tuple[Item, Decision[Any]]]) -> list[Write]:
    """Written with the decisions that caused them; their ids are derived, so deciding again opens each once."""
    return of_rows(
        _OPEN, [_row(item, n, fan_out) for item, decision in decided for n, fan_out in enumerate(decision.fan_out)]
    )


def _row(item: Item, n: int, fan_out: FanOut) -> tuple[Any, ...]:
    time = item.time or item.at_least or item.clock
    assert time is not None
    id_ = derived_uuid7(time, item.id.bytes, item.decisions.name.encode(), b"fan-out", b"%d" % n)
    words = fan_out.request.model_dump_json().encode()
    value = None if fan_out.value is None else str(fan_out.value)
    return id_, fan_out.of, fan_out.column, value, type(fan_out.request).__name__, words, item.correlation, time


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is asked in one transaction: of many by one fan-out, or of one each by several."""

    rows: list[Any]
    items: list[Item]
    of_one: bool

    async def move_on(self, tx: Connection, most: int) -> None:
        """In the transaction of the chunk: a restart goes on where it stood."""
        if self.of_one:
            await tx.execute(_DONE, [row["id"] for row in self.rows])
            return
        (row,) = self.rows
        cursor = self.items[-1].key if self.items else row["cursor"]
        await tx.execute(_MOVE, row["id"], cursor, len(self.items) < most)


class Unreadable(Exception):
    """The words of this fan-out mean nothing to this release: it stays open, is named, and those of other roots go on beside it."""

    def __init__(self, row: Any, why: Exception) -> None:
        super().__init__(f"fan-out {row['id']}: {row['of']}.{row['request']} cannot be read: {type(why).__name__}")
        self.id: UUID = row["id"]


Next = Callable[[Connection, Sequence[Decisions[Any]], int, Collection[UUID]], Awaitable[Chunk | None]]


async def next_of_many(
    tx: Connection, tables: Sequence[Decisions[Any]], most: int, unreadable: Collection[UUID]
) -> Chunk | None:
    """The next people of the oldest open fan-out that concerns many; None when none is left to do. Raises Unreadable."""
    row = await tx.fetchrow(_OLDEST_OF_MANY, *_known(tables), list(unreadable))
    if row is None:
        return None
    table, asked = _read(tables, row)
    return Chunk([row], [_item(table, asked, key, row) for key in await _keys(tx, table, row, most)], of_one=False)


async def next_of_one(
    tx: Connection, tables: Sequence[Decisions[Any]], most: int, unreadable: Collection[UUID]
) -> Chunk | None:
    """The oldest of those that concern one root each, whose key is known, also where there is no row of it yet.

    They wait for none that concerns a whole city. By one process at a time: of two that ask the same root the older asks first.
    Raises Unreadable.
    """
    if not await tx.fetchval(_ONE_AT_A_TIME):
        return None
    rows = await tx.fetch(_OLDEST_OF_ONE, *_known(tables), list(unreadable), most)
    items = []
    for row in rows:
        table, asked = _read(tables, row)
        items.append(_item(table, asked, UUID(row["value"]), row))
    return Chunk(rows, items, of_one=True) if rows else None


def _read(tables: Sequence[Decisions[Any]], row: Any) -> tuple[Decisions[Any], Request]:
    table, request = _asks(tables)[row["of"], row["request"]]
    try:
        return table, request.model_validate_json(row["words"])
    except ValidationError as error:
        raise Unreadable(row, error) from error


def _asks(tables: Sequence[Decisions[Any]]) -> dict[tuple[str, str], tuple[Decisions[Any], type[Request]]]:
    return {(table.name, request.__name__): (table, request) for table in tables for request in table.asks}


def _known(tables: Sequence[Decisions[Any]]) -> tuple[list[str], list[str]]:
    """The requests that may be asked, and the keys by which one root is."""
    requests = [f"{of}.{request}" for of, request in _asks(tables)]
    return requests, [f"{table.name}.{table.kept_in.key}" for table in tables]


def _item(table: Decisions[Any], asked: Request, key: UUID, row: Any) -> Item:
    id_ = derived_uuid7(row["time"], row["id"].bytes, key.bytes)
    return Item(
        table, Kind.ASKED, id_, key, row["request"], row["words"], asked, row["correlation"], row["time"], tell=False
    )


async def _keys(tx: Connection, table: Decisions[Any], row: Any, most: int) -> list[UUID]:
    store = table.kept_in
    key, column = f'"{store.key}"', f'"{row["column"]}"'
    where = "true"
    if row["value"] is not None:
        where = f"{column} ? $3" if row["column"] in store.columns.json else f"{column}::text = $3"
    sql = f'SELECT {key} FROM "{store.root.name}" WHERE {key} > $1 AND {where} ORDER BY {key} LIMIT $2'
    args = [row["cursor"] or UUID(int=0), most] + ([row["value"]] if row["value"] is not None else [])
    return [r[0] for r in await tx.fetch(sql, *args)]


async def prune(database: Database, most: int = PRUNED) -> int:
    """Some of those that were worked off long ago, the oldest first. By the true clock, also where a demo is ahead of it."""
    async with database.transaction() as tx:
        before = await tx.fetchval("SELECT clock_timestamp() - $1::interval", KEPT)
        gone: int = await tx.fetchval(_PRUNE, smallest_uuid7(before), before, most)
    return gone


async def keep_few(service: str, database: Database) -> None:
    """For ever, beside the clock and not in it: every visit that is recorded leaves one."""
    while True:
        pause = 3600.0
        try:
            while gone := await prune(database):
                metrics.FAN_OUTS_PRUNED.labels(service).inc(gone)
                await asyncio.sleep(0.1)
        except Exception as error:
            if not passes_by_waiting(error):
                raise
            pause = 60.0
        await asyncio.sleep(pause)
