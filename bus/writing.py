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
    """A statement that unnests its arguments, one array a column; none when there are no rows.

    What `unnest` is given is filled up with NULL to the longest: of a column that is empty in all nothing need be sent, and
    asyncpg asks of each element whether it is an array itself.
    """
    columns = (list(column) for column in zip(*rows, strict=True))
    return (
        [Write(sql, [column if any(each is not None for each in column) else [] for column in columns])] if rows else []
    )


async def write(tx: Connection, writes: Sequence[Write], counted: Sequence[Write] = ()) -> int:
    """All at once, none seeing what another does; no two may touch the same row. How many rows `counted` (one or none) wrote."""
    together = [*writes, *counted]
    if not together:
        return 0
    sql = _as_one(tuple((each.sql, len(each.args)) for each in together))
    status = await tx.execute(sql, *(arg for each in together for arg in each.args))
    return int(status.rpartition(" ")[2]) if counted else 0


@lru_cache(1000)
def _as_one(statements: tuple[tuple[str, int], ...]) -> str:
    """All but the last as `WITH` parts of the last, whose rows PostgreSQL counts; their places are numbered on."""
    numbered, taken = [], 0
    for sql, places in statements:
        numbered.append(_numbered_from(taken, sql))
        taken += places
    *parts, last = numbered
    named = ", ".join(f"part_{n} AS ({part})" for n, part in enumerate(parts))
    return f"WITH {named} {last}" if named else last


def _numbered_from(taken: int, sql: str) -> str:
    return _PLACE.sub(lambda place: f"${int(place[1]) + taken}", sql)
