"""The rules in force as they stand at an instant: each recurring one with its current period, each for the classes it is for."""

PATIENCE = "interval '10 minutes'"

RULES = f"""
CREATE TEMP TABLE rule_now ON COMMIT DROP AS
WITH moment AS (
  SELECT $2::timestamptz AS now, $2::timestamptz - {PATIENCE} AS settled, zone FROM policies_in_force WHERE label = $1
),
period AS (
  -- a cadence begins at its anchor and then every week, month, quarter … of the city's civil time
  SELECT r.county, r.rule, first AT TIME ZONE zone AS begins,
    (first + make_interval(days => r.opens_day - 1) + r.opens_hour) AT TIME ZONE zone AS opens_at,
    coalesce(first + make_interval(days => r.due_day - 1) + r.due_hour, first + length) AT TIME ZONE zone AS due_at
  FROM moment, rules_in_force r
  JOIN (VALUES ('week', interval '7 days'), ('month', interval '1 month'), ('quarter', interval '3 months'),
               ('half-year', interval '6 months'), ('year', interval '1 year')) AS step(every, length) USING (every),
    LATERAL (SELECT CASE WHEN r.every = 'week' THEN timestamp '2000-01-02' + make_interval(days => r.anchor_day)
                    ELSE make_date(2000, r.anchor_month, r.anchor_day)::timestamp END AS anchor) a,
    LATERAL generate_series(anchor, now AT TIME ZONE zone, length) AS first
  WHERE r.label = $1
  UNION ALL
  -- an occasion comes once a year; its period begins with the civil day on which it opens
  SELECT r.county, r.rule, date_trunc('day', opening.at AT TIME ZONE zone) AT TIME ZONE zone, opening.at,
    o.last_day::timestamp AT TIME ZONE zone + r.due
  FROM moment, rules_in_force r JOIN occasion_days o USING (label, occasion),
    LATERAL (SELECT o.first_day::timestamp AT TIME ZONE zone + r.opens AS at) opening
  WHERE r.label = $1
),
turn AS (  -- the last period that has opened
  SELECT DISTINCT ON (county, rule) period.* FROM period, moment WHERE opens_at <= settled
  ORDER BY county, rule, opens_at DESC
)
SELECT r.*, dense_rank() OVER (ORDER BY r.rule)::int AS n, t.begins, t.opens_at, t.due_at
FROM rules_in_force r LEFT JOIN turn t USING (county, rule) WHERE r.label = $1
"""
"""$1 the label, $2 the instant. The rules in force, each recurring one with its current period; birthdays are each person's."""

CLASSES = """
CREATE TEMP TABLE class_now ON COMMIT DROP AS
SELECT row_number() OVER ()::int AS class, each.*, coalesce(b.county, '') AS book FROM (
  SELECT DISTINCT coalesce(county, '') AS county, kind, coalesce(category, '') AS category, coalesce(rank, '') AS rank
  FROM cares WHERE kind IS NOT NULL) each
LEFT JOIN (SELECT DISTINCT county FROM rule_now WHERE county <> '') b USING (county);
CREATE TEMP TABLE name_now ON COMMIT DROP AS SELECT n, rule, min(party) AS party FROM rule_now GROUP BY n, rule;
-- every class of people × every rule: whom it is for, and whether the calendar asks it of all of them
CREATE TEMP TABLE class_rule ON COMMIT DROP AS
SELECT c.class, coalesce(r.party, n.party) AS party, n.n, n.rule, r.form, r.event, r.codes, r.counted_from, r.opens,
  r.on_end, r.on_death, r.stack, r.occasion, r.since, r.lasting, r.age_from, r.situations, r.begins, r.opens_at, r.due_at,
  r.contact_parties, r.contact_kinds, r.contact_strengths, r.rule IS NULL AS elsewhere,
  r.kinds, r.categories, r.ranks, r.kinds <> '{}' OR r.categories <> '{}' OR r.ranks <> '{}' AS is_narrowed, misfit,
  coalesce(r.form <> 'event' AND r.situations = '{}', false) AND misfit IS NULL AS asks_all
FROM class_now c CROSS JOIN name_now n LEFT JOIN rule_now r ON r.county = c.book AND r.n = n.n,
  LATERAL (SELECT CASE
    WHEN r.rule IS NULL THEN 'other-county'
    WHEN r.kinds <> '{}' AND NOT c.kind = ANY (r.kinds) THEN 'other-kind'
    WHEN r.categories <> '{}' AND NOT c.category = ANY (r.categories) THEN 'other-category'
    WHEN r.ranks <> '{}' AND NOT c.rank = ANY (r.ranks) THEN 'other-rank' END AS misfit) m;
ANALYZE rule_now; ANALYZE class_now; ANALYZE name_now; ANALYZE class_rule
"""
"""After `RULES`. People of one county, kind, category and rank are of one class: judged together where nothing is of their own."""

