"""How a value stands in a cell: codes in the city's words, instants in its time, numbers as numbers, all else as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bus.pack import Words
from bus.sheets.layout import Column

YES, NO = "是", "否"
BESIDE = "概况"
"""The worksheet of what stands beside the lists of an answer."""
ITEM, VALUE = "项目", "内容"


@dataclass(frozen=True, slots=True)
class Wording:
    """Of one city."""

    words: Words

    def cell(self, value: Any, column: Column) -> str | int | float:
        if value is None:
            return ""
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, int | float):
            return value
        return self._text(value, column.said_by)

    def _text(self, value: Any, said_by: str | Mapping[str, str]) -> str:
        if isinstance(value, datetime):
            return f"{value.astimezone(self.words.timezone):%Y-%m-%d %H:%M}"
        if isinstance(value, list | tuple):
            return "、".join(self._text(one, said_by) for one in value)
        if isinstance(value, dict):
            return "，".join(f"{name} {self._text(one, said_by)}" for name, one in value.items())
        code = str(value)
        return self.words.called(said_by, code) if isinstance(said_by, str) else said_by.get(code, code)
