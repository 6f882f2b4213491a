"""The proof of a reform (P12, ★10), from what lies in the tables: every duty that was open before it, and where it is now.

What was owed to each was written down before they left (`domain/moves.py`); each of these is looked for again, by person and
id, in the duties as they stand. What is neither open nor closed by something that is there has vanished.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.decisions import Bounds
from bus.now import NOW
from services.visits.tables.whom import REACH

_GROUNDED = """CASE d.closed_as
  WHEN 'done' THEN EXISTS (SELECT FROM contacts k WHERE k.person_id = d.person_id AND k.contact_id = d.closed_by_id
    AND k.struck_at IS NULL)
  WHEN 'waived' THEN d.closed_by_id IS NOT NULL AND d.reason <> ''
  WHEN 'superseded' THEN CASE d.closed_by
    WHEN 'duty' THEN EXISTS (SELECT FROM duties h WHERE h.person_id = d.person_id AND h.duty_id = d.closed_by_id)
    WHEN 'class' THEN true ELSE d.closed_by IS NOT NULL AND d.closed_by_id IS NOT NULL END
  ELSE false END"""
_PROOF = f"""
named AS (  -- everybody whom the reform names; and who came while it began, and is still there
  SELECT l.lineage_id, l.unit_ids, l.begun_at, p::uuid AS person_id
  FROM lineages l, jsonb_array_elements(l.heirs) AS h, jsonb_array_elements_text(h -> 'people') AS p
  WHERE $4::uuid IS NULL OR l.lineage_id = $4
  UNION
  SELECT l.lineage_id, l.unit_ids, l.begun_at, c.person_id
  FROM lineages l, jsonb_array_elements_text(l.unit_ids) AS u JOIN cares c ON c.unit_id = u::uuid
  WHERE $4::uuid IS NULL OR l.lineage_id = $4
),
each AS (
  SELECT n.lineage_id, n.begun_at, n.person_id, c.unit_id, c.unit_id IS NULL OR n.unit_ids ? c.unit_id::text AS awaited, m.owed
  FROM named n LEFT JOIN cares c USING (person_id) LEFT JOIN LATERAL (
    SELECT move -> 'owed' AS owed FROM jsonb_array_elements(c.moves) WITH ORDINALITY AS of(move, nth)
    WHERE coalesce((move ->> 'moved_at')::timestamptz, 'infinity') >= n.begun_at ORDER BY nth LIMIT 1
  ) m ON true
  WHERE CASE WHEN c.person_id IS NULL THEN $2::uuid IS NULL AND $3::jsonb IS NULL ELSE {REACH} END
),
owed AS (
  SELECT e.lineage_id, e.person_id, e.unit_id, o::uuid AS duty_id, d.rule, d.party, d.role, d.due_at, d.closed_at, d.closed_as,
    d.closed_by, d.closed_by_id, d.reason, CASE WHEN d.duty_id IS NULL THEN 'vanished' WHEN d.closed_at IS NULL THEN 'open'
      WHEN {_GROUNDED} THEN 'closed' ELSE 'vanished' END AS fate
  FROM each e CROSS JOIN jsonb_array_elements_text(e.owed) AS o
  LEFT JOIN duties d ON d.person_id = e.person_id AND d.duty_id = o::uuid
)"""
"""SQL: $1 to $3 bound who reads; $4 one reform, or all. Of whom nothing was heard only those learn who read a county or the

city. A person's first move that ended after the reform began is the one by which they left, or will.
"""
_LINEAGES = f"""
WITH {_PROOF}, counted AS (
  SELECT lineage_id, count(*)::int AS people, array_agg(person_id ORDER BY person_id) FILTER (WHERE awaited) AS awaited
  FROM each GROUP BY lineage_id
), found AS (
  SELECT lineage_id, count(*)::int AS duties_before, count(*) FILTER (WHERE fate = 'open')::int AS open,
    count(*) FILTER (WHERE fate = 'closed')::int AS closed, count(*) FILTER (WHERE fate = 'vanished')::int AS vanished
  FROM owed GROUP BY lineage_id
)
SELECT l.lineage_id, l.because, l.document, l.begun_at, ARRAY(SELECT jsonb_array_elements_text(l.unit_ids)::uuid) AS unit_ids,
  ARRAY(SELECT (h ->> 'unit_id')::uuid FROM jsonb_array_elements(l.heirs) AS h) AS heirs, coalesce(people, 0) AS people,
  coalesce(awaited, '{{}}') AS awaited, coalesce(duties_before, 0) AS duties_before, coalesce(open, 0) AS open,
  coalesce(closed, 0) AS closed, coalesce(vanished, 0) AS vanished
FROM lineages l LEFT JOIN counted USING (lineage_id) LEFT JOIN found USING (lineage_id)
WHERE l.begun_at IS NOT NULL AND ($4::uuid IS NULL OR l.lineage_id = $4) ORDER BY l.begun_at DESC, l.lineage_id
"""
DUTIES = f"""
WITH {_PROOF} SELECT *, array_position(ARRAY['vanished', 'closed', 'open'], fate) AS rank FROM owed
"""
"""Every duty that was open before, and why it is not any more: `rank` 1 what has vanished, 2 closed since, 3 open."""
_STANDING = f"""
WITH {_PROOF} SELECT
  (SELECT count(*) FROM each WHERE awaited) AS awaited,
  (SELECT coalesce(extract(epoch FROM {NOW} - min(begun_at)), 0) FROM each WHERE awaited) AS oldest,
  (SELECT count(*) FROM owed WHERE fate = 'vanished') AS vanished
"""


async def lineages(connection: Connection, reach: Bounds, lineage_id: UUID | None = None) -> list[Mapping[str, Any]]:
    """The latest reform first: of the people within reach, whose card is awaited, and what became of what was owed to them."""
    return [dict(row) for row in await connection.fetch(_LINEAGES, *reach, lineage_id)]


async def standing(connection: Connection) -> Mapping[str, Any]:
    """Of all reforms: people whose card is awaited, for how many seconds at most, and duties that have vanished."""
    return dict(await connection.fetchrow(_STANDING, *Bounds(), None))