BIRTHDAYS = f"""
CREATE TEMP TABLE birthday_now ON COMMIT DROP AS
SELECT DISTINCT ON (class, n, birthday) * FROM (
  SELECT k.class, r.n, to_char(d, 'MM-DD') AS birthday, date_trunc('day', opening.at AT TIME ZONE zone) AT TIME ZONE zone AS begins,
    opening.at AS opens_at, day AT TIME ZONE zone + r.due AS due_at
  FROM (SELECT $2::timestamptz - {PATIENCE} AS settled, zone FROM policies_in_force WHERE label = $1) moment
  CROSS JOIN class_now k JOIN rule_now r ON r.county = k.book AND r.occasion = 'birthday'
  CROSS JOIN generate_series(timestamp '2000-01-01', '2000-12-31', '1 day') d, generate_series(-1, 1) turn,
    LATERAL (SELECT d + make_interval(years => extract(year FROM settled AT TIME ZONE zone)::int + turn - 2000) AS day) days,
    LATERAL (SELECT day AT TIME ZONE zone + r.opens AS at) opening
  WHERE opening.at <= settled
) each ORDER BY class, n, birthday, opens_at DESC
"""
"""$1 the label, $2 the instant; after `CLASSES`. Of each day of the solar year the last birthday that has opened: who was born on

29 February is a year older on the 28th."""
BY_DAY = "CREATE INDEX ON birthday_now (birthday, class, n); ANALYZE birthday_now"

MERGED = """
CREATE TEMP TABLE merged_now ON COMMIT DROP AS
WITH RECURSIVE into_another AS (
  SELECT person_id, "into", coalesce(until, retracted_at, 'infinity') AS until FROM happenings
  WHERE event = 'care-ended' AND "into" IS NOT NULL
  UNION
  SELECT a.person_id, b."into", a.until FROM into_another a JOIN happenings b ON b.person_id = a."into"
  WHERE b.event = 'care-ended' AND b."into" IS NOT NULL
)
SELECT * FROM into_another;
ANALYZE merged_now
"""
"""Whose file was merged into whose, also where they were two after all: until then it handed over what was done for them."""

ASKED = """
CREATE TEMP TABLE asked_now ON COMMIT DROP AS
SELECT v.version, c.county, v.rule, v.party, v.role, v.kind, v.strength, v.form, v.counted_from,
  make_interval(months => coalesce(v.months, 0)) AS months, v.due, v.lasting, b.at AS rebased_at
FROM (SELECT county FROM class_now UNION SELECT county FROM rules_of_versions) c CROSS JOIN rules_of_versions v
LEFT JOIN (SELECT version, max(ordered_at) AS at FROM rebases GROUP BY version) b ON b.version = v.version
WHERE v.county = c.county OR (v.county = '' AND NOT EXISTS (SELECT FROM rules_of_versions own
  WHERE (own.version, own.county, own.rule) = (v.version, c.county, v.rule)));
ANALYZE asked_now
"""
"""After `CLASSES`. What each rule of each version asks in each county, and when duties were last re-based to it."""

PEOPLE = """
SELECT count(*) FILTER (WHERE d.person_id IS NULL AND e.person_id IS NULL) AS living,
  count(*) FILTER (WHERE d.person_id IS NOT NULL AND e.person_id IS NULL) AS dead,
  count(*) FILTER (WHERE e.person_id IS NOT NULL) AS ended
FROM cares c
LEFT JOIN (SELECT DISTINCT person_id FROM deaths WHERE reported_at IS NOT NULL AND retracted_at IS NULL) d USING (person_id)
LEFT JOIN (SELECT DISTINCT person_id FROM happenings
  WHERE event = 'care-ended' AND known_at IS NOT NULL AND retracted_at IS NULL AND until IS NULL) e USING (person_id)
WHERE c.kind IS NOT NULL
"""
