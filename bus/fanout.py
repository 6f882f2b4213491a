"""One fact that concerns many states: a row with a selector and a cursor, worked off in chunks down the road."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from bus import metrics
from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decision, Decisions, FanOut, Request
from bus.ids import derived_uuid7, smallest_uuid7
from bus.journal import Item, Kind
from bus.writing import Write, of_rows

CHUNK = 500
KEPT = timedelta(days=35)
"""One that is worked off stays so long, to be looked at. It guards nothing that the journal does not: a decision that is in it

is not decided again (heard again, told again, replayed, set back with all else), and each who was asked has a line of their own.
More than the 14 days of a topic: also whoever drops the journal of a month hears nothing again that made one which is gone.
"""
PRUNED = 1000
"""So many go in one transaction."""

_OPEN = """
INSERT INTO fan_outs (id, "of", "column", value, request, words, correlation, time)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::uuid[], $8::timestamptz[])
ON CONFLICT DO NOTHING
"""
_NEXT = """
SELECT * FROM fan_outs WHERE done_at IS NULL AND ("of", request) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
"""Of those that this release knows: one whose request has another name now stays open, and an alarm tells of it."""
_MOVE = "UPDATE fan_outs SET cursor = $2, done_at = CASE WHEN $3 THEN clock_timestamp() END WHERE id = $1"

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


async def next_chunk(tx: Connection, tables: Sequence[Decisions[Any]], most: int) -> tuple[Any, list[Item]] | None:
    """The next people of the oldest open fan-out, as items for the road; None when none is left to do."""
    asks = {(table.name, request.__name__): (table, request) for table in tables for request in table.asks}
    row = await tx.fetchrow(_NEXT, [of for of, _ in asks], [request for _, request in asks])
    if row is None:
        return None
    table, request = asks[row["of"], row["request"]]
    keys = await _keys(tx, table, row, most)
    words: bytes = row["words"]
    asked = request.model_validate_json(words)
    items = [_item(table, asked, words, key, row) for key in keys]
    return row, items


def _item(table: Decisions[Any], asked: Request, words: bytes, key: UUID, row: Any) -> Item:
    id_ = derived_uuid7(row["time"], row["id"].bytes, key.bytes)
    type_ = type(asked).__name__
    return Item(table, Kind.ASKED, id_, key, type_, words, asked, row["correlation"], row["time"], tell=False)


async def _keys(tx: Connection, table: Decisions[Any], row: Any, most: int) -> list[UUID]:
    """Of one root alone the key is known, also where there is no row yet: it is asked once, and the cursor tells."""
    store = table.kept_in
    if row["column"] == store.key and row["value"] is not None:
        return [UUID(row["value"])] if row["cursor"] is None else []
    key, column = f'"{store.key}"', f'"{row["column"]}"'
    where = "true"
    if row["value"] is not None:
        where = f"{column} ? $3" if row["column"] in store.columns.json else f"{column}::text = $3"
    sql = f'SELECT {key} FROM "{store.root.name}" WHERE {key} > $1 AND {where} ORDER BY {key} LIMIT $2'
    args = [row["cursor"] or UUID(int=0), most] + ([row["value"]] if row["value"] is not None else [])
    return [r[0] for r in await tx.fetch(sql, *args)]


async def move_on(tx: Connection, row: Any, items: Sequence[Item], most: int) -> None:
    """The cursor moves in the transaction of the chunk: a restart goes on where it stood."""
    cursor = items[-1].key if items else row["cursor"]
    await tx.execute(_MOVE, row["id"], cursor, len(items) < most)


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
