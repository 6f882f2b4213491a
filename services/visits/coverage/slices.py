"""A slice of the people, laid out for the verdicts: who they are, what was done for them, their duties that stand.

Each is read once, and the planner is told how much there is: what stands in a WITH it takes for a handful of rows.
"""

from services.visits.coverage.rules_now import PATIENCE

MOMENT = f"""moment AS (
  SELECT $2::timestamptz AS now, $2::timestamptz - {PATIENCE} AS settled, label, version, zone, outcomes,
    outcomes_silent, since, kinds_reaching, strengths_reaching,
    extract(year FROM ($2::timestamptz - {PATIENCE}) AT TIME ZONE zone)::int AS year
  FROM policies_in_force WHERE label = $1
)"""

TABLES = """
CREATE TEMP TABLE person (person_id uuid, class int, birth_year int, birthday text, born_on date, classed_at timestamptz,
  reclassed_at timestamptz, classes jsonb, death_id uuid, death_heard_at timestamptz, died_at timestamptz, is_dead boolean,
  has_ended boolean, wishes jsonb) ON COMMIT DROP;
CREATE TEMP TABLE contact (person_id uuid, contact_id uuid, party text, kind text, strength text, made_at timestamptz,
  counts boolean, silent boolean, reaches boolean, is_struck boolean) ON COMMIT DROP;
CREATE TEMP TABLE duty (person_id uuid, class int, n int, asks_all boolean, alike boolean, cause_kind text, cause_id uuid,
  cause_at timestamptz, counts_from timestamptz, due_at timestamptz, closed_at timestamptz, closed_as text, closed_by text,
  falsely boolean, unfounded boolean, otherwise text, due_in interval, counted_from text, rebased_at timestamptz,
  at_sight text) ON COMMIT DROP
"""
EMPTY = "TRUNCATE person, contact, duty"

_PEOPLE = f"""
WITH RECURSIVE {MOMENT},
report AS (SELECT * FROM deaths WHERE person_id BETWEEN $3 AND $4 AND reported_at IS NOT NULL),
episode AS (  -- a death begins with the first report that stands, or with one that still stood when that one came
  (SELECT DISTINCT ON (person_id) person_id, report_id, reported_at, heard_at, died_at FROM report
   WHERE retracted_at IS NULL ORDER BY person_id, reported_at, report_id)
  UNION
  SELECT r.person_id, r.report_id, r.reported_at, r.heard_at, r.died_at FROM episode e JOIN report r USING (person_id)
  WHERE (r.reported_at, r.report_id) < (e.reported_at, e.report_id) AND r.retracted_at >= e.reported_at
),
death AS (SELECT DISTINCT ON (person_id) * FROM episode ORDER BY person_id, reported_at, report_id),
ended AS (
  SELECT DISTINCT person_id FROM happenings WHERE person_id BETWEEN $3 AND $4 AND event = 'care-ended' AND known_at IS NOT NULL
    AND retracted_at IS NULL AND until IS NULL
)
INSERT INTO person
SELECT c.person_id, k.class, c.birth_year, c.birthday,
  make_date(c.birth_year, left(c.birthday, 2)::int, right(c.birthday, 2)::int),
  coalesce(c.classed_at, now), c.reclassed_at,
  CASE WHEN jsonb_array_length(c.former) > 0 THEN c.former || (to_jsonb(c) - 'former') END,  -- the present one comes last
  d.report_id, d.heard_at, d.died_at, d.person_id IS NOT NULL, ended.person_id IS NOT NULL,
  nullif(c.wishes, '[]')  -- most ask for nothing
FROM moment, cares c
JOIN class_now k ON (k.county, k.kind, k.category, k.rank)
  = (coalesce(c.county, ''), c.kind, coalesce(c.category, ''), coalesce(c.rank, ''))
LEFT JOIN death d ON d.person_id = c.person_id
LEFT JOIN ended ON ended.person_id = c.person_id
WHERE c.person_id BETWEEN $3 AND $4
"""

