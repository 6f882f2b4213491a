"""What was told is told again, in the order in which it was: for a Kafka that was lost. The journals absorb what they know.

A fact that is decided meanwhile may overtake one that is told again; states bear that, as they bear it of other topics.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from bus import outbox
from bus.database import Database
from bus.outbox import Row
from bus.writing import write

CHUNK = 1000

_COUNT = "SELECT topic, count(*) AS n FROM told WHERE told_at >= $1 GROUP BY topic ORDER BY topic"
_TOLD = "SELECT event_id, topic, key, headers, body FROM told WHERE told_at >= $1 ORDER BY id"


async def what_would_be(database: Database, since: datetime) -> dict[str, int]:
    """How many records of each topic were told since then."""
    async with database.connection() as connection:
        return {row["topic"]: row["n"] for row in await connection.fetch(_COUNT, since)}


async def retell(database: Database, since: datetime, *, chunk: int = CHUNK) -> AsyncIterator[int]:
    """Back into the outbox, a chunk a transaction; yields how many so far. The active relay sends them.

    They are read as they stood at the beginning, so what is told again meanwhile is not told a third time.
    """
    done = 0
    async with database.transaction() as reading:
        told: Any = await reading.cursor(_TOLD, since)  # type: ignore[attr-defined]
        while rows := await told.fetch(chunk):
            async with database.transaction() as tx:
                await write(tx, outbox.staged(Row(*row) for row in rows))
            done += len(rows)
            yield done
