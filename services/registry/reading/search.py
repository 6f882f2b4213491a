"""Who is found by what somebody typed, the best finds first."""

import json
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.sealed import KeyRing
from contracts.ids import PersonId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.entering.reindexing import Sealed
from services.registry.entering.search import Wanted
from services.registry.reading import WITHIN
from services.registry.reading.opening import opened


class Hit(BaseModel):
    person_id: UUID
    name: str
    kind: str
    category: str
    unit_id: UUID
    unit: str | None
    dead: bool
    care_ended: str | None
    """Why nothing more is owed to them from here."""
    into: UUID | None
    """Whose file goes on."""


PRESENT = "p.keyed @> jsonb_build_array(jsonb_build_array(k.field, k.generation))"
"""SQL: the key `k` is of its field's present generation of the person `p`."""
_BY_UNIT = 9
_FIND = f"""
WITH found AS (
  SELECT k.person_id, w.rank FROM unnest($4::uuid[], $5::int[]) AS w(index, rank)
  JOIN search_keys k ON k.index = w.index JOIN people p USING (person_id) WHERE {PRESENT}
  UNION ALL SELECT p.person_id, {_BY_UNIT} FROM units u JOIN people p USING (unit_id) WHERE strpos(u.name, $6) > 0
), best AS (SELECT person_id, min(rank) AS rank FROM found GROUP BY person_id)
SELECT p.person_id, p.name, p.kind, p.category, p.unit_id, u.name AS unit, c.why AS care_ended, c.into,
  EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.retracted_at IS NULL) AS dead, count(*) OVER () AS total
FROM best b JOIN people p USING (person_id) LEFT JOIN units u USING (unit_id) LEFT JOIN LATERAL (
  SELECT * FROM care_ends e WHERE e.person_id = p.person_id AND e.resumed_at IS NULL ORDER BY e.ended_at LIMIT 1
) c ON true
WHERE p.enrolled_at IS NOT NULL AND {WITHIN}
ORDER BY b.rank, p.enrolled_at DESC, p.person_id LIMIT $7
"""
_KEPT = """
SELECT person_id, name, birth_date, resident_id, phones FROM people
WHERE enrolled_at IS NOT NULL AND ($1::uuid IS NULL OR person_id > $1) ORDER BY person_id LIMIT $2
"""
_ONE = "SELECT person_id, name, birth_date, resident_id, phones FROM people WHERE person_id = $1"


async def find(
    tables: Connection, keys: KeyRing, wanted: list[Wanted], unit_name: str, within: Bounds, most: int
) -> tuple[list[Hit], int]:
    """Of those within the bounds; and how many there are in all."""
    indexes, ranks = [w.index for w in wanted], [w.rank for w in wanted]
    rows = await tables.fetch(_FIND, *within, indexes, ranks, unit_name, most)
    hits = [Hit(**{**row, "name": opened(row["name"], "name", row["person_id"], keys)}) for row in rows]
    return hits, rows[0]["total"] if rows else 0


async def kept_after(tables: Connection, after: UUID | None, most: int) -> list[Sealed]:
    """What people are found by, in the order of their ids."""
    return [_sealed(row) for row in await tables.fetch(_KEPT, after, most)]


async def kept_of(tables: Connection, person_id: UUID) -> Sealed:
    return _sealed(await tables.fetchrow(_ONE, person_id))


def _sealed(row: Any) -> Sealed:
    name, birth_date, resident_id = (SealedIdentity(row[field]) for field in ("name", "birth_date", "resident_id"))
    phones = tuple(SealedContact(token) for token in json.loads(row["phones"]))
    return Sealed(PersonId(row["person_id"]), name, birth_date, resident_id, phones)
