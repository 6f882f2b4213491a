"""The climb audits itself: which overdue duties stand still, and which rungs of which ladders nobody holds (40, ★69)."""

from services.visits.coverage.rules_now import PATIENCE
from services.visits.tables.whom import ROLES_HELD

STUCK = f"""
WITH moment AS (SELECT $2::timestamptz - {PATIENCE} AS settled, version, holds FROM policies_in_force WHERE label = $1),
late AS (  -- each open duty that is overdue, with the version and the county whose ladder it climbs
  SELECT d.*, coalesce(v.version, moment.version) AS of_version FROM moment CROSS JOIN duties d
  LEFT JOIN (SELECT DISTINCT version FROM rungs) v ON v.version = d.policy
  WHERE d.closed_at IS NULL AND d.due_at <= settled
),
judged AS (
  SELECT late.person_id, late.rule, CASE
    WHEN missed_at IS NULL THEN 'not-missed'
    -- who says that they know is waited for, once a rung
    WHEN next.rung IS NOT NULL AND settled
      >= greatest(due_at + next.after, CASE WHEN acknowledged_rung = late.rung THEN acknowledged_at + holds END)
      THEN 'not-climbed'
    WHEN next.rung IS NULL AND late.rung > 0 AND escalated_at IS NULL THEN 'nobody-told' END AS why
  FROM moment CROSS JOIN late
  LEFT JOIN rungs own ON (own.version, own.county, own.rule, own.rung) = (of_version, late.county, late.rule, 0)
  LEFT JOIN rungs next ON (next.version, next.county, next.rule, next.rung)
    = (of_version, coalesce(own.county, ''), late.rule, late.rung + 1)
)
SELECT DISTINCT person_id, rule, why FROM judged WHERE why IS NOT NULL
"""
"""$1 the label, $2 the instant."""

STANDING_STILL = ("not-missed", "not-climbed", "nobody-told")
"""How an overdue duty can stand still."""

UNREACHABLE = f"""
WITH alike AS (
  SELECT c.unit_id, k.class, {ROLES_HELD} AS roles, count(*) AS people
  FROM cares c JOIN class_now k ON (k.county, k.kind, k.category, k.rank)
    = (coalesce(c.county, ''), c.kind, coalesce(c.category, ''), coalesce(c.rank, ''))
  WHERE c.unit_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM deaths d
      WHERE d.person_id = c.person_id AND d.reported_at IS NOT NULL AND d.retracted_at IS NULL)
    AND NOT EXISTS (SELECT FROM happenings h WHERE h.person_id = c.person_id AND h.event = 'care-ended'
      AND h.known_at IS NOT NULL AND h.retracted_at IS NULL AND h.until IS NULL)
  GROUP BY 1, 2, 3
),
rung AS (  -- each rung of the ladders that may concern a class, with its role and those above
  SELECT DISTINCT cr.class, r.name, r.role, ARRAY(SELECT DISTINCT u.role FROM rungs u
    WHERE (u.version, u.county, u.rule) = (r.version, r.county, r.rule) AND u.rung >= r.rung ORDER BY u.role) AS above
  FROM policies_in_force p CROSS JOIN class_rule cr JOIN class_now k USING (class)
  JOIN rungs r ON (r.version, r.county, r.rule) = (p.version, k.book, cr.rule)
  WHERE p.label = $1 AND cr.misfit IS NULL
)
SELECT unit_id, name AS rung, role, max(people)::int AS people FROM (
  SELECT a.unit_id, r.name, r.role, r.above, sum(a.people) AS people FROM alike a JOIN rung r USING (class)
  WHERE a.roles IS NULL OR NOT a.roles && r.above GROUP BY a.unit_id, r.name, r.role, r.above
) each GROUP BY unit_id, name, role ORDER BY unit_id, name, role
"""
"""$1 the label; after `RULES` and `CLASSES`. Of a person without a card nobody is known: no rung of theirs is proved."""
