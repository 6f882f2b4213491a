"""How one dataclass lies in one table of the same names: each field's column, and how its values are written and read."""

import json
import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields, make_dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from contracts.personal import Personal

_PLAIN = (UUID, str, int, bool, float, datetime, date, bytes)
Code = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        if len(inner) == 1:
            return inner[0], len(inner) < len(get_args(hint))
    return hint, False


def _codec(hint: Any) -> tuple[Code, Code, bool]:
    """(encode, decode, is json) of a field, by its type. What has no column type of its own is kept as JSON."""
    inner, _ = _optional(hint)
    inner = getattr(inner, "__supertype__", inner)
    if isinstance(inner, type):
        if issubclass(inner, Personal):
            return attrgetter("token"), inner, False
        if issubclass(inner, StrEnum):
            return _same, {member.value: member for member in inner}.__getitem__, False
        if issubclass(inner, _PLAIN):
            return _same, _same, False
    adapter: TypeAdapter[Any] = TypeAdapter(inner)
    return lambda value: adapter.dump_json(value).decode(), adapter.validate_json, True


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def _maker(shape: type[Any], names: Sequence[str]) -> Callable[..., Any]:
    """Makes one of its values, in the order of its fields: in a sixth of the time that its own `__init__` takes.

    What is frozen is set through `object.__setattr__`, field by field. A twin of the same slots is set plainly, and then
    given the class that it was made for.
    """
    if list(getattr(shape, "__slots__", ())) != list(names) or hasattr(shape, "__post_init__"):
        return shape
    twin = make_dataclass(shape.__name__, names, slots=True)

    def make(*values: Any) -> Any:
        made = twin(*values)
        made.__class__ = shape
        return made

    return make


class Columns:
    """The columns of one table, in the order of the dataclass's fields, and how each value is written and read."""

    def __init__(self, shape: type[Any], table: Table, skip: Iterable[str] = ()) -> None:
        hints = get_type_hints(shape)
        left_out = set(skip)
        self.shape, self.table = shape, table
        self.fields = [f for f in fields(shape) if f.name not in left_out and not f.metadata.get("context")]
        self.names = [f.name for f in self.fields]
        if missing := [name for name in self.names if name not in table.c]:
            raise TypeError(f"table {table.name} lacks columns of {shape.__name__}: {', '.join(missing)}")
        self.make = _maker(shape, self.names)
        codecs = [_codec(hints[name]) for name in self.names]
        self.encoders = [encode for encode, _, _ in codecs]
        self.decoders = [(i, decode) for i, (_, decode, _) in enumerate(codecs) if decode is not _same]
        self.json = {name for name, (_, _, is_json) in zip(self.names, codecs, strict=True) if is_json}
        self.defaults = [
            (i, f.default_factory if f.default_factory is not MISSING else _constant(f.default))
            for i, f in enumerate(self.fields)
            if f.default_factory is not MISSING or f.default not in (MISSING, None)
        ]

    def sql_type(self, name: str) -> str:
        """The array element type that `unnest` is told; JSON travels as text."""
        return "text" if name in self.json else str(self.table.c[name].type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]

    def read(self, columns: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        """The values of many, column by column; one that was never written is the field's default.

        Row by row it takes twice the time.
        """
        values = list(columns)
        for i, decode in self.decoders:
            values[i] = [None if value is None else decode(value) for value in values[i]]
        for i, default in self.defaults:
            values[i] = [default() if value is None else value for value in values[i]]
        return values

    def write(self, thing: Any) -> list[Any]:
        return [
            None if (value := getattr(thing, name)) is None else encode(value)
            for name, encode in zip(self.names, self.encoders, strict=True)
        ]

    def held(self, thing: Any) -> list[Any]:
        """The values as the table holds them: an object of JSON has no order there."""
        pairs = zip(self.names, self.write(thing), strict=True)
        return [json.loads(value) if name in self.json and value is not None else value for name, value in pairs]

    def cast(self, name: str, expression: str) -> str:
        return f"{expression}::jsonb" if name in self.json else expression
