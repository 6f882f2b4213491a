"""The proof of the journal: folded through the same decisions it gives the same states as the live tables."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bus.database import Connection, Database, passes_by_waiting
from bus.decisions import Decision, Decisions
from bus.envelope import read_body
from bus.journal import Kind
from bus.store import UNCOMPARED

_STORY = """
SELECT key, kind, type, words, clock, policy FROM journal
WHERE decision = $1 AND clock IS NOT NULL AND buried IS NULL AND key = ANY($2) ORDER BY key, clock
"""
CHUNK = 500
FIRST = UUID(int=0)
UNREADABLE = "journal"
"""Named instead of a field where the journal of a state cannot be folded at all."""

Breathe = Callable[[], Awaitable[None]]
"""Asked between two lines and two states; whoever has other work in this process rests there."""


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
        request = {r.__name__: r for r in table.asks}[type_]
        decision = table.asks[request](state, request.model_validate_json(words), clock)
    else:
        event = read_body(type_, words)
        assert event is not None, f"the journal holds {type_}, which no contract declares"
        decision = table.heard[type(event)].decide(state, event, clock)
    return decision.state


async def differences(database: Database, tables: Sequence[Decisions[Any]]) -> list[Difference]:
    """Every state of the service, rebuilt and compared with its tables, field by field. Empty = equal."""
    found: list[Difference] = []
    for table in tables:
        after = FIRST
        while True:
            async with snapshot(database) as tx:
                keys = await next_keys(tx, table, after, CHUNK)
                if not keys:
                    break
                found += await differing(tx, table, keys)
            after = keys[-1]
    return found


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Connection]:
    """Tables and journal as of one instant: what changes while it is looked at is no difference."""
    async with database.connection() as tx, tx.transaction(isolation="repeatable_read"):  # type: ignore[attr-defined]
        yield tx


async def next_keys(tx: Connection, table: Decisions[Any], after: UUID, most: int) -> list[UUID]:
    """The states that follow this one, in order of their keys: those of the tables, and those of which the journal alone tells."""
    store = table.kept_in
    page = f"""
    (SELECT "{store.key}" FROM "{store.root.name}" WHERE "{store.key}" > $1 ORDER BY 1 LIMIT {most})
    UNION (SELECT DISTINCT key FROM journal WHERE decision = $2 AND key > $1 AND clock IS NOT NULL AND buried IS NULL
      ORDER BY 1 LIMIT {most})
    ORDER BY 1 LIMIT {most}"""
    return [row[0] for row in await tx.fetch(page, after, table.name)]


async def no_rest() -> None:
    """Whoever has nothing else to do in this process."""


async def differing(
    tx: Connection, table: Decisions[Any], keys: list[UUID], breathe: Breathe = no_rest
) -> list[Difference]:
    """Of these states, in a snapshot: what the journal, folded again, makes otherwise than the tables have it.

    Of whom the journal tells something and the tables nothing, all that is lost is a difference.
    """
    store = table.kept_in
    live = await store.states(tx, keys)
    lost = [key for key in keys if key not in live]
    context = await store.context(tx, lost) if lost else {}
    live |= {key: store.blank(key, **context.get(key, {})) for key in lost}
    rebuilt = await rebuild(tx, table, keys, breathe)
    found: list[Difference] = []
    for key in keys:
        await breathe()
        found += _compare(table, key, live[key], rebuilt[key])
    return found


async def rebuild(
    tx: Connection, table: Decisions[Any], keys: list[UUID], breathe: Breathe = no_rest
) -> dict[UUID, Any]:
    """The states of these keys, from their journal alone, each decision under the policy of its own time.

    What decisions were given besides is read from the tables of today as of their clocks. None = it cannot be folded: what was
    decided once is refused by the code of today, or cannot be read. The story is read line by line, however long: in a transaction.
    """
    store = table.kept_in
    context = await store.context_ever(tx, keys)
    states: dict[UUID, Any] = {key: store.blank(key, **context.get(key, {})) for key in keys}
    lent: dict[str | None, Any] = {}
    async for row in tx.cursor(_STORY, table.name, keys, prefetch=200):  # type: ignore[attr-defined]
        await breathe()
        key, label = row["key"], row["policy"]
        if states[key] is None:
            continue
        if label not in lent:
            lent[label] = await store.context_under(tx, label)
        try:
            given = {**store.as_of(states[key], context.get(key, {}), row["clock"]), **lent[label]}
            state = replace(states[key], **given)
            states[key] = refold(table, state, row["kind"], row["type"], row["words"], row["clock"])
        except Exception as failure:  # decisions are pure: it concerns this state alone, and is what is looked for
            if passes_by_waiting(failure):
                raise
            states[key] = None
    return states


def _compare(table: Decisions[Any], key: UUID, live: Any, rebuilt: Any) -> list[Difference]:
    if rebuilt is None:
        return [Difference(table.name, key, UNREADABLE)]
    a, b = table.kept_in.row(live), table.kept_in.row(rebuilt)
    uncompared = {each.name for each in fields(table.of) if each.metadata == UNCOMPARED}
    return [Difference(table.name, key, name) for name in a if a[name] != b[name] and name not in uncompared]
