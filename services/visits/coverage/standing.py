"""What stands of each person, as the certificate sees it: what has happened, which situations hold, since when a rule is theirs.

Only SQL over the facts as they are kept: the first half of the question that `verdicts` asks.
"""

STANDING = """\
stay AS (
  SELECT *, discharge_recorded_at IS NOT NULL
    AND (discharge_cancelled_at IS NULL OR discharge_cancelled_at < discharge_recorded_at) AS is_over
  FROM stays WHERE person_id BETWEEN $3 AND $4 AND heard_at IS NOT NULL AND cancelled_at IS NULL
),
happening AS (
  SELECT * FROM happenings
  WHERE person_id BETWEEN $3 AND $4 AND known_at IS NOT NULL AND retracted_at IS NULL
),
report AS (SELECT * FROM deaths WHERE person_id BETWEEN $3 AND $4 AND reported_at IS NOT NULL),
tried AS (  -- the latest attempt that nobody answered
  SELECT DISTINCT ON (person_id) * FROM contact WHERE silent AND reaches AND NOT is_struck ORDER BY person_id, made_at DESC
),
cause AS MATERIALIZED (  -- everything that happened and stands
  SELECT person_id, 'stay-admitted' AS event, 'stay' AS kind, stay_id AS id, heard_at AS known_at,
    admitted_at AS happened_at, CASE WHEN is_over THEN discharged_at END AS until, '' AS what FROM stay
  UNION ALL
  SELECT person_id, 'stay-discharged', 'discharge', discharge_id, discharge_heard_at, discharged_at, NULL, '' FROM stay
  WHERE is_over AND discharge_heard_at IS NOT NULL
  UNION ALL
  SELECT person_id, 'death-reported', 'death', death_id, death_heard_at, died_at, NULL, '' FROM person
  WHERE death_heard_at IS NOT NULL
  UNION ALL
  SELECT person_id, event, k.kind, happening_id, known_at, happened_at, until, what
  FROM happening JOIN (VALUES ('family-changed', 'family-change'), ('hardship-reported', 'hardship'),
    ('class-changed', 'class-change'), ('situation-began', 'situation'), ('no-answer', 'silence'),
    ('post-vacant', 'vacancy'), ('notice-issued', 'notice'), ('notice-unanswered', 'unanswered'),
    ('contact-outcome', 'outcome'),
    ('weather-warned', 'weather')) AS k(event, kind) USING (event)
  UNION ALL  -- nobody has answered, nobody has met them since, and no silence was noted: the attempt itself is the cause
  SELECT person_id, 'no-answer', 'silence', contact_id, made_at, made_at, NULL, kind FROM tried t
  WHERE NOT EXISTS (SELECT FROM happening h WHERE h.person_id = t.person_id AND h.event = 'no-answer' AND h.until IS NULL)
    AND NOT EXISTS (SELECT FROM contact met WHERE met.person_id = t.person_id AND met.counts AND met.reaches
      AND NOT met.is_struck AND met.made_at >= t.made_at)
    AND NOT EXISTS (SELECT FROM merged_now m WHERE m."into" = t.person_id)
  UNION ALL  -- who was there, or came, while a notice was open, and has not heard of it: the notice itself is the cause
  SELECT p.person_id, k.event, k.kind, n.notice_id, greatest(n.issued_at, p.classed_at), n.issued_at,
    CASE WHEN n.warns THEN n.until END, n.what
  FROM moment, notices n
  JOIN (VALUES (true, 'weather-warned', 'weather'), (false, 'notice-issued', 'notice')) AS k(warns, event, kind) USING (warns)
  CROSS JOIN person p JOIN class_now c USING (class)
  WHERE n.issued_at <= settled AND n.withdrawn_at IS NULL AND n.county IN ('', c.county)
    AND n.open_until > greatest(p.classed_at, settled - interval '2 days')  -- each night one more is looked at than is open
    AND NOT EXISTS (SELECT FROM happening h WHERE h.person_id = p.person_id AND h.happening_id = n.notice_id)
  UNION ALL  -- of an absence the end is what raises something
  SELECT person_id, 'absence-ended', 'absence', happening_id, greatest(until, until_known_at), until, NULL, what
  FROM happening WHERE event = 'absence' AND until IS NOT NULL
),
situation AS (  -- which hold, and since when we know: reported by themselves, or as long as a fact goes on
  SELECT person_id, what AS situation, known_at AS since FROM happening WHERE event = 'situation-began' AND until IS NULL
  UNION ALL
  SELECT s.person_id, l.situation, s.heard_at + l.after FROM stay s JOIN situations_in_force l ON l.label = $1
  WHERE l.ground = 'stay' AND NOT s.is_over
  UNION ALL
  SELECT h.person_id, l.situation, h.known_at + l.after FROM happening h JOIN situations_in_force l ON l.label = $1
  WHERE h.until IS NULL AND (l.ground, h.event) IN (('hardship', 'hardship-reported'), ('family-change', 'family-changed'))
),
was AS (  -- the classes that somebody has been in, each with its number; the present one comes last
  SELECT p.person_id, x.n, x.county, x.kind, x.category, x.rank, x.classed_at, x.reclassed_at FROM person p,
    LATERAL ROWS FROM (jsonb_to_recordset(p.classes)
      AS (county text, kind text, category text, rank text, classed_at timestamptz, reclassed_at timestamptz))
      WITH ORDINALITY AS x(county, kind, category, rank, classed_at, reclassed_at, n)
  WHERE p.classes IS NOT NULL
),
joined AS (  -- of which of them on, without a break, the rule is for the person
  SELECT w.person_id, r.n, r.is_narrowed, coalesce(max(w.n) FILTER (WHERE NOT fits), 0) AS last_other
  FROM was w JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND r.misfit IS NULL,
    LATERAL (SELECT EXISTS (SELECT FROM rule_now b WHERE b.rule = r.rule AND b.county = coalesce(
        (SELECT k.book FROM class_now k WHERE k.county = w.county LIMIT 1), ''))
      AND (r.kinds = '{}' OR w.kind = ANY (r.kinds)) AND (r.categories = '{}' OR w.category = ANY (r.categories))
      AND (r.ranks = '{}' OR coalesce(w.rank, '') = ANY (r.ranks)) AS fits) f
  GROUP BY w.person_id, r.n, r.is_narrowed
),
belongs AS (  -- since when we know it to be for them; and since when what happens is asked of them
  SELECT j.person_id, j.n, since.classed_at, CASE
    WHEN before.n IS NULL THEN CASE WHEN j.is_narrowed THEN since.reclassed_at END
    WHEN since.reclassed_at IS NOT DISTINCT FROM before.reclassed_at THEN since.classed_at
    ELSE since.reclassed_at END AS put_into_at
  FROM joined j JOIN was since ON since.person_id = j.person_id AND since.n = j.last_other + 1
  LEFT JOIN was before ON before.person_id = j.person_id AND before.n = j.last_other
),
nobody_there AS (  -- times that lay under a report of death, or in which care had ended; both were taken back
  SELECT person_id, rule, range_agg(tstzrange(since, until)) AS times FROM (
    SELECT person_id, 'supersede' AS rule, reported_at AS since, retracted_at AS until FROM report
    UNION ALL
    SELECT person_id, on_death, known_at, coalesce(retracted_at, until) FROM happenings,
      (VALUES ('supersede'), ('keep')) AS each(on_death)
    WHERE person_id BETWEEN $3 AND $4 AND event = 'care-ended' AND known_at IS NOT NULL
  ) spans WHERE since < until GROUP BY person_id, rule
),
held AS (
  SELECT s.person_id, r.n, min(s.since) AS since
  FROM situation s JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND s.situation = ANY (r.situations)
  GROUP BY s.person_id, r.n
)"""
"""Of a slice $3 to $4. `slices.MOMENT` and `rules_now` came before."""