_CONTACTS = f"""
WITH {MOMENT}
INSERT INTO contact
SELECT person_id, contact_id, party, c.kind, strength, made_at, outcome = ANY (outcomes),
  outcome = ANY (outcomes_silent) AND recorded_at >= since, c.kind = ANY (kinds_reaching) AND strength = ANY (strengths_reaching),
  struck_at IS NOT NULL
FROM moment, contacts c JOIN person USING (person_id) WHERE c.person_id BETWEEN $3 AND $4
UNION ALL  -- and those that are in a file which was merged into theirs
SELECT p.person_id, contact_id, party, c.kind, strength, made_at, outcome = ANY (outcomes),
  false, c.kind = ANY (kinds_reaching) AND strength = ANY (strengths_reaching), struck_at IS NOT NULL
FROM moment, person p JOIN merged_now m ON m."into" = p.person_id
JOIN contacts c ON c.person_id = m.person_id AND c.recorded_at <= m.until
"""

_FOUNDED = """CASE d.closed_as || '-by-' || d.closed_by
    WHEN 'done-by-contact' THEN true
    WHEN 'waived-by-holder' THEN d.closed_by_id IS NOT NULL AND trim(d.reason) <> ''
    WHEN 'superseded-by-duty' THEN d.closed_by_id <> d.duty_id AND coalesce(
      (SELECT heir.rule = d.rule FROM duties heir WHERE heir.person_id = d.person_id AND heir.duty_id = d.closed_by_id),
      EXISTS (SELECT FROM merged_now m WHERE m."into" = d.person_id))
    WHEN 'superseded-by-retraction' THEN d.closed_by_id = d.cause_id
    WHEN 'superseded-by-end' THEN d.closed_by_id = d.cause_id
    WHEN 'superseded-by-class' THEN d.cause_id IS NULL AND d.closed_at < d.due_at
    WHEN 'superseded-by-death' THEN
      (SELECT reported_at IS NOT NULL FROM deaths x WHERE x.person_id = d.person_id AND x.report_id = d.closed_by_id)
    WHEN 'superseded-by-care-ended' THEN
      (SELECT event = 'care-ended' FROM happenings x WHERE x.person_id = d.person_id AND x.happening_id = d.closed_by_id)
    WHEN 'superseded-by-policy' THEN
      (SELECT version <> d.policy AND coalesce(x.rule = d.rule, true) FROM rebases x WHERE x.rebase_id = d.closed_by_id)
    END"""
"""SQL: whether the duty `d` was closed by something that there is. That a cause was retracted, or ended, the verdicts see."""

_WAS_INSTEAD = """d.instead IS NOT NULL AND EXISTS (
      SELECT FROM instead_in_force i WHERE i.label = moment.label AND i.name = d.instead AND (i.is_wish OR i.ground IS NOT NULL
        OR EXISTS (SELECT FROM happenings x WHERE x.person_id = d.person_id AND x.event = 'absence' AND x.what = d.instead)
        OR EXISTS (SELECT FROM merged_now m WHERE m."into" = d.person_id)))"""
_INSTEAD = """EXISTS (
      SELECT FROM instead_in_force i WHERE (i.label, i.name, i.kind, i.strength) = (moment.label, d.instead, d.kind, d.strength)
      AND CASE WHEN i.is_wish THEN (SELECT c.wishes ? d.instead FROM cares c WHERE c.person_id = d.person_id)
        WHEN i.ground = 'stay' THEN EXISTS (SELECT FROM stays x WHERE x.person_id = d.person_id AND x.heard_at IS NOT NULL
          AND x.cancelled_at IS NULL AND (x.discharge_recorded_at IS NULL OR x.discharge_cancelled_at >= x.discharge_recorded_at))
        ELSE EXISTS (SELECT FROM happenings x WHERE x.person_id = d.person_id AND x.known_at IS NOT NULL
          AND x.retracted_at IS NULL AND (x.until IS NULL OR x.until > settled)
          AND CASE i.ground WHEN 'hardship' THEN x.event = 'hardship-reported' WHEN 'family-change' THEN x.event = 'family-changed'
            ELSE x.event = 'absence' AND x.what = d.instead END) END)"""
"""SQL: whether what is owed by other means was so, or is, by an absence or a wish; wishes keep no history."""

_FORBIDDEN = """p.wishes IS NOT NULL AND EXISTS (SELECT FROM forbidden_in_force f
      WHERE (f.label, f.kind, f.strength) = (moment.label, d.kind, d.strength) AND p.wishes ? f.name)"""
"""SQL: whether it is owed by means that a wish of the person forbids: a phone call to somebody who is deaf."""

