"""How states are kept: frozen dataclasses on one side, tables of the same names on the other, and one write a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import Table

from bus.columns import Columns
from bus.database import Connection
from bus.now import NOW
from bus.selecting import INSTANT, Select, type_of
from bus.writing import Write, of_rows

S = TypeVar("S")
_OF_BUS = ("clock", "wake_at", "risk", "wakes_failed", "settled_under")
_THESE = "= ANY($1)"
CONTEXT = {"context": True}
"""Metadata of a field that is given to the state while it is decided about, and never kept."""
UNCOMPARED = {"uncompared": True}
"""Metadata of a field that says what a decision may not have seen: its journal alone does not tell, and it ends by itself."""


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

    def where(self, which: str, whole: bool) -> str:
        """SQL: those of the roots that stand in this relation to the keys."""
        of_roots = f'FROM "{self.columns.table.name}" c WHERE c."{self.root_key}" {which}'
        return of_roots if whole or self.live is None else f"{of_roots} AND ({self.live})"

    def read(self, columns: Iterable[Sequence[Any]]) -> Iterator[Any]:
        return map(self.columns.make, *self.columns.read(columns))

    def writes(self, kept: Iterable["Kept[Any]"]) -> list[Write]:
        """Only the children that changed; `is` tells most of them apart at once."""
        get = attrgetter(self.field)
        rows: list[list[Any]] = []
        index = [self.columns.names.index(n) for n in self.kept[2:]]
        for each in kept:
            old, new = get(each.before), get(each.after)
            if old is new:
                continue
            for child_key, child in new.items():
                was = old.get(child_key)
                if was is not child and was != child:
                    values = self.columns.write(child)
                    rows.append([each.key, child_key, *(values[i] for i in index)])
        return of_rows(self.upsert, sorted(rows, key=lambda row: (row[0], row[1])))


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
        (self.key,) = [column.name for column in root.primary_key.columns]
        hints = get_type_hints(state)
        self.columns = Columns(state, root, skip=children)
        self.children = [
            Children(
                name, get_args(hints[name])[1], table, self.key, appended=name in appended, live=(live or {}).get(name)
            )
            for name, table in children.items()
        ]
        names = self.columns.names
        if names[0] != self.key:
            raise TypeError(f"the first field of {state.__name__} must be its key {self.key}")
        table, key = f'"{root.name}"', f'"{self.key}"'
        self.meet = f"""
