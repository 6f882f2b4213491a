"""What units became, and the proof that nobody was lost on the way."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from services.registry.domain import Belonging


class UnitName(BaseModel):
    unit_id: UUID
    name: str


class UnitShown(BaseModel):
    unit_id: UUID
    name: str
    ended_at: datetime | None
    because: str | None
    document: str | None
    became: list[UnitName]
    came_from: list[UnitName]


class LineageShown(BaseModel):
    lineage_id: UUID
    because: str
    document: str | None
    unit_ids: list[UUID]
    people_before: int
    people_after: int
    begun_at: datetime
    settled_at: datetime | None
    missing: list[UUID]
    """Who has not arrived: still under care of a unit that has ended."""


class Lineages(BaseModel):
    lineages: list[LineageShown]


_BELONGING = """
SELECT p.person_id, a.liaison_id FROM people p
LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL
WHERE p.unit_id = ANY($1) AND p.enrolled_at IS NOT NULL ORDER BY p.person_id
"""
_BELOW = "SELECT DISTINCT reports_to FROM units WHERE reports_to = ANY($1) AND ended_at IS NULL"
_UNIT = "SELECT unit_id, name, ended_at, because, document, became FROM units WHERE unit_id = $1"
_BECAME = """
SELECT h.unit_id, h.name FROM units u, LATERAL jsonb_array_elements_text(u.became) AS heir JOIN units h ON h.unit_id = heir::uuid
WHERE u.unit_id = $1 ORDER BY h.unit_id
"""
_CAME_FROM = "SELECT unit_id, name FROM units WHERE became ? $1 ORDER BY ended_at, unit_id"
_LINEAGES = """
SELECT l.*, ARRAY(
  SELECT d.person_id FROM destinations d JOIN people p ON p.person_id = d.person_id
  WHERE d.roster_id = l.roster_id AND d.lineage_id = l.lineage_id AND l.unit_ids ? p.unit_id::text ORDER BY d.person_id
) AS missing FROM lineages l WHERE l.roster_id = $1 ORDER BY l.begun_at DESC
"""


async def belongings(tables: Connection, unit_ids: Sequence[UUID]) -> list[Belonging]:
    """Everybody under care of these units, and who answers for them."""
    return [Belonging(**row) for row in await tables.fetch(_BELONGING, list(unit_ids))]


async def with_units_below(tables: Connection, unit_ids: Sequence[UUID]) -> set[UUID]:
    """Those to which others still report."""
    return {row["reports_to"] for row in await tables.fetch(_BELOW, list(unit_ids))}


async def unit_of(tables: Connection, unit_id: UUID) -> UnitShown:
    row = await tables.fetchrow(_UNIT, unit_id)
    became = [UnitName(**each) for each in await tables.fetch(_BECAME, unit_id)]
    came_from = [UnitName(**each) for each in await tables.fetch(_CAME_FROM, str(unit_id))]
    return UnitShown(**{**row, "became": became, "came_from": came_from})


async def lineages_of(tables: Connection, roster_id: UUID, county: str | None) -> Lineages:
    """Newest first. Who is missing is looked up now, not as it was when it was last said."""
    rows = await tables.fetch(_LINEAGES, roster_id)
    return Lineages(lineages=[_lineage(row) for row in rows if county in (None, row["county"])])


def _lineage(row: Any) -> LineageShown:
    return LineageShown(
        lineage_id=row["lineage_id"],
        because=row["because"],
        document=row["document"],
        unit_ids=json.loads(row["unit_ids"]),
        people_before=row["people_before"],
        people_after=row["people_before"] - len(row["missing"]),
        begun_at=row["begun_at"],
        settled_at=row["settled_at"],
        missing=row["missing"],
    )