_DUTIES = f"""
WITH {MOMENT}
INSERT INTO duty
SELECT person_id, class, n, asks_all, alike, cause_kind, cause_id, cause_at, counts_from, due_at, closed_at, closed_as, closed_by,
  falsely, unfounded, otherwise, due_in, counted_from, rebased_at, CASE
    WHEN NOT is_plain OR falsely OR unfounded OR otherwise IS NOT NULL THEN NULL
    WHEN closed_at IS NULL THEN CASE WHEN alike AND NOT later THEN 'owed' END
    WHEN closed_by NOT IN ('death', 'care-ended', 'class') THEN closed_as END
FROM (
  SELECT d.person_id, p.class, r.n, r.asks_all, alike, d.cause_kind, d.cause_id, d.cause_at, d.counts_from, d.due_at, d.closed_at,
    d.closed_as, d.closed_by, a.due AS due_in, a.counted_from, a.rebased_at, later,
    -- closed by a contact that does not suffice; one that was struck is named by itself
    d.closed_by = 'contact' AND NOT r.elsewhere AND NOT coalesce(
      made.is_struck OR (made.made_at >= d.counts_from AND (NOT alike OR (made.counts AND ({_WAS_INSTEAD}
        OR (made.party = ANY (r.contact_parties) AND made.kind = ANY (r.contact_kinds)
          AND made.strength = ANY (r.contact_strengths)))))), false) AS falsely,
    d.closed_at IS NOT NULL AND NOT coalesce({_FOUNDED}, false) AS unfounded,
    -- who owes it, how, since when and until when, as the version says under which it runs; a re-base moves its dates
    CASE
      WHEN d.closed_at IS NULL AND ((d.party, d.role) <> (a.party, a.role) OR NOT CASE WHEN d.instead IS NULL
        THEN (d.kind, d.strength) = (a.kind, a.strength) ELSE {_INSTEAD} END OR ({_FORBIDDEN})) THEN 'owed-otherwise'
      WHEN d.cause_id IS NULL AND d.cause_at > coalesce(a.rebased_at, '-infinity') THEN CASE
        WHEN d.counts_from < d.cause_at - coalesce(a.lasting, interval '0') THEN 'counted-too-early'
        -- that of a period which has its dates is looked at there
        WHEN d.closed_at IS NULL AND (alike AND d.cause_at = r.begins AND NOT later) IS NOT TRUE
          AND d.due_at > ((d.cause_at AT TIME ZONE zone) + a.months) AT TIME ZONE zone + a.due THEN 'due-too-late' END
      END AS otherwise, is_plain
  FROM moment CROSS JOIN (SELECT array_agg(DISTINCT version) AS known FROM asked_now) versions
  CROSS JOIN duties d JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND r.rule = d.rule
  LEFT JOIN asked_now a ON a.version = CASE WHEN d.policy = ANY (known) THEN d.policy ELSE moment.version END
    AND a.county = coalesce(d.county, '') AND a.rule = d.rule AND (a.form = 'event') = (d.cause_id IS NOT NULL)
  LEFT JOIN contact made ON made.person_id = d.person_id AND made.contact_id = d.closed_by_id,
    LATERAL (SELECT d.policy = moment.version AS alike, coalesce(d.due_at > r.due_at, false) AS later,
      r.asks_all AND d.cause_id IS NULL AND NOT p.is_dead AND NOT p.has_ended
        AND coalesce(r.age_from IS NULL OR year - p.birth_year >= r.age_from AND p.born_on IS NOT NULL, false)
        AND coalesce(CASE r.occasion WHEN 'birthday' THEN p.born_on IS NOT NULL AND (SELECT d.cause_at = b.begins
            AND d.due_at <= b.due_at FROM birthday_now b WHERE (b.class, b.n, b.birthday) = (r.class, r.n, p.birthday))
          ELSE d.cause_at = r.begins END, false) AS is_plain) l
  WHERE d.person_id BETWEEN $3 AND $4 AND (d.closed_at IS NULL OR d.followed_by IS NULL)
  OFFSET 0  -- each is worked out once, however often it is named above
) judged
"""
"""Those that are open, and the newest of each rule.

`at_sight`: the verdict on what is owed for this period to a living person, by a rule that asks it of everybody alike, if no
other duty of the rule stands. Most pairs are such, and are spared the joins; the verdicts would judge them the same.
"""

LAID_OUT = {"person": _PEOPLE, "contact": _CONTACTS, "duty": _DUTIES}
"""In this order, and each table is measured before the next; $1 the label, $2 the instant, $3 and $4 the first and last key
of a slice. `RULES`, `CLASSES` came before."""
