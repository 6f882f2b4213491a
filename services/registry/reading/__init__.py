"""What the doors read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bus.asking import NotNow
from bus.database import Connection, Database, passes_by_waiting
from bus.now import NOW

LIVING = """NOT EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.retracted_at IS NULL)
  AND NOT EXISTS (SELECT FROM care_ends c WHERE c.person_id = p.person_id AND c.resumed_at IS NULL)"""
"""People `p` of whom anything is asked: neither dead, nor has their care ended."""
WITHIN = """($1::text IS NULL OR p.county = $1) AND ($2::uuid IS NULL OR p.unit_id = $2) AND ($3::jsonb IS NULL OR p.held @> $3)"""
"""People `p` within the `Bounds` of a caller, which are the first three parameters."""


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Connection]:
    """A database that is away is said to be away, as the desk says it."""
    try:
        async with database.connection() as connection:
            yield connection
    except Exception as error:
        if passes_by_waiting(error):
            raise NotNow.away(error) from None
        raise


async def hour(tables: Connection) -> datetime:
    now: datetime = await tables.fetchval(f"SELECT {NOW}")
    return now
