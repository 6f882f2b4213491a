"""What people and units are called of whom another service knows the ids alone."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.sealed import KeyRing
from services.registry.reading import WITHIN
from services.registry.reading.lineage import UnitName
from services.registry.reading.opening import opened


class PersonName(BaseModel):
    person_id: UUID
    name: str


class Names(BaseModel):
    """Of those who are known and within reach of the caller; the others are left out."""

    people: list[PersonName]
    units: list[UnitName]


_PEOPLE = f"""
SELECT p.person_id, p.name FROM people p WHERE p.person_id = ANY($4) AND p.enrolled_at IS NOT NULL AND {WITHIN} ORDER BY p.person_id
"""
_UNITS = """
SELECT u.unit_id, u.name FROM units u WHERE u.unit_id = ANY($3) AND u.name <> ''
  AND ($1::uuid IS NULL OR u.unit_id = $1) AND ($2::text IS NULL OR u.county = $2) ORDER BY u.unit_id
"""


async def names_of(
    tables: Connection,
    keys: KeyRing,
    within: Bounds,
    own: UUID | None,
    people: Collection[UUID],
    units: Collection[UUID],
) -> Names:
    """`own`: the one unit that the caller reaches, None = any of the county."""
    found = await tables.fetch(_PEOPLE, *within, list(people))
    called = await tables.fetch(_UNITS, own, within.county, list(units))
    return Names(
        people=[
            PersonName(person_id=row["person_id"], name=opened(row["name"], "name", row["person_id"], keys))
            for row in found
        ],
        units=[UnitName(**row) for row in called],
    )
