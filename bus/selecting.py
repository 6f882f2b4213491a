"""How roots and their children are read by one statement, so that all are as they stood at one instant."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

INSTANT = "TIMESTAMP WITH TIME ZONE"
Read = Callable[[Iterable[Sequence[Any]]], Iterator[Any]]


class Select(NamedTuple):
    """One statement that reads roots and their children of these kinds: a row each, which first says its kind (0 = a root).

    A child is read in two thirds of the time that it takes as a value within an array. Columns of one type share a place.
    """

    children: Sequence[tuple[str, Read]]
    """The field of each kind, and how many of it are read, column by column."""
    sql: str
    picks: Sequence[Callable[[Sequence[Any]], Sequence[Any]]]
    """Of a row of each kind its own columns, in their order."""

    @classmethod
    def of(
        cls,
        children: Sequence[tuple[str, Read]],
        kinds: Sequence[tuple[Sequence[tuple[str, str]], str]],
    ) -> "Select":
        """Of each kind, roots first, its columns (SQL and type), and from where they are."""
        places: list[str] = []
        taken = [_places([type_ for _, type_ in columns], places) for columns, _ in kinds]
        branches = []
        for n, (columns, source) in enumerate(kinds):
            row = [f"NULL::{type_}" for type_ in places]
            for (column, _), place in zip(columns, taken[n], strict=True):
                row[place] = column
            branches.append(f"SELECT {n}, {', '.join(row)} {source}")
        picks = [itemgetter(*(1 + place for place in own)) for own in taken]
        return cls(children, " UNION ALL ".join(branches), picks)

    def roots_of(self, rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        """In the order of their keys."""
        return sorted((self.picks[0](row) for row in rows if not row[0]), key=itemgetter(0))

    def children_of(self, rows: Iterable[Sequence[Any]]) -> Mapping[UUID, Mapping[str, dict[UUID, Any]]]:
        """Of each root, by their field and key. The first columns of a child are the key of its root and its own."""
        of_kind: list[list[Sequence[Any]]] = [[] for _ in self.picks]
        for row in rows:
            of_kind[row[0]].append(row)
        of: defaultdict[UUID, defaultdict[str, dict[UUID, Any]]] = defaultdict(lambda: defaultdict(dict))
        for (field, read), pick, these in zip(self.children, self.picks[1:], of_kind[1:], strict=True):
            if these:
                roots, keys, *columns = zip(*map(pick, these), strict=True)
                for root, key, child in zip(roots, keys, read(columns), strict=True):
                    of[root][field][key] = child
        return of


def _places(types: Sequence[str], places: list[str]) -> list[int]:
    """For each column a place of its type that no other of these has; where there is none, one is added."""
    own: list[int] = []
    for type_ in types:
        free = (n for n, each in enumerate(places) if each == type_ and n not in own)
        if (place := next(free, len(places))) == len(places):
            places.append(type_)
        own.append(place)
    return own


def type_of(table: Table, name: str) -> str:
    return str(table.c[name].type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]
