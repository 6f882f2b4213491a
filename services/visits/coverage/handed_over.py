"""Of files that were merged: what is not settled there must be at the file that goes on, or nobody owes anything for it.

What is owed by the calendar is judged there anyway; its age, where the merged file had waited longer, nobody proves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bus.database import Connection
from services.visits.coverage.rules_now import PATIENCE
from services.visits.coverage.slices import MOMENT
from services.visits.coverage.verdicts import BY_STRUCK, IN_CIRCLES, NOT_HANDED_OVER

HOPS = 50
"""No chain of merges is so long: what is, goes in circles."""

_GOES_ON = f"""
CREATE TEMP TABLE goes_on ON COMMIT DROP AS
WITH RECURSIVE merged AS (
  SELECT e.person_id, e."into", c.clock FROM happenings e JOIN cares c USING (person_id)
  WHERE e."into" IS NOT NULL AND e.event = 'care-ended' AND e.known_at IS NOT NULL AND e.retracted_at IS NULL AND e.until IS NULL
),
way AS (
  SELECT person_id, "into", clock, 1 AS hops FROM merged
  UNION ALL
  SELECT w.person_id, m."into", greatest(w.clock, m.clock), hops + 1 FROM way w JOIN merged m ON m.person_id = w."into"
  WHERE hops < {HOPS}
) CYCLE "into" SET comes_back USING path
SELECT person_id, "into" AS under, circles FROM way w, LATERAL (SELECT comes_back OR hops = {HOPS} AS circles) c
WHERE clock <= $1::timestamptz - {PATIENCE}
  AND (circles OR NOT EXISTS (SELECT FROM merged m WHERE m.person_id = w."into"))
"""
"""Under which file each goes on that is merged now. Not of whom any file on the way has decided something of late: what follows

from it may be under way.
"""

_NAMED = f"""
WITH {MOMENT},
tried AS (  -- the latest attempt there that nobody answered
  SELECT g.person_id, g.under, max(c.made_at) AS at FROM moment, goes_on g JOIN contacts c USING (person_id)
  WHERE c.outcome = ANY (outcomes_silent) AND c.recorded_at >= since AND c.struck_at IS NULL
    AND c.kind = ANY (kinds_reaching) AND c.strength = ANY (strengths_reaching)
  GROUP BY g.person_id, g.under
),
met AS (  -- since when nobody has failed to reach them who are one now
  SELECT one.under, max(c.made_at) AS at
  FROM moment, (SELECT person_id, under FROM goes_on UNION SELECT under, under FROM goes_on) one JOIN contacts c USING (person_id)
  WHERE c.outcome = ANY (outcomes) AND c.struck_at IS NULL
    AND c.kind = ANY (kinds_reaching) AND c.strength = ANY (strengths_reaching)
  GROUP BY one.under
),
lost AS (
  SELECT a.person_id FROM goes_on g JOIN stays a USING (person_id)
  LEFT JOIN stays f ON f.person_id = g.under AND f.stay_id = a.stay_id
  WHERE NOT g.circles AND a.given_back_at IS NULL AND CASE
    WHEN a.cancelled_at IS NOT NULL THEN f.heard_at IS NOT NULL AND f.cancelled_at IS NULL
    ELSE f.given_back_at IS NOT NULL OR (a.heard_at IS NOT NULL AND f.heard_at IS NULL)
      OR a.discharge_recorded_at > coalesce(f.discharge_recorded_at, '-infinity')
      OR a.discharge_cancelled_at > coalesce(f.discharge_cancelled_at, '-infinity') END
  UNION
  SELECT a.person_id FROM goes_on g JOIN happenings a USING (person_id)
  LEFT JOIN happenings f ON f.person_id = g.under AND f.happening_id = a.happening_id
  WHERE NOT g.circles AND a.event IN ('family-changed', 'hardship-reported', 'contact-outcome')
    AND a.known_at IS NOT NULL AND CASE WHEN a.retracted_at IS NULL THEN f.known_at IS NULL OR f.retracted_at IS NOT NULL
    -- it never was, unless it was another file's that was one with this for a time: that one took it back
    ELSE f.known_at IS NOT NULL AND f.retracted_at IS NULL AND NOT EXISTS (
      SELECT FROM happenings e JOIN happenings x ON x.person_id = e.person_id AND x.happening_id = a.happening_id
      WHERE e."into" = a.person_id) END
  UNION
  SELECT t.person_id FROM tried t JOIN goes_on g ON g.person_id = t.person_id AND NOT g.circles
  WHERE NOT EXISTS (SELECT FROM met WHERE met.under = t.under AND met.at >= t.at)
    AND NOT EXISTS (SELECT FROM happenings h WHERE h.person_id = t.under AND h.event = 'no-answer'
      AND h.known_at IS NOT NULL AND h.retracted_at IS NULL AND h.until IS NULL)
)
SELECT person_id, '' AS rule, '{NOT_HANDED_OVER}' AS why FROM lost
UNION
SELECT person_id, '', '{IN_CIRCLES}' FROM goes_on WHERE circles
UNION  -- what a contact had discharged there, went along as done, and was struck there since
SELECT d.person_id, d.rule, '{BY_STRUCK}' FROM goes_on g JOIN contacts k USING (person_id)
JOIN duties d ON d.person_id = g.under AND d.closed_by_id = k.contact_id AND d.closed_as = 'done' WHERE k.struck_at IS NOT NULL
"""
"""$1 the label, $2 the instant; after `_GOES_ON`. How far a stay has come is told under either file, and counts under both."""
_FEW = "ANALYZE goes_on; SET LOCAL enable_nestloop = on"
"""Merged files are few among all: each is looked up."""


async def not_handed_over(tx: Connection, label: str, at: datetime) -> Sequence[Any]:
    """Person, rule (any, where a fact itself is lost) and why. Where no file is merged nothing is asked."""
    await tx.execute(_GOES_ON, at)
    if not await tx.fetchval("SELECT EXISTS (SELECT FROM goes_on)"):
        return ()
    await tx.execute(_FEW)
    rows: Sequence[Any] = await tx.fetch(_NAMED, label, at)
    return rows
