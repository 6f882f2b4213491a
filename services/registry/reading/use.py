"""Whether files are used: whether visits start from the file and change it (feature 15)."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from services.registry.domain.openings import FILE


class Use(BaseModel):
    """Of the contacts of one unit's people."""

    unit_id: UUID
    unit: str | None
    contacts: int
    opened_before: int
    changed_after: int
    both: int
    share: float
    """`both` of `contacts`."""


_USE = f"""
WITH contacts AS (
  SELECT p.unit_id, l.person_id, l.fact_at, split_part(l.actor, ':', 2) AS holder
  FROM file_lines l JOIN people p USING (person_id)
  WHERE l.what = 'contact.made' AND l.fact_at >= $1 AND ($3::text IS NULL OR p.county = $3)
), measured AS (
  SELECT c.unit_id, EXISTS (
    SELECT FROM openings o WHERE o.people ? c.person_id::text AND o.opened_by = c.holder AND o.what = '{FILE}'
      AND o.opened_at BETWEEN c.fact_at - $2::interval AND c.fact_at
  ) AS opened, EXISTS (
    SELECT FROM file_lines f WHERE f.person_id = c.person_id AND split_part(f.actor, ':', 2) = c.holder
      AND f.source LIKE 'registry.%' AND f.recorded_at BETWEEN c.fact_at AND c.fact_at + $2::interval
  ) AS changed FROM contacts c
)
SELECT m.unit_id, u.name AS unit, count(*) AS contacts, count(*) FILTER (WHERE opened) AS opened_before,
  count(*) FILTER (WHERE changed) AS changed_after, count(*) FILTER (WHERE opened AND changed) AS both
FROM measured m LEFT JOIN units u USING (unit_id) GROUP BY m.unit_id, u.name
ORDER BY count(*) FILTER (WHERE opened AND changed)::float / count(*), count(*) DESC, m.unit_id
"""


async def use_of_files(tables: Connection, since: datetime, within: timedelta, county: str | None) -> list[Use]:
    """By unit, the least used first: a contact counts when its holder opened the file before it, and wrote into it after."""
    rows = await tables.fetch(_USE, since, within, county)
    return [Use(**row, share=row["both"] / row["contacts"]) for row in rows]
