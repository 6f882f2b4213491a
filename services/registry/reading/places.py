"""Where a unit or a person belongs."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import TypeAdapter

from bus.database import Connection
from bus.decisions import Bounds, Held
from services.registry.reading import WITHIN
from services.registry.words.places import NO_SUCH_UNIT, OTHER_CITY, ended


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody or something belongs."""

    unit_id: UUID
    city: str
    county: str
    party: str | None = None
    ended: str | None = None
    """Of a unit that has ended: when, and what it became, in words."""
    held: Held = field(default_factory=dict)
    """Of a person: role → who holds it, by the last card."""


_UNIT = """
SELECT unit_id, city, county, party, because, ended_at,
  ARRAY(SELECT h.name FROM units h WHERE h.unit_id IN (SELECT jsonb_array_elements_text(u.became)::uuid)) AS became
FROM units u WHERE unit_id = $1 AND name <> ''
"""


_PERSON = """
SELECT unit_id, city, county, coalesce(held, '{}') AS held FROM people WHERE person_id = $1 AND enrolled_at IS NOT NULL
"""
_HOLDER = "SELECT unit_id, city, county FROM people WHERE on_card ? $1 LIMIT 1"
_BEYOND = f"SELECT EXISTS (SELECT FROM people p WHERE p.on_card ? $4 AND ({WITHIN}) IS NOT TRUE)"
_HELD: TypeAdapter[dict[str, tuple[UUID, ...]]] = TypeAdapter(dict[str, tuple[UUID, ...]])


async def place_of_unit(tables: Connection, unit_id: UUID) -> Place | None:
    """None = it was never on the roster. One that has ended says so."""
    row = await tables.fetchrow(_UNIT, unit_id)
    if row is None:
        return None
    over = ended(row["because"], row["ended_at"], row["became"]) if row["ended_at"] is not None else None
    return Place(row["unit_id"], row["city"], row["county"], row["party"], over)


def fault_of(
    place: Place | None, beside: Collection[str], *, community: bool = False, city: str | None = None
) -> str | None:
    """Why this is no standing community, or none that manages people (in this city), in words; None = it is one.

    `beside` are the parties of communities and institutions.
    """
    if place is None or (place.party in beside) is not community:
        return NO_SUCH_UNIT
    if place.ended is not None:
        return place.ended
    return OTHER_CITY if city not in (None, place.city) else None


async def place_of_person(tables: Connection, person_id: UUID) -> Place | None:
    """None = not under care."""
    row = await tables.fetchrow(_PERSON, person_id)
    return Place(**{**row, "held": _HELD.validate_json(row["held"])}) if row is not None else None


async def place_of_holder(tables: Connection, holder_id: UUID) -> Place | None:
    """Of one of those on whose cards they stand; None = of nobody's."""
    row = await tables.fetchrow(_HOLDER, str(holder_id))
    return Place(**row) if row is not None else None


async def stands_beyond(tables: Connection, holder_id: UUID, within: Bounds) -> bool:
    """Whether any of those on whose cards they stand is out of these bounds."""
    beyond: bool = await tables.fetchval(_BEYOND, *within, str(holder_id))
    return beyond


async def merged_into(tables: Connection, person_id: UUID, merge_id: UUID) -> UUID | None:
    """The file into which this one went by that merge; None = there was none."""
    found = "SELECT e.into FROM care_ends e WHERE person_id = $1 AND end_id = $2"
    into: UUID | None = await tables.fetchval(found, person_id, merge_id)
    return into


async def is_under_care(tables: Connection, person_id: UUID) -> bool:
    found = "SELECT NOT EXISTS (SELECT FROM care_ends WHERE person_id = $1 AND resumed_at IS NULL)"
    so: bool = await tables.fetchval(found, person_id)
    return so


async def is_dead(tables: Connection, person_id: UUID) -> bool:
    found = "SELECT EXISTS (SELECT FROM deaths WHERE person_id = $1 AND retracted_at IS NULL)"
    dead: bool = await tables.fetchval(found, person_id)
    return dead


async def is_of_another(tables: Connection, resident_id_index: UUID, person_id: UUID) -> bool:
    found = "SELECT EXISTS (SELECT FROM people WHERE resident_id_index = $1 AND person_id <> $2)"
    taken: bool = await tables.fetchval(found, resident_id_index, person_id)
    return taken
