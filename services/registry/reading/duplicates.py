"""Files that may be one person's, for somebody named to look at."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.sealed import KeyRing
from services.registry.entering.search import MISREAD
from services.registry.reading.opening import opened
from services.registry.reading.search import PRESENT


class One(BaseModel):
    person_id: UUID
    name: str
    birth_year: int | None
    unit_id: UUID
    unit: str | None
    county: str


class Proposal(BaseModel):
    """Two files, and why they may be one person's."""

    one: One
    other: One
    because: list[str]
    """same-name-and-birth · number-one-place-apart · same-phone-and-name"""


_PAIRS = f"""
WITH pairs AS MATERIALIZED (
  SELECT a.person_id AS one, b.person_id AS other, 'same-name-and-birth' AS because, NULL::uuid AS k1, NULL::uuid AS k2
  FROM people a JOIN people b USING (name_index, birth_date_index) WHERE a.person_id < b.person_id
  UNION ALL SELECT a.person_id, b.person_id, 'number-one-place-apart', a.key_id, b.key_id
  FROM search_keys a JOIN search_keys b USING (index) WHERE a.form = '{MISREAD}' AND a.person_id < b.person_id
  UNION ALL SELECT a.person_id, b.person_id, 'same-phone-and-name', a.key_id, b.key_id
  FROM search_keys a JOIN search_keys b USING (index)
  JOIN people x ON x.person_id = a.person_id JOIN people y ON y.person_id = b.person_id AND y.name_index = x.name_index
  WHERE a.field = 'phones' AND a.person_id < b.person_id
)
SELECT d.one, d.other, array_agg(DISTINCT d.because ORDER BY d.because) AS because,
  a.name AS one_name, a.birth_year AS one_birth_year, a.unit_id AS one_unit_id, ua.name AS one_unit, a.county AS one_county,
  b.name AS other_name, b.birth_year AS other_birth_year, b.unit_id AS other_unit_id, ub.name AS other_unit,
  b.county AS other_county
FROM pairs d JOIN people a ON a.person_id = d.one JOIN people b ON b.person_id = d.other
LEFT JOIN units ua ON ua.unit_id = a.unit_id LEFT JOIN units ub ON ub.unit_id = b.unit_id
WHERE ($1::text IS NULL OR $1 IN (a.county, b.county))
  AND (d.k1 IS NULL OR EXISTS (SELECT FROM search_keys k JOIN people p ON p.person_id = d.one
    WHERE k.person_id = d.one AND k.key_id = d.k1 AND {PRESENT}))
  AND (d.k2 IS NULL OR EXISTS (SELECT FROM search_keys k JOIN people p ON p.person_id = d.other
    WHERE k.person_id = d.other AND k.key_id = d.k2 AND {PRESENT}))
  AND NOT EXISTS (SELECT FROM distinctions t
    WHERE (t.person_id, t.other_id) IN ((d.one, d.other), (d.other, d.one)))
  AND NOT EXISTS (SELECT FROM care_ends e
    WHERE e.person_id IN (d.one, d.other) AND e.resumed_at IS NULL AND e.why IN ('merged', 'enrolled-in-error'))
GROUP BY d.one, d.other, a.person_id, b.person_id, ua.unit_id, ub.unit_id ORDER BY d.one, d.other
"""


async def proposals(tables: Connection, keys: KeyRing, county: str | None) -> list[Proposal]:
    """Those of which at least one is in the county; who was told apart is not proposed again."""
    return [
        Proposal(one=_one(row, "one", keys), other=_one(row, "other", keys), because=row["because"])
        for row in await tables.fetch(_PAIRS, county)
    ]


def _one(row: Any, which: str, keys: KeyRing) -> One:
    return One(
        person_id=row[which],
        name=opened(row[f"{which}_name"], "name", row[which], keys),
        birth_year=row[f"{which}_birth_year"],
        unit_id=row[f"{which}_unit_id"],
        unit=row[f"{which}_unit"],
        county=row[f"{which}_county"],
    )
