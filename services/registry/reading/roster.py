"""What the registry knows of the people and units that a roster names."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.sealed import KeyRing
from contracts.ids import HolderId
from services.registry.reading.opening import opened
from services.registry.roster.judging import KnownPerson, KnownUnit
from services.registry.words.places import ended

_UNITS = """
SELECT unit_id, name, city, county, party, because, ended_at,
  ARRAY(SELECT h.name FROM units h WHERE h.unit_id IN (SELECT jsonb_array_elements_text(u.became)::uuid)) AS became
FROM units u WHERE name <> '' ORDER BY unit_id
"""
_PEOPLE = """
SELECT p.person_id, p.resident_id_index, p.name, p.phones, p.kind, p.category, p.rank, p.political_status, p.unit_id,
  p.community_id, p.city,
  p.county, p.survivor_of, a.liaison_id, a.name AS liaison_name, a.phone AS liaison_phone, c.why AS care_ended,
  EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.retracted_at IS NULL) AS dead
FROM people p LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL LEFT JOIN LATERAL (
  SELECT e.why FROM care_ends e WHERE e.person_id = p.person_id AND e.resumed_at IS NULL ORDER BY e.ended_at LIMIT 1
) c ON true
WHERE p.resident_id_index = ANY($1) AND p.enrolled_at IS NOT NULL
"""
_CORRECTED = """
SELECT person_id FROM people WHERE person_id = ANY($1) AND NOT resident_id_index = ANY($2) AND enrolled_at IS NOT NULL
"""
_OFFICERS = """
SELECT DISTINCT unit_id, liaison_id AS holder_id, name, phone FROM assignments WHERE unit_id = ANY($1) AND ended_at IS NULL
UNION SELECT unit_id, holder_id, name, phone FROM appointments WHERE unit_id = ANY($1) AND ended_at IS NULL
ORDER BY unit_id, holder_id
"""


async def units_known(tables: Connection, beside: frozenset[str]) -> list[KnownUnit]:
    """`beside`: the parties whose units manage nobody, as communities do."""
    return [_unit(row, beside) for row in await tables.fetch(_UNITS)]


async def people_known(tables: Connection, keys: KeyRing, numbers: Mapping[UUID, str]) -> dict[str, KnownPerson]:
    """`numbers` by their blind indexes."""
    rows = await tables.fetch(_PEOPLE, list(numbers))
    return {numbers[row["resident_id_index"]]: _person(row, keys) for row in rows}


async def corrected_since(tables: Connection, people: Iterable[UUID], indexes: Sequence[UUID]) -> set[UUID]:
    """Who of these people has a resident ID that is none of these."""
    return {row["person_id"] for row in await tables.fetch(_CORRECTED, list(people), list(indexes))}


async def officers_known(
    tables: Connection, keys: KeyRing, units: Iterable[UUID]
) -> dict[tuple[UUID, str, str], HolderId]:
    """By unit, name and phone: who answers for people there now."""
    rows = await tables.fetch(_OFFICERS, list(units))
    return {(row["unit_id"], *_named(row, keys)): HolderId(row["holder_id"]) for row in rows}


def _named(row: Any, keys: KeyRing) -> tuple[str, str]:
    holder = row["holder_id"]
    return opened(row["name"], "name", holder, keys), opened(row["phone"], "phone", holder, keys)


def _unit(row: Any, beside: frozenset[str]) -> KnownUnit:
    over = ended(row["because"], row["ended_at"], row["became"]) if row["ended_at"] is not None else None
    return KnownUnit(row["unit_id"], row["name"], row["city"], row["county"], row["party"] in beside, over)


def _person(row: Any, keys: KeyRing) -> KnownPerson:
    person_id, liaison = row["person_id"], row["liaison_id"]
    shown = {
        "name": opened(row["name"], "name", person_id, keys),
        "phones": opened(json.loads(row["phones"] or "[]"), "phones", person_id, keys),
        **{field: row[field] for field in ("kind", "category", "rank", "political_status")},
        "unit": row["unit_id"],
        "community": row["community_id"],
        "deceased": row["survivor_of"],
        "liaison_name": opened(row["liaison_name"], "name", liaison, keys),
        "liaison_phone": opened(row["liaison_phone"], "phone", liaison, keys),
    }
    return KnownPerson(person_id, row["city"], row["county"], row["unit_id"], shown, row["dead"], row["care_ended"])
