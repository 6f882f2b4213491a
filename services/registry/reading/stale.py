"""Fields of files that nobody has asked about for too long (feature 16)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.now import NOW
from bus.pages import Page
from services.registry.domain.file_fields import OF_LINES, RECORDED
from services.registry.reading import LIVING, WITHIN


class StaleField(BaseModel):
    person_id: UUID
    unit_id: UUID
    field: str
    limit_days: int
    since: datetime
    """Of which time the value is that stands; of a field that nobody ever recorded, the enrolment."""
    recorded: bool
    age_days: int


class Stale(BaseModel):
    fields: list[StaleField]
    total: int


_STALE = f"""
WITH living AS (
  SELECT p.person_id, p.unit_id, p.county, p.enrolled_at FROM people p WHERE p.enrolled_at IS NOT NULL
    AND {WITHIN} AND {LIVING}
), told AS (
  SELECT l.person_id, CASE l.what WHEN '{RECORDED}' THEN l.value::jsonb ->> 'field' ELSE t.field END AS field, l.fact_at
  FROM file_lines l JOIN living USING (person_id)
  LEFT JOIN unnest($4::text[], $5::text[]) AS t(what, field) ON t.what = l.what WHERE l.what = ANY($4)
), held AS (SELECT person_id, field, max(fact_at) AS since FROM told GROUP BY 1, 2), stale AS (
  SELECT a.person_id, a.unit_id, a.county, f.field, extract(day FROM f.fresh_for)::int AS limit_days,
    coalesce(h.since, a.enrolled_at) AS since, h.since IS NOT NULL AS recorded
  FROM living a CROSS JOIN unnest($6::text[], $7::interval[]) AS f(field, fresh_for)
  LEFT JOIN held h ON h.person_id = a.person_id AND h.field = f.field
  WHERE coalesce(h.since, a.enrolled_at) < {NOW} - f.fresh_for
)
"""
_LIST = f"""{_STALE} SELECT person_id, unit_id, field, limit_days, since, recorded,
  extract(day FROM {NOW} - since)::int AS age_days
FROM stale"""
_COUNT = f"{_STALE} SELECT county, field, count(*) AS n FROM stale GROUP BY 1, 2"


async def stale_fields(tables: Connection, fresh_for: Mapping[str, timedelta], within: Bounds, page: Page) -> Stale:
    """Those that are known the longest first; how many there are in all is said beside."""
    rows = await page.read(tables, _LIST, *within, *_limits(fresh_for), surely=True)
    found = [StaleField(**{name: row[name] for name in StaleField.model_fields}) for row in rows]
    return Stale(fields=found, total=page.total or 0)


async def count_stale(tables: Connection, fresh_for: Mapping[str, timedelta]) -> dict[tuple[str, str], int]:
    """(county, field) → how many people."""
    return {
        (row["county"], row["field"]): row["n"] for row in await tables.fetch(_COUNT, *Bounds(), *_limits(fresh_for))
    }


def _limits(fresh_for: Mapping[str, timedelta]) -> tuple[list[str], list[str | None], list[str], list[timedelta]]:
    what = [RECORDED, *(what for what, field in OF_LINES.items() if field in fresh_for)]
    return what, [OF_LINES.get(line) for line in what], list(fresh_for), list(fresh_for.values())
