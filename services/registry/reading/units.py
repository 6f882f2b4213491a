"""The units that stand: what each is called, whom it reports to, who answers for it, and how many people it has."""

from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.sealed import KeyRing
from services.registry.reading import LIVING
from services.registry.reading.opening import opened


class UnitLine(BaseModel):
    unit_id: UUID
    name: str
    party: str
    nature: str | None
    county: str
    reports_to: str | None
    """The name of the unit above it."""
    officer: str | None
    people: int
    """Living, of whom it is the unit, the community or the institution."""


class Units(BaseModel):
    units: list[UnitLine]


_UNITS = f"""
SELECT u.unit_id, u.name, u.party, u.nature, u.county, above.name AS reports_to, a.holder_id, a.name AS officer,
  (SELECT count(*) FROM people p
   WHERE u.unit_id IN (p.unit_id, p.community_id) AND p.enrolled_at IS NOT NULL AND {LIVING}) AS people
FROM units u LEFT JOIN units above ON above.unit_id = u.reports_to
LEFT JOIN appointments a ON a.unit_id = u.unit_id AND a.ended_at IS NULL
WHERE u.name <> '' AND u.ended_at IS NULL AND ($1::uuid IS NULL OR u.unit_id = $1) AND ($2::text IS NULL OR u.county = $2)
ORDER BY array_position($3::text[], u.party), u.county, u.name, u.unit_id
"""


async def units_of(
    tables: Connection, keys: KeyRing, unit_id: UUID | None, county: str | None, parties: list[str]
) -> Units:
    """Without a limit; in the order of the parties, which is the pack's."""
    rows = await tables.fetch(_UNITS, unit_id, county, parties)
    shown = [
        UnitLine(**{**row, "officer": opened(row["officer"], "name", row["holder_id"], keys)})  # None = nobody
        for row in rows
    ]
    return Units(units=shown)
