"""How states are kept: frozen dataclasses on one side, tables of the same names on the other, and one statement a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import (
    Table,
)

from bus.columns import Columns
from bus.database import Connection
from bus.now import now_at

S = TypeVar("S")
CONTEXT = {"context": True}
"""Metadata of a field that is given to the state while it is decided about, and never kept."""


class Children:
    """One kind of child of a state: a field of the root that maps ids to dataclasses, and its table."""

    def __init__(
        self, field_name: str, shape: type[Any], table: Table, root_key: str, *, appended: bool, live: str | None
    ) -> None:
        self.field, self.columns, self.root_key = field_name, Columns(shape, table), root_key
        self.live = "false" if appended else live
        """SQL: which rows decisions need. None = all."""
        (self.key,) = [c.name for c in table.primary_key.columns if c.name != root_key]
        names = self.columns.names
        picked = ", ".join((f'"{root_key}"', f'"{self.key}"', *(f'"{n}"' for n in names)))
        self._of_roots = f'SELECT ROW({picked}) FROM "{table.name}" WHERE "{root_key}" = ANY($1)'
        kept = [root_key, self.key, *(n for n in names if n not in (root_key, self.key))]
        types_ = [f"${i}::{self._type(n)}[]" for i, n in enumerate(kept, 1)]
        values = ", ".join(self.columns.cast(n, f'u."{n}"') for n in kept)
        updates = ", ".join(f'"{n}" = excluded."{n}"' for n in kept[2:])
        self.kept = kept
        self.upsert = (
            f'INSERT INTO "{table.name}" ({", ".join(f"{chr(34)}{n}{chr(34)}" for n in kept)}) '
            f"SELECT {values} FROM unnest({', '.join(types_)}) AS u({', '.join(f'{chr(34)}{n}{chr(34)}' for n in kept)}) "
            f'ON CONFLICT ("{root_key}", "{self.key}") DO '
            + (f"UPDATE SET {updates}" if updates and not appended else "NOTHING")
        )

    def _type(self, name: str) -> str:
        return "uuid" if name in (self.root_key, self.key) else self.columns.sql_type(name)

    def rows_of(self, whole: bool) -> str:
        """SQL: all rows of the roots $1 as one value, so that all kinds of children are loaded by one statement."""
        return f"ARRAY({self._of_roots if whole or self.live is None else f'{self._of_roots} AND ({self.live})'})"

    def by_root(self, rows: Iterable[Sequence[Any]]) -> dict[UUID, dict[UUID, Any]]:
        found: dict[UUID, dict[UUID, Any]] = {}
        shape, read = self.columns.shape, self.columns.read
        for row in rows:
            found.setdefault(row[0], {})[row[1]] = shape(*read(row[2:]))
        return found

    async def keep(self, tx: Connection, pairs: Iterable[tuple[UUID, Any, Any]]) -> None:
        """Only the children that changed are written; `is` tells most of them apart at once."""
        get = attrgetter(self.field)
        rows: list[list[Any]] = []
        index = [self.columns.names.index(n) for n in self.kept[2:]]
        for key, before, after in pairs:
            old, new = get(before), get(after)
            if old is new:
                continue
            for child_key, child in new.items():
                was = old.get(child_key)
                if was is not child and was != child:
                    values = self.columns.write(child)
                    rows.append([key, child_key, *(values[i] for i in index)])
        if rows:
            rows.sort(key=lambda row: (row[0], row[1]))
            await tx.fetch(self.upsert, *map(list, zip(*rows, strict=True)))


class Store(Generic[S]):
    """Loads and keeps many states of one kind. Fields and columns have the same names.

    Children named in `appended` are only ever added (the lines of a file): decisions do not load them, because they would
    grow for ever, and a child that is there already stays as it is. Of a child named in `live` decisions load the rows that
    this SQL condition picks: its author knows, and tests, that no decision needs the others.
    """

    def __init__(
        self,
        state: type[S],
        root: Table,
        *,
        given: Mapping[str, Any] | None = None,
        appended: Iterable[str] = (),
        live: Mapping[str, str] | None = None,
        **children: Table,
    ) -> None:
        self.state, self.root, self.given = state, root, dict(given or {})
        (key,) = root.primary_key.columns
        self.key = key.name
        hints = get_type_hints(state)
        self.columns = Columns(state, root, skip=children)
        self.children = [
            Children(
                name, get_args(hints[name])[1], table, self.key, appended=name in appended, live=(live or {}).get(name)
            )
            for name, table in children.items()
        ]
        self._selects = {whole: _select_children(self.children, whole) for whole in (False, True)}
        names = self.columns.names
        if names[0] != self.key:
            raise TypeError(f"the first field of {state.__name__} must be its key {self.key}")
        picked = ", ".join(f'"{n}"' for n in (*names, "clock", "wake_at", "wakes_failed", "settled_under", "risk"))
        table = f'"{root.name}"'
        missing = f'INSERT INTO {table} ("{self.key}") SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING'
        self.skeleton = f'{missing} RETURNING "{self.key}"'
        locked = f'SELECT {picked} FROM {table} WHERE "{self.key}" = ANY($1) ORDER BY "{self.key}" FOR UPDATE'
        clock = now_at(f'locked."{self.key}"')
        self.lock = f"WITH locked AS MATERIALIZED ({locked}) SELECT locked.*, {clock} AS now FROM locked"
        """Last column: the clock, when the row had been locked. The latest of a statement is younger than all its locks."""
        self.read = f'SELECT {picked} FROM {table} WHERE "{self.key}" = ANY($1)'
        self.back_off = (
            f"UPDATE {table} SET wakes_failed = wakes_failed + 1, "
            f"wake_at = $2::timestamptz + interval '1 second' * least(3600, 2 ^ least(12, wakes_failed + 1)) "
            f'WHERE "{self.key}" = $1'
        )
        """For a state that cannot even be loaded: as `bus.road.backoff`, in SQL."""
        self.remove = f'DELETE FROM {table} WHERE "{self.key}" = ANY($1)'
        kept = names[1:]
        bus_columns = [
            ("clock", "timestamptz"),
            ("wake_at", "timestamptz"),
            ("risk", "smallint"),
            ("wakes_failed", "int"),
            ("settled_under", "text"),
            ("turned", "bigint"),
        ]
        spec = [("key", "uuid"), *((n, self.columns.sql_type(n)) for n in kept), *bus_columns]
        unnest = ", ".join(f"${i}::{t}[]" for i, (_, t) in enumerate(spec, 1))
        sets = [f'"{n}" = {self.columns.cast(n, f"u.{chr(34)}{n}{chr(34)}")}' for n in kept]
        sets += [f'"{n}" = u."{n}"' for n, _ in bus_columns[:-1]] + ["turns = r.turns + u.turned"]
        aliases = ", ".join(f'"{n}"' for n, _ in spec)
        self.update = (
            f'UPDATE {table} r SET {", ".join(sets)} FROM unnest({unnest}) AS u({aliases}) WHERE r."{self.key}" = u.key'
        )

    async def context(self, tx: Connection, keys: list[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """What a decision must know besides its own state, for each key; a store that has such things overrides this."""
        return {}

    def blank(self, key: UUID, **context: Any) -> S:
        """A state of which nothing is known yet."""
        return self.state(**{self.key: key}, **self.given, **context)

    async def load(self, tx: Connection, rows: Sequence[Any], *, whole: bool = False) -> dict[UUID, S]:
        """States from their locked root rows; the children come in a statement of their own, after the lock.

        `whole` loads the appended children too: for reading and comparing, not for deciding.
        """
        keys = [row[0] for row in rows]
        width = len(self.columns.names)
        children, select = self._selects[whole]
        found = await tx.fetchrow(select, keys) if children else ()
        parts = [(child.field, child.by_root(of)) for child, of in zip(children, found, strict=True)]
        context = await self.context(tx, keys)
        states: dict[UUID, S] = {}
        for row in rows:
            key = row[0]
            kwargs = {name: of_root[key] for name, of_root in parts if key in of_root}
            kwargs.update(zip(self.columns.names, self.columns.read(row[:width]), strict=True))
            states[key] = self.state(**kwargs, **self.given, **context.get(key, {}))
        return states

    async def keep(self, tx: Connection, kept: Sequence["Kept[S]"]) -> None:
        """Root rows by one UPDATE, each kind of child by one upsert."""
        rows = [
            [
                k.key,
                *self.columns.write(k.after)[1:],
                k.clock,
                k.wake_at,
                k.risk,
                k.wakes_failed,
                k.settled_under,
                k.turned,
            ]
            for k in kept
        ]
        await tx.fetch(self.update, *map(list, zip(*rows, strict=True)))
        for child in self.children:
            await child.keep(tx, ((k.key, k.before, k.after) for k in kept))

    def row(self, state: S) -> dict[str, Any]:
        """A state as its tables hold it: for comparing what was rebuilt with what lives."""
        whole: dict[str, Any] = dict(zip(self.columns.names, self.columns.write(state), strict=True))
        for child in self.children:
            things = attrgetter(child.field)(state)
            whole[child.field] = {str(k): child.columns.write(v) for k, v in sorted(things.items())}
        return whole


def _select_children(children: Iterable[Children], whole: bool) -> tuple[list[Children], str]:
    wanted = [child for child in children if whole or child.live != "false"]
    return wanted, f"SELECT {', '.join(child.rows_of(whole) for child in wanted)}"


class Kept(Generic[S]):
    """One state on its way back to its tables."""

    __slots__ = ("after", "before", "clock", "key", "risk", "settled_under", "turned", "wake_at", "wakes_failed")

    def __init__(self, key: UUID, before: S, after: S, clock: datetime) -> None:
        self.key, self.before, self.after, self.clock = key, before, after, clock
        self.wake_at: datetime | None = None
        self.risk = 0
        self.wakes_failed = 0
        self.settled_under: str | None = None
        self.turned = 0
