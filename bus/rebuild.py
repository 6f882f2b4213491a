"""The proof of the journal: folded through the same decisions it gives the same states as the live tables."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bus.database import Connection, Database
from bus.decisions import Decision, Decisions
from bus.envelope import read_body
from bus.journal import Kind

_STORY = """
SELECT key, kind, type, words, clock, policy FROM journal
WHERE decision = $1 AND clock IS NOT NULL AND buried IS NULL AND key = ANY($2) ORDER BY key, clock
"""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A state that its journal does not explain."""

    decision: str
    key: UUID
    field: str


def refold(table: Decisions[Any], state: Any, kind: str, type_: str, words: bytes, clock: datetime) -> Any:
    """One line of the journal, decided again under its own clock."""
    decision: Decision[Any]
    if kind == Kind.WOKEN:
        assert table.waking is not None
        decision = table.waking(state, clock)
    elif kind == Kind.ASKED:
        request = next(r for r in table.asks if r.__name__ == type_)
        decision = table.asks[request](state, request.model_validate_json(words), clock)
    else:
        event = read_body(type_, words)
        assert event is not None, f"the journal holds {type_}, which no contract declares"
        decision = table.heard[type(event)].decide(state, event, clock)
    return decision.state


async def differences(database: Database, tables: Sequence[Decisions[Any]]) -> list[Difference]:
    """Every state of the service, rebuilt and compared with its tables, field by field. Empty = equal.

    Of whom the journal tells something and the tables nothing, all that is lost is a difference.
    """
    found: list[Difference] = []
    for table in tables:
        async for keys, live in _live(database, table):
            async with database.connection() as connection:
                rebuilt = await rebuild(connection, table, keys)
            for key in keys:
                found += _compare(table, key, live[key], rebuilt[key])
    return found


async def rebuild(connection: Connection, table: Decisions[Any], keys: list[UUID]) -> dict[UUID, Any]:
    """The states of these keys, from their journal alone, each decision under the policy of its own time.

    What decisions are given besides comes from the tables of today.
    """
    store = table.kept_in
    context = await store.context(connection, keys)
    states = {key: store.blank(key, **context.get(key, {})) for key in keys}
    story = await connection.fetch(_STORY, table.name, keys)
    lent = {label: await store.context_under(connection, label) for label in {row["policy"] for row in story}}
    for row in story:
        state = replace(states[row["key"]], **lent[row["policy"]])
        states[row["key"]] = refold(table, state, row["kind"], row["type"], row["words"], row["clock"])
    return states


async def _live(database: Database, table: Decisions[Any]) -> AsyncIterator[tuple[list[UUID], dict[UUID, Any]]]:
    store, last = table.kept_in, UUID(int=0)
    page = f"""
    (SELECT "{store.key}" FROM "{store.root.name}" WHERE "{store.key}" > $1 ORDER BY 1 LIMIT {CHUNK})
    UNION (SELECT DISTINCT key FROM journal WHERE decision = $2 AND key > $1 AND clock IS NOT NULL AND buried IS NULL
      ORDER BY 1 LIMIT {CHUNK})
    ORDER BY 1 LIMIT {CHUNK}"""
    while True:
        async with database.connection() as connection:
            keys = [row[0] for row in await connection.fetch(page, last, table.name)]
            if not keys:
                return
            live = await store.states(connection, keys)
            lost = [key for key in keys if key not in live]
            context = await store.context(connection, lost) if lost else {}
            live |= {key: store.blank(key, **context.get(key, {})) for key in lost}
        yield keys, live
        last = keys[-1]


def _compare(table: Decisions[Any], key: UUID, live: Any, rebuilt: Any) -> list[Difference]:
    a, b = table.kept_in.row(live), table.kept_in.row(rebuilt)
    return [Difference(table.name, key, field) for field in a if a[field] != b[field]]
