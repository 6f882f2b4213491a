"""Who has read what of somebody; and whose files one reading concerns."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.pages import Page
from contracts.ids import PersonId
from services.registry.domain.care import MERGED


class OpeningShown(BaseModel):
    opening_id: UUID
    opened_by: str
    role: str
    what: str
    purpose: str
    opened_at: datetime


_OPENINGS = """
SELECT opening_id, opened_by, role, what, purpose, opened_at FROM openings WHERE people ? $1
"""
_ONE = f"""
WITH RECURSIVE merged AS (
  SELECT e.person_id, e.into FROM care_ends e WHERE e.why = '{MERGED}' AND e.resumed_at IS NULL
), one(person_id) AS (
  SELECT unnest($1::uuid[])
  UNION SELECT next.person_id FROM one, LATERAL (
    SELECT m.into FROM merged m WHERE m.person_id = one.person_id
    UNION ALL SELECT m.person_id FROM merged m WHERE m.into = one.person_id
  ) AS next(person_id)
) SELECT person_id FROM one ORDER BY person_id
"""


async def openings_of(tables: Connection, person_id: UUID, page: Page) -> list[OpeningShown]:
    """The latest first."""
    return [OpeningShown(**row) for row in await page.read(tables, _OPENINGS, str(person_id))]


async def with_merged(tables: Connection, people: Iterable[UUID]) -> list[PersonId]:
    """Whoever is read is read under all their files: those that were merged into this one, and the one that goes on."""
    return [PersonId(row["person_id"]) for row in await tables.fetch(_ONE, list({*people}))]
