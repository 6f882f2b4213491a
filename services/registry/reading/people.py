"""People in lists: those of a unit, a county, the city, with what became of them; and the roster as it is handed in."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.pages import Page
from bus.sealed import KeyRing
from services.registry.reading import WITHIN
from services.registry.reading.opening import opened
from services.registry.words.care import became


class PersonShown(BaseModel):
    person_id: UUID
    name: str
    kind: str
    category: str
    rank: str | None
    political_status: str | None
    birth_year: int | None
    unit_id: UUID
    unit: str | None
    county: str
    liaison: str | None
    enrolled_at: datetime
    dead: bool
    care_ended: str | None
    """Why nothing more is owed to them from here."""
    into: UUID | None
    """Whose file goes on."""


class People(BaseModel):
    people: list[PersonShown]


class RosterLine(BaseModel):
    """One row of a roster, under the headings under which one is handed in."""

    name: str
    resident_id: str
    birth_date: str
    phones: list[str]
    unit: str | None
    kind: str
    category: str
    rank: str | None
    political_status: str | None
    community: str | None
    city: str
    county: str
    liaison_name: str | None
    liaison_phone: str | None
    deceased: str | None
    state: str | None
    """What became of somebody who is not under care any more."""
    person_id: UUID


_WHAT_BECAME = """
LEFT JOIN LATERAL (
  SELECT * FROM care_ends e WHERE e.person_id = p.person_id AND e.resumed_at IS NULL ORDER BY e.ended_at LIMIT 1
) c ON true
"""
_DEAD = "EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.retracted_at IS NULL) AS dead"
_PEOPLE = f"""
SELECT p.person_id, p.name, p.kind, p.category, p.rank, p.political_status, p.birth_year, p.unit_id, u.name AS unit, p.county,
  p.enrolled_at,
  a.liaison_id, a.name AS liaison, c.why AS care_ended, c.into, {_DEAD}
FROM people p LEFT JOIN units u ON u.unit_id = p.unit_id
LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL {_WHAT_BECAME}
WHERE p.enrolled_at IS NOT NULL AND {WITHIN}
  AND ($4::text IS NULL OR p.county = $4) AND ($5::text IS NULL OR p.kind = $5) AND ($6::text IS NULL OR p.category = $6)
"""
_ROSTER = f"""
SELECT p.*, u.name AS unit, n.name AS community, x.resident_id AS deceased, a.liaison_id, a.name AS liaison_name,
  a.phone AS liaison_phone, c.why AS care_ended, {_DEAD}
FROM people p LEFT JOIN units u ON u.unit_id = p.unit_id LEFT JOIN units n ON n.unit_id = p.community_id
LEFT JOIN people x ON x.person_id = p.survivor_of
LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL {_WHAT_BECAME}
WHERE p.enrolled_at IS NOT NULL AND ($1::text IS NULL OR p.county = $1)
ORDER BY p.county, u.name, p.unit_id, p.enrolled_at, p.person_id
"""


async def people_of(
    tables: Connection, keys: KeyRing, within: Bounds, of: Mapping[str, str | None], page: Page
) -> People:
    """Newest first. `of`: county, kind, category, if asked."""
    rows = await page.read(tables, _PEOPLE, *within, of["county"], of["kind"], of["category"])
    return People(people=[_person(row, keys) for row in rows])


async def roster_of(tables: Connection, keys: KeyRing, county: str | None) -> list[RosterLine]:
    """Everybody who was ever enrolled, unit by unit: who died or left is marked, and left out nowhere."""
    return [_line(row, keys) for row in await tables.fetch(_ROSTER, county)]


def _person(row: Any, keys: KeyRing) -> PersonShown:
    names = {
        "name": opened(row["name"], "name", row["person_id"], keys),
        "liaison": opened(row["liaison"], "name", row["liaison_id"], keys),
    }
    return PersonShown(**{field: row[field] for field in PersonShown.model_fields if field not in names}, **names)


def _line(row: Any, keys: KeyRing) -> RosterLine:
    person_id, liaison = row["person_id"], row["liaison_id"]
    sealed = {
        **{field: opened(row[field], field, person_id, keys) for field in ("name", "resident_id", "birth_date")},
        "phones": opened(json.loads(row["phones"] or "[]"), "phones", person_id, keys),
        "liaison_name": opened(row["liaison_name"], "name", liaison, keys),
        "liaison_phone": opened(row["liaison_phone"], "phone", liaison, keys),
        "deceased": opened(row["deceased"], "resident_id", row["survivor_of"], keys),
        "state": became(dead=row["dead"], care_ended=row["care_ended"]),
    }
    return RosterLine(**{field: row[field] for field in RosterLine.model_fields if field not in sealed}, **sealed)
