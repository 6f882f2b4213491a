"""What is read beside the certificate: the longest unvisited (★32), what each party owes and does (★41), how evenly (75)."""

from bus.now import NOW
from services.visits.tables.whom import LIVING, REACH

UNVISITED = f"""
WITH made AS (
  SELECT person_id, max(made_at) AS contact, max(made_at) FILTER (WHERE strength = $6) AS visit FROM contacts
  WHERE struck_at IS NULL AND outcome = ANY ($5) AND kind = ANY ($7) AND ($4::text IS NULL OR party = $4) GROUP BY person_id
)
SELECT c.person_id, coalesce(c.county, '') AS county, coalesce(c.category, '') AS category, c.unit_id,
  m.visit AS visited_at, m.contact AS contacted_at,
  floor(extract(epoch FROM {NOW} - coalesce(m.visit, c.enrolled_at, c.classed_at)) / 86400)::int AS days,
  coalesce(m.visit, c.enrolled_at, c.classed_at, 'epoch') AS since
FROM cares c LEFT JOIN made m USING (person_id) WHERE {REACH} AND {LIVING}
"""
"""$4 the party, or anybody; $5 the outcomes that count; $6 the strength of a visit; $7 the kinds that reach the

person. Who was never visited, since enrolment.
"""

_AT = """coalesce((SELECT (move ->> 'from_unit_id')::uuid FROM jsonb_array_elements(c.moves) WITH ORDINALITY AS of(move, nth)
  WHERE (move ->> 'moved_at')::timestamptz > {at} ORDER BY nth LIMIT 1), c.unit_id)"""
"""SQL: the unit that answered for the person `c` at that instant; at none: the unit of today."""
_LEDGER = """
WITH owed AS (
  SELECT {of} AS id, d.party, count(*) FILTER (WHERE d.closed_at IS NULL) AS owed,
    count(*) FILTER (WHERE d.closed_at IS NULL AND d.missed_at IS NOT NULL) AS overdue,
    count(*) FILTER (WHERE d.closed_as = 'done') AS done,
    count(*) FILTER (WHERE d.closed_as = 'done' AND k.made_at > d.due_at) AS late,
    count(*) FILTER (WHERE d.closed_as = 'waived') AS waived
  FROM duties d JOIN cares c USING (person_id)
  LEFT JOIN contacts k ON k.person_id = d.person_id AND k.contact_id = d.closed_by_id,
  LATERAL (SELECT {unit_of_duty} AS unit_id) u
  WHERE {reach} AND (d.closed_at IS NULL OR d.closed_at >= $4) AND ($5::uuid IS NULL OR $5 IN (u.unit_id, c.person_id))
  GROUP BY 1, 2
),
made AS (
  SELECT {of} AS id, k.party, count(*) AS contacts FROM contacts k JOIN cares c USING (person_id),
  LATERAL (SELECT {unit_of_contact} AS unit_id) u
  WHERE {reach} AND k.struck_at IS NULL AND k.outcome = ANY ($7) AND k.made_at >= $4
    AND ($5::uuid IS NULL OR $5 IN (u.unit_id, c.person_id)) GROUP BY 1, 2
),
who AS (
  SELECT {of} AS id FROM cares c, LATERAL (SELECT c.unit_id) u
  WHERE {reach} AND c.kind IS NOT NULL AND ($5::uuid IS NULL OR $5 IN (u.unit_id, c.person_id))
  UNION SELECT id FROM owed UNION SELECT id FROM made
)
SELECT w.id, p.n, p.party, coalesce(owed, 0) AS owed, coalesce(overdue, 0) AS overdue, coalesce(done, 0) AS done,
  coalesce(late, 0) AS late, coalesce(waived, 0) AS waived, coalesce(contacts, 0) AS contacts
FROM who w CROSS JOIN unnest($6::text[]) WITH ORDINALITY AS p(party, n)
LEFT JOIN owed o ON o.id = w.id AND o.party = p.party LEFT JOIN made m ON m.id = w.id AND m.party = p.party
WHERE w.id IS NOT NULL
"""
_TODAY = {"unit_of_duty": "c.unit_id", "unit_of_contact": "c.unit_id"}
_THEN = {
    "unit_of_duty": _AT.format(at="coalesce(k.made_at, d.closed_at)"),
    "unit_of_contact": _AT.format(at="k.made_at"),
}
_OF_UNIT = {"of": "u.unit_id", "reach": REACH.replace("c.unit_id", "u.unit_id")}
LEDGER = {
    "unit": _LEDGER.format(**_OF_UNIT, **_THEN),
    "heir": _LEDGER.format(**_OF_UNIT, **_TODAY),
    "person": _LEDGER.format(of="c.person_id", reach=REACH, **_TODAY),
}
"""$4 since when, $5 one unit or person alone, $6 all parties (an empty share is shown), $7 the outcomes that count. What is
owed is owed, however old; since then is what was done.

By unit: what is open stands with the unit of today, what was done or waived with the one that answered for the person then,
which reads it, too. By heir: all that was done for its people of today, by whomever before.
"""

