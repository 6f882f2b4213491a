"""Which rows are meant: all, or those that are named as a spreadsheet's user would name them."""

import re
from collections.abc import Iterable

_PART = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?").fullmatch
ALL = "all"


def chosen(said: str, present: Iterable[int]) -> tuple[list[int], list[int]] | None:
    """(rows that there are, numbers that stand alone and are none), in order; None = it cannot be read. `2-200,205`"""
    there = set(present)
    if said == ALL:
        return sorted(there), []
    wanted: set[int] = set()
    absent: set[int] = set()
    for part in said.split(","):
        if (found := _PART(part.strip())) is None:
            return None
        first, last = int(found[1]), int(found[2] or found[1])
        wanted |= {row for row in there if first <= row <= last}
        absent |= {first} - there if found[2] is None else set()
    return sorted(wanted), sorted(absent)


def confirmed(said: str | None) -> frozenset[int] | None:
    """Rows that are named one by one: neither all nor a range is looked at row by row. None = it cannot be read."""
    parts = [part.strip() for part in said.split(",")] if said is not None else []
    return frozenset(map(int, parts)) if all(part.isdecimal() and len(part) < 8 for part in parts) else None


def ranges(rows: Iterable[int]) -> str:
    """The same, said shortly: what `chosen` reads."""
    parts: list[list[int]] = []
    for row in sorted(rows):
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ",".join(f"{first}-{last}" if first != last else str(first) for first, last in parts)
