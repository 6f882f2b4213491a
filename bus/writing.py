"""Several writes of one transaction by one statement: the round trip costs more than most of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bus.database import Connection

_PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Write:
    """One statement that writes, and what stands for its $1, $2, …"""

    sql: str
    args: Sequence[Any]


def of_rows(sql: str, rows: Sequence[Sequence[Any]]) -> list[Write]:
    """A statement that unnests its arguments, one array a column; none when there are no rows."""
    return [Write(sql, [list(column) for column in zip(*rows, strict=True)])] if rows else []


async def write(tx: Connection, writes: Sequence[Write]) -> int:
    """All at once, none seeing what another does; no two may touch the same row. How many rows the last has written."""
    if not writes:
        return 0
    sql = _as_one(tuple(each.sql for each in writes))
    status = await tx.execute(sql, *(arg for each in writes for arg in each.args))
    return int(status.rpartition(" ")[2])


@lru_cache(1000)
def _as_one(statements: tuple[str, ...]) -> str:
    """All but the last as `WITH` parts of the last, their places numbered on."""
    numbered, taken = [], 0
    for statement in statements:
        numbered.append(_PLACE.sub(lambda place, taken=taken: f"${int(place[1]) + taken}", statement))  # type: ignore[misc]
        taken += max(int(place) for place in _PLACE.findall(statement))
    *parts, last = numbered
    named = ", ".join(f"part_{n} AS ({part})" for n, part in enumerate(parts))
    return f"WITH {named} {last}" if named else last