_BY = {
    "county": "coalesce(c.county, '')",
    "kind": "c.kind",
    "category": "coalesce(c.category, '')",
    "age": "coalesce(((extract(year FROM now AT TIME ZONE zone)::int - c.birth_year) / 10 * 10)::text, '')",
}
_EQUITY = """
WITH moment AS (SELECT {now} AS now, $5::text AS zone),
each AS (
  SELECT {by} AS of, c.person_id, count(d.duty_id) FILTER (WHERE d.closed_at IS NULL AND d.due_at <= now) AS overdue,
    count(d.duty_id) FILTER (WHERE d.due_at BETWEEN $4 AND now) AS due,
    count(d.duty_id) FILTER (WHERE d.due_at BETWEEN $4 AND now AND d.closed_as = 'done' AND k.made_at <= d.due_at) AS in_time
  FROM moment CROSS JOIN cares c
  LEFT JOIN duties d ON d.person_id = c.person_id
    AND (d.closed_as IS DISTINCT FROM 'superseded' OR d.closed_by = 'duty' AND d.due_at <= d.closed_at AND NOT EXISTS (
      SELECT FROM duties heir WHERE heir.person_id = d.person_id AND heir.duty_id = d.closed_by_id AND heir.closed_at IS NULL))
    AND (d.closed_at IS NULL OR d.due_at >= $4)
  LEFT JOIN contacts k ON k.person_id = d.person_id AND k.contact_id = d.closed_by_id
  WHERE {reach} AND {living} GROUP BY 1, 2
)
SELECT of, count(*)::int AS people, count(*) FILTER (WHERE overdue > 0)::int AS people_overdue, sum(overdue)::int AS overdue,
  sum(due)::int AS due, sum(in_time)::int AS in_time
FROM each GROUP BY of ORDER BY of
"""
EQUITY = {name: _EQUITY.format(now=NOW, by=by, reach=REACH, living=LIVING) for name, by in _BY.items()}
"""$4 since when, $5 the zone. Of the living: so many people, so many of them with something overdue; of what was due, in
time. A period that nobody used was due, although the next has taken it over: while that is open it stands for both; what is
done for it is late."""

CERTIFICATE = "SELECT * FROM certificates WHERE $1::int IS NULL OR number = $1 ORDER BY number DESC LIMIT 1"
END = "SELECT number, day, hash FROM certificate_books WHERE book_id = $1"
CHAIN = "SELECT * FROM certificates WHERE number > $1"
NAMED = f"""
SELECT e.person_id, e.rule, e.why, coalesce(c.county, '') AS county, c.unit_id FROM exceptions e JOIN cares c USING (person_id)
WHERE {REACH} AND e.certificate_id = $4
"""
UNHELD = """
SELECT unit_id, rung, role, people FROM unreachable
WHERE certificate_id = $1 AND ($2::uuid IS NULL OR unit_id = $2)
  AND ($3::text IS NULL OR EXISTS (SELECT FROM cares c WHERE c.unit_id = unreachable.unit_id AND c.county = $3))
ORDER BY people DESC, unit_id, rung
"""