WITH known AS (SELECT id FROM journal WHERE decision = $1 AND id = ANY($2) AND id BETWEEN $4 AND $5), made AS (
  INSERT INTO {table} ({key}) SELECT DISTINCT u.key FROM unnest($2::uuid[], $3::uuid[]) AS u(id, key)
  WHERE u.key IS NOT NULL AND u.id NOT IN (SELECT id FROM known) ORDER BY u.key
  ON CONFLICT ({key}) DO UPDATE SET clock = excluded.clock WHERE false RETURNING {key}
) SELECT ARRAY(SELECT id FROM known), ARRAY(SELECT {key} FROM made)
"""
        """Of decision $1: which of the ids $2 the journal knows; for all others, keys $3 are locked, and made where missing.

        $4 and $5 are the least and the greatest of the ids: only the months between them are looked into.

        `DO UPDATE … WHERE false` changes nothing, and locks each row in turn, its last version.
        """
        self.to_decide, self.whole = self.selecting(_THESE), self.selecting(_THESE, whole=True)
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
        own = [(n, self.columns.sql_type(n)) for n in kept]
        self.of_bus, self.update = self._updating(bus_columns, []), self._updating(bus_columns, own)
        self._kept = attrgetter(*names)

    def _updating(self, of_bus: Sequence[tuple[str, str]], own: Sequence[tuple[str, str]]) -> str:
        spec = [("key", "uuid"), *of_bus, *own]
        unnest = ", ".join(f"${i}::{t}[]" for i, (_, t) in enumerate(spec, 1))
        sets = [f'"{n}" = u."{n}"' for n, _ in of_bus[:-1]] + ["turns = r.turns + u.turned"]
        sets += [f'"{n}" = {self.columns.cast(n, f"u.{chr(34)}{n}{chr(34)}")}' for n, _ in own]
        aliases = ", ".join(f'"{n}"' for n, _ in spec)
        return (
            f'UPDATE "{self.root.name}" r SET {", ".join(sets)} FROM unnest({unnest}) AS u({aliases}) '
            f'WHERE r."{self.key}" = u.key'
        )

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """What a decision must know besides its own state, for each key; a store that has such things overrides this."""
        return {}

    async def context_ever(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """As `context`, with all that decisions of the past were given."""
        return await self.context(tx, keys)

    def as_of(self, state: S, context: Mapping[str, Any], clock: datetime) -> Mapping[str, Any]:
        """All that a decision about this state was given of it under this clock; a store whose context changes overrides this."""
        return context

    async def context_under(self, tx: Connection, label: str | None) -> Mapping[str, Any]:
        """What any decision was given that was taken under this label of the policy; a store that is lent one overrides this."""
        return {}

    def blank(self, key: UUID, **context: Any) -> S:
        """A state of which nothing is known yet."""
        return self.state(**{self.key: key}, **self.given, **context)

    async def read(self, tx: Connection, keys: Sequence[UUID], by: "Select | None" = None) -> list["Kept[S]"]:
        """States as they stand, in order of their keys. To decide about them they must have been locked, by a statement before."""
        select = by or self.to_decide
        rows = await tx.fetch(select.sql, keys)
        context = await self.context(tx, keys)
        if not (roots := select.roots_of(rows)):
            return []
        of = select.children_of(rows)
        own = len(self.columns.names)
        values = zip(*self.columns.read(zip(*(row[:own] for row in roots), strict=True)), strict=True)
        found: list[Kept[S]] = []
        for row, fields in zip(roots, values, strict=True):
            named = dict(zip(self.columns.names, fields, strict=True))
            state = self.state(**named, **of[row[0]], **self.given, **context.get(row[0], {}))
            found.append(Kept(row[0], state, *row[own:]))
        return found

    async def states(self, tx: Connection, keys: Sequence[UUID], by: "Select | None" = None) -> dict[UUID, S]:
        """By their own keys, to look at: nothing is locked. Whole, unless `by` says otherwise."""
        return {kept.key: kept.after for kept in await self.read(tx, keys, by or self.whole)}

    def selecting(self, which: str, *, whole: bool = False) -> "Select":
        """How those states are read whose keys $1 stand in this relation to: `= ANY($1)`.

        `whole` with the children that decisions do not load: for looking and comparing.
        """
        children = [child for child in self.children if whole or child.live != "false"]
        key = f'r."{self.key}"'
        picked = [(f'r."{n}"', type_of(self.root, n)) for n in (*self.columns.names, *_OF_BUS)] + [(NOW, INSTANT)]
        kinds = [(picked, f'FROM "{self.root.name}" r WHERE {key} {which}')]
        for child in children:
            columns = [
                (f'c."{n}"', type_of(child.columns.table, n)) for n in (self.key, child.key, *child.columns.names)
            ]
            kinds.append((columns, child.where(which, whole)))
        return Select.of([(child.field, child.read) for child in children], kinds)

    def writes(self, kept: Sequence["Kept[S]"]) -> list[Write]:
        """Each kind of child by one upsert; root rows by one UPDATE, or two: of most only what the bus keeps has changed."""
        same: list[list[Any]] = []
        changed: list[list[Any]] = []
        for k in kept:
            row = [k.key, k.clock, k.wake_at, k.risk, k.wakes_failed, k.settled_under, k.turned]
            if k.written and self._kept(k.after) == self._kept(k.before):
                same.append(row)
            else:
                changed.append(row + self.columns.write(k.after)[1:])
        roots = of_rows(self.of_bus, same) + of_rows(self.update, changed)
        return roots + [write for child in self.children for write in child.writes(kept)]

    def row(self, state: S) -> dict[str, Any]:
        """A state as its tables hold it: for comparing what was rebuilt with what lives."""
        whole: dict[str, Any] = dict(zip(self.columns.names, self.columns.held(state), strict=True))
        for child in self.children:
            things = attrgetter(child.field)(state)
            whole[child.field] = {str(k): child.columns.held(v) for k, v in sorted(things.items())}
        return whole


class Kept(Generic[S]):
    """One state on its way from its tables and back, with what the bus keeps of it."""

    __slots__ = ("after", "before", "clock", "key", "now", "risk", "settled_under", "turned", "wake_at", "wakes_failed",
                 "written")  # fmt: skip

    def __init__(
        self,
        key: UUID,
        state: S,
        clock: datetime | None,
        wake_at: datetime | None,
        risk: int,
        wakes_failed: int,
        settled_under: str | None,
        now: datetime,
    ) -> None:
        self.key, self.before, self.after = key, state, state
        self.clock, self.wake_at, self.risk, self.wakes_failed = clock, wake_at, risk, wakes_failed
        self.settled_under = settled_under
        self.written = clock is not None
        """Before: not a skeleton, whose columns are still empty."""
        self.now = now
        """The clock when it was read, which was after it had been locked."""
        self.turned = 0
