"""Which columns a list has as a sheet: taken from the answer's model, named by the catalogue of the service."""

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


class Untitled(Exception):
    """A field of a list has no Chinese title: the catalogue of its service lacks it."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a field is called, and in which words its codes are said: a section of the policy pack, or a catalogue."""

    zh: str
    said_by: str | Mapping[str, str] = ""


LEFT_OUT = Column("")
"""A field that is for programs alone."""
Titles = Mapping[str, Column]
"""By field, or by Model.field where the same word means another thing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column, and where its value is found in a row."""

    column: Column
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One list of an answer. `each`: the list inside a line, of which every item is a row of its own."""

    name: str
    zh: str
    cells: tuple[Cell, ...]
    each: str | None = None

    def rows(self, lines: Iterable[Any]) -> Iterator[list[Any]]:
        for line in lines:
            for row in self._spread(line):
                yield [_at(row, cell.path) for cell in self.cells]

    def _spread(self, line: Any) -> Iterator[Any]:
        if self.each is None:
            yield line
        else:
            yield from ({**line, self.each: item} for item in line[self.each] or [None])


@dataclass(frozen=True, slots=True)
class Layout:
    """Of a whole answer: its lists, and what stands beside them."""

    tables: tuple[Table, ...]
    beside: tuple[Cell, ...]


def layout_of(answer: Any, titles: Titles, zh: str) -> Layout | None:
    """None = this answer is no list. Untitled when a field of it has no title."""
    lists = lists_of(answer)
    if not lists:
        return None
    if "" in lists:
        return Layout((_table("", zh, lists[""], titles),), ())
    tables = tuple(_table(name, _title(answer, name, titles).zh, each, titles) for name, each in lists.items())
    return Layout(tables, tuple(_cells(answer, titles, skip=lists)))


def lists_of(answer: Any) -> Mapping[str, Any]:
    """By the field that holds each list, "" where the answer is one itself: of what it is. None at all unless one is of lines."""
    hints = (
        {name: field.annotation for name, field in answer.model_fields.items()} if _is_model(answer) else {"": answer}
    )
    lists = {name: found for name, hint in hints.items() if (found := _line(hint)) is not None}
    return lists if any(map(_is_model, lists.values())) else {}


def _table(name: str, zh: str, line: Any, titles: Titles) -> Table:
    if not _is_model(line):
        return Table(name, zh, (Cell(Column(zh), ()),))
    inner = [field for field, info in line.model_fields.items() if _is_model(_line(info.annotation))]
    if len(inner) > 1:
        raise Untitled(f"{line.__name__}: a sheet has room for one list inside a line, not for {', '.join(inner)}")
    return Table(name, zh, tuple(_cells(line, titles)), *inner)


def _cells(
    model: Any, titles: Titles, before: str = "", path: tuple[str, ...] = (), skip: Iterable[str] = ()
) -> Iterator[Cell]:
    for name, field in model.model_fields.items():
        if name in skip or (column := _title(model, name, titles)) is LEFT_OUT:
            continue
        inner = _line(field.annotation) or _plain(field.annotation)
        if _is_model(inner):
            yield from _cells(inner, titles, f"{before}{column.zh}：", (*path, name))
        else:
            yield Cell(Column(before + column.zh, column.said_by), (*path, name))


def _title(model: type[BaseModel], name: str, titles: Titles) -> Column:
    column = titles.get(f"{model.__name__}.{name}") or titles.get(name)
    if column is None:
        raise Untitled(f"{model.__name__}.{name} has no title in the catalogue of the service")
    return column


def _plain(hint: Any) -> Any:
    """Without Annotated, and without None."""
    if get_origin(hint) is Annotated:
        return _plain(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        return _plain(inner[0]) if len(inner) == 1 else hint
    return hint


def _line(hint: Any) -> Any:
    """Of what this is a list; None = it is none."""
    plain = _plain(hint)
    return _plain(get_args(plain)[0]) if get_origin(plain) in (list, tuple) else None


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _at(row: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        row = None if row is None else row[name]
    return row
