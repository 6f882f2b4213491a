"""What the doors ask of the tables about flags: those that concern somebody within the reach of who asks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.decisions import Bounds
from bus.pages import Page
from services.visits.tables.whom import REACH

_SEEN = f"""
FROM flags f CROSS JOIN LATERAL (
  SELECT jsonb_agg(
      jsonb_build_object('contact_id', t.contact_id, 'person_id', t.person_id, 'kind', t.kind, 'made_at', t.made_at,
        'recorded_at', t.recorded_at, 'place', t.place, 'new_facts', t.new_facts) ORDER BY t.made_at, t.contact_id
    ) FILTER (WHERE {REACH}) AS contacts,
    count(*) - count(*) FILTER (WHERE {REACH}) AS hidden
  FROM jsonb_array_elements_text(f.contact_ids) AS odd(contact_id)
  JOIN traces t ON t.holder_id = f.holder_id AND t.contact_id = odd.contact_id::uuid
  LEFT JOIN cares c ON c.person_id = t.person_id
) seen WHERE seen.contacts IS NOT NULL
"""
_FLAGS = f"""
SELECT f.*, seen.* {_SEEN} AND ($4 OR (f.lifted_at IS NULL AND f.review IS NULL))
"""
_FLAG = f"SELECT f.*, seen.* {_SEEN} AND f.flag_id = $4"
_COUNTS = """count(*) AS raised,
  count(*) FILTER (WHERE f.lifted_at IS NULL AND f.review IS NULL) AS open,
  count(*) FILTER (WHERE f.review = 'confirmed') AS confirmed,
  count(*) FILTER (WHERE f.review = 'dismissed') AS dismissed"""
_RATES = f"""
SELECT to_char(f.raised_at AT TIME ZONE $4, 'YYYY-MM') AS month, f.kind, {_COUNTS} {_SEEN} GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""
_REVIEWED = f"SELECT f.kind, {_COUNTS} FROM flags f GROUP BY f.kind"


async def flags(connection: Connection, reach: Bounds, settled: bool, page: Page) -> Sequence[Mapping[str, Any]]:
    """The latest first; `settled`: also those at which somebody has looked, or that have no ground any more."""
    return [_read(row) for row in await page.read(connection, _FLAGS, *reach, settled)]


async def flag(connection: Connection, reach: Bounds, flag_id: UUID) -> Mapping[str, Any] | None:
    """None = there is none within reach."""
    row = await connection.fetchrow(_FLAG, *reach, flag_id)
    return None if row is None else _read(row)


async def rates(connection: Connection, reach: Bounds, zone: str) -> Sequence[Mapping[str, Any]]:
    """By kind and the month in which they were raised."""
    return [dict(row) for row in await connection.fetch(_RATES, *reach, zone)]


async def false_alarms(connection: Connection) -> Mapping[str, float | None]:
    """Of the whole city: how often each kind was one."""
    return {row["kind"]: false_alarm_rate(row) for row in await connection.fetch(_REVIEWED)}


def false_alarm_rate(counts: Mapping[str, Any]) -> float | None:
    """Of those at which a human has looked; None = at none. One that lost its ground was neither right nor wrong."""
    looked_at: int = counts["confirmed"] + counts["dismissed"]
    return round(counts["dismissed"] / looked_at, 3) if looked_at else None


def _read(row: Any) -> Mapping[str, Any]:
    return {**row, "contacts": json.loads(row["contacts"])}
