"""What the certificate asks of the tables: of each person and each rule in force one verdict. Only SQL, nothing of the engine.

It looks at what must be true, not at how the engine gets there: a rule that concerns somebody, whose period has opened or
whose event has happened, has a duty, open or closed; a duty that is open has a ground. Whatever is neither is an exception.

Choices made here:
- the current period of a rule is the last one that has opened; the engine is given `PATIENCE` to open what opens;
- a duty is judged by the rule of its name in force now; where it was opened under an earlier version, only what cannot have
  changed is asked of it (the dead, the end of care, a cause that was retracted).
"""

from services.visits.coverage.slices import MOMENT
from services.visits.coverage.standing import STANDING
from services.visits.domain.certificates import UNCLASSED

BY_STRUCK = "done-by-struck"
NOT_HANDED_OVER, IN_CIRCLES = "not-handed-over", "merged-in-circles"
EXCEPTIONS = (
    *("missing", "not-returned", "groundless", "owed-twice", "owed-to-the-dead", "owed-after-care"),
    *("due-too-late", "done-falsely", BY_STRUCK, "closed-without-ground", "still-silent"),
    *("owed-otherwise", "counted-too-early", UNCLASSED, NOT_HANDED_OVER, IN_CIRCLES),
)
"""The verdicts that nothing explains; what was done, by a contact that was struck; of whom nobody knows the class; and of files
that were merged, what the one that goes on does not have, or that none goes on."""

VERDICTS = f"""
WITH {MOMENT},
{STANDING},
raised AS (  -- what happened, for each rule that waits for it: one event, one duty (feature 33)
  SELECT c.person_id, r.class, r.n,
    bool_or(d.n IS NULL AND asked AND begun AND NOT passed) AS missing,
    bool_or(d.closed_by IN ('retraction', 'death', 'care-ended') AND NOT passed) AS not_returned,
    bool_or(d.closed_at IS NULL AND d.alike AND passed) AS outlived,
    bool_or(d.closed_by = 'end' AND c.until IS NULL) AS unended,
    bool_or(c.kind = 'silence' AND c.until IS NULL AND d.closed_as = 'done') AS unminded,
    bool_or(d.n IS NULL AND asked AND NOT begun) AS waits,
    bool_or(d.n IS NULL AND NOT asked) AS was_before,
    bool_or(d.n IS NULL AND passed) AS passed
  FROM moment, cause c JOIN person p USING (person_id)
  JOIN class_rule r ON r.class = p.class AND r.event = c.event AND (r.codes = '{{}}' OR c.what = ANY (r.codes))
  LEFT JOIN duty d ON d.person_id = c.person_id AND d.n = r.n AND d.cause_id = c.id
  LEFT JOIN belongs b ON b.person_id = c.person_id AND b.n = r.n,
    LATERAL (SELECT CASE r.counted_from WHEN 'happened' THEN coalesce(c.happened_at, c.known_at) ELSE c.known_at END
                    + r.opens AS at) opens,
    LATERAL (SELECT
      -- a rule asks nothing of what was known before it was in force, nor before the person came into its class
      c.known_at >= r.since AND coalesce(c.known_at >= CASE
        WHEN b.person_id IS NOT NULL THEN b.put_into_at WHEN r.is_narrowed THEN p.reclassed_at END, true) AS asked,
      opens.at <= settled AS begun,
      -- its end came first, and the rule says that it then asks nothing
      coalesce(r.on_end = 'supersede' AND c.until <= greatest(settled, opens.at), false) AS passed) w
  GROUP BY c.person_id, r.class, r.n
),
corrected AS (  -- discharges that were written down again: at which hour they were said to have happened before, nobody knows
  SELECT person_id, discharge_id AS id FROM stay WHERE jsonb_array_length(discharges) > 1
),
groundless AS (
  SELECT d.person_id, d.n, bool_or(c.id IS NULL) AS groundless, max(CASE
    WHEN c.kind = 'absence' THEN NULL  -- when they are back may be told anew
    WHEN x.id IS NULL AND d.counts_from < least(c.known_at, c.happened_at) THEN 'counted-too-early'
    WHEN x.id IS NOT NULL AND d.counted_from = 'happened' THEN NULL
    WHEN d.closed_at IS NULL AND d.due_at > greatest(d.rebased_at + interval '1 day', d.due_in
      + CASE d.counted_from WHEN 'happened' THEN coalesce(c.happened_at, c.known_at) ELSE c.known_at END) THEN 'due-too-late'
    END) AS otherwise
  FROM duty d LEFT JOIN cause c ON c.person_id = d.person_id AND c.id = d.cause_id AND c.kind = d.cause_kind
  LEFT JOIN corrected x ON c.kind = 'discharge' AND x.person_id = c.person_id AND x.id = c.id
  WHERE d.cause_id IS NOT NULL AND (d.closed_at IS NULL OR (d.closed_as = 'done' AND c.id IS NOT NULL))
  GROUP BY d.person_id, d.n
),
sight AS MATERIALIZED (  -- of each person, as bits: the rules of which one duty stands, and tells the verdict
  SELECT person_id, n / 60 AS word,
    bit_or(1::bigint << n % 60) & ~coalesce(bit_or(1::bigint << n % 60) FILTER (WHERE at_sight IS NULL), 0) AS rules
  FROM duty GROUP BY person_id, n / 60
  HAVING sum(1::bigint << n % 60) FILTER (WHERE at_sight IS NOT NULL)  -- only where each is there once they add up to all of them
    = bit_or(1::bigint << n % 60) FILTER (WHERE at_sight IS NOT NULL)
),
owed AS MATERIALIZED (  -- what there is of each other rule for each person: the open duties, and the newest
  SELECT d.person_id, class, n, asks_all,
    count(*) FILTER (WHERE closed_at IS NULL) AS open,
    count(*) FILTER (WHERE closed_at IS NULL AND alike) AS open_alike,
    bool_or(cause_id IS NULL AND closed_at IS NULL AND alike AND due_at > $2) AS early,
    bool_or(cause_id IS NULL AND (closed_by IN ('death', 'care-ended') OR (closed_by = 'class' AND due_at > $2))) AS not_returned,
    max(cause_at) FILTER (WHERE cause_id IS NULL) AS newest,
    max(due_at) FILTER (WHERE cause_id IS NULL AND closed_at IS NULL AND alike) AS until,
    max(closed_at) FILTER (WHERE cause_id IS NULL AND closed_as <> 'done') AS let_go,
    max(closed_at) FILTER (WHERE cause_id IS NULL AND closed_as = 'done') AS done_at,
    max(counts_from) FILTER (WHERE cause_id IS NULL AND closed_as = 'done') AS done_from,
    max(closed_as) AS closed_as, bool_or(falsely) AS falsely,
    bool_or(unfounded) AS unfounded, max(otherwise) AS otherwise
  FROM duty d LEFT JOIN sight s ON s.person_id = d.person_id AND s.word = n / 60
  WHERE coalesce(rules >> n % 60 & 1, 0) = 0 GROUP BY d.person_id, class, n, asks_all
),
birthday AS (  -- the last that has opened
  SELECT p.person_id, b.n, b.begins, b.opens_at, b.due_at FROM person p JOIN birthday_now b USING (class, birthday)
  WHERE p.born_on IS NOT NULL
  UNION ALL
  SELECT DISTINCT ON (person_id, n) b.* FROM moment, (
    SELECT p.person_id, r.n, date_trunc('day', opening.at AT TIME ZONE zone) AT TIME ZONE zone AS begins,
      opening.at AS opens_at, l.day::timestamp AT TIME ZONE zone + r.due AS due_at
    FROM moment, person p JOIN class_now k USING (class)
    JOIN rule_now r ON r.county = k.book AND r.occasion = 'lunar-birthday'
    JOIN lunar_birthdays l ON l.birth_year = p.birth_year AND l.birthday = p.birthday,
      LATERAL (SELECT l.day::timestamp AT TIME ZONE zone + r.opens AS at) opening
    WHERE p.born_on IS NOT NULL
  ) b WHERE opens_at <= settled ORDER BY person_id, n, opens_at DESC
),
contacted AS (  -- the latest contact that counts and reached them; an earlier one than the rule's span changes nothing
  SELECT c.person_id, r.n, max(c.made_at) AS last
  FROM moment, (
    SELECT person_id, party, kind, strength, max(made_at) AS made_at FROM contact WHERE counts AND reaches AND NOT is_struck
    GROUP BY person_id, party, kind, strength
  ) c JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND r.form = 'without'
    AND c.party = ANY (r.contact_parties) AND c.kind = ANY (r.contact_kinds) AND c.strength = ANY (r.contact_strengths)
  WHERE c.made_at > settled - r.lasting
  GROUP BY c.person_id, r.n
),
lately AS MATERIALIZED (  -- to whom somebody came within the span of a rule, and nothing of it was ever owed
  SELECT c.person_id, p.class, c.n
  FROM contacted c JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND r.n = c.n
  LEFT JOIN owed o ON o.person_id = c.person_id AND o.n = c.n
  WHERE r.asks_all AND r.age_from IS NULL AND NOT p.is_dead AND NOT p.has_ended AND o.n IS NULL
),
asked AS (  -- each person × each rule that the calendar asks of their class, or of which there is or should be something
  SELECT p.person_id, p.class, r.n FROM person p JOIN class_rule r USING (class)
  LEFT JOIN sight s ON s.person_id = p.person_id AND s.word = r.n / 60
  WHERE r.asks_all AND r.form <> 'without' AND coalesce(rules >> r.n % 60 & 1, 0) = 0
  UNION ALL
  SELECT p.person_id, p.class, r.n FROM person p JOIN class_rule r USING (class)
  LEFT JOIN lately l ON l.person_id = p.person_id AND l.n = r.n WHERE r.asks_all AND r.form = 'without' AND l.n IS NULL
  UNION ALL
  SELECT h.person_id, p.class, h.n FROM held h JOIN person p USING (person_id) JOIN class_rule r ON r.class = p.class AND r.n = h.n
  LEFT JOIN owed o ON o.person_id = h.person_id AND o.n = h.n
  WHERE NOT r.asks_all AND r.form <> 'event' AND r.misfit IS NULL AND o.n IS NULL
  UNION ALL
  SELECT person_id, class, n FROM owed WHERE NOT asks_all
  UNION ALL
  SELECT e.person_id, e.class, e.n FROM raised e LEFT JOIN owed o ON o.person_id = e.person_id AND o.n = e.n WHERE o.n IS NULL
),
pair AS (
  SELECT a.person_id, a.class, p.is_dead, p.has_ended, a.n, r.form, r.on_death, r.stack, r.lasting, r.elsewhere, now, settled,
    coalesce(r.begins, b.begins) AS begins, coalesce(r.opens_at, b.opens_at) AS opens_at, coalesce(r.due_at, b.due_at) AS due_at,
    coalesce(o.open, 0) AS open, o.early, o.open_alike, coalesce(g.groundless, false) OR coalesce(e.outlived, false) AS groundless,
    o.newest, o.closed_as, o.let_go, o.done_at, o.done_from, v.times, r.occasion, o.not_returned, o.falsely, o.until,
    o.unfounded OR coalesce(e.unended, false) AS unfounded, coalesce(o.otherwise, g.otherwise) AS otherwise,
    e.missing, e.not_returned AS raised_not_returned, e.unminded, e.waits, e.was_before, e.passed, h.since AS held_since, c.last,
    greatest(coalesce(s.classed_at, p.classed_at), r.since, h.since, CASE WHEN r.age_from IS NOT NULL  -- from that new year on
      THEN make_date(p.birth_year + r.age_from, 1, 1)::timestamp AT TIME ZONE zone END) AS applies_since,
    CASE
      WHEN r.misfit IS NOT NULL THEN r.misfit
      WHEN r.situations <> '{{}}' AND (h.since IS NULL OR h.since > settled) THEN 'not-in-situation'
      WHEN (r.age_from IS NOT NULL OR r.occasion IN ('birthday', 'lunar-birthday')) AND p.born_on IS NULL THEN 'birth-unknown'
      WHEN year - p.birth_year < r.age_from THEN 'too-young'
    END AS misfit
  FROM moment, asked a JOIN person p ON p.person_id = a.person_id JOIN class_rule r ON r.class = a.class AND r.n = a.n
  LEFT JOIN owed o ON o.person_id = a.person_id AND o.n = a.n
  LEFT JOIN groundless g ON g.person_id = a.person_id AND g.n = a.n
  LEFT JOIN raised e ON e.person_id = a.person_id AND e.n = a.n
  LEFT JOIN held h ON h.person_id = a.person_id AND h.n = a.n
  LEFT JOIN birthday b ON b.person_id = a.person_id AND b.n = a.n
  LEFT JOIN contacted c ON c.person_id = a.person_id AND c.n = a.n
  LEFT JOIN belongs s ON s.person_id = a.person_id AND s.n = a.n
  LEFT JOIN nobody_there v ON v.person_id = a.person_id AND v.rule = r.on_death
),
judged AS (
  SELECT class, n, is_dead, has_ended, person_id, CASE
    -- greetings to the dead are the worst; after the end of the care nobody is owed anything
    WHEN has_ended THEN CASE WHEN open > 0 AND NOT elsewhere THEN 'owed-after-care' ELSE 'care-ended' END
    WHEN elsewhere THEN CASE WHEN open > 0 THEN 'owed' ELSE misfit END
    WHEN is_dead AND on_death = 'supersede' THEN CASE WHEN open > 0 THEN 'owed-to-the-dead' ELSE 'died' END
    -- what is open has a ground, and where the next occurrence supersedes there is one
    WHEN groundless THEN 'groundless'
    WHEN falsely THEN 'done-falsely'
    WHEN unfounded THEN 'closed-without-ground'
    WHEN otherwise IS NOT NULL THEN otherwise
    WHEN stack = 'supersede' AND open_alike > 1 THEN 'owed-twice'
    WHEN early AND (misfit IN ('other-kind', 'other-category', 'other-rank')
      OR (misfit = 'not-in-situation' AND coalesce(held_since > now, true))) THEN 'groundless'
    -- who left the class keeps what is overdue
    WHEN misfit IS NOT NULL THEN CASE WHEN open > 0 THEN 'owed' ELSE misfit END
    WHEN form = 'event' THEN CASE
      WHEN missing THEN 'missing'
      WHEN raised_not_returned THEN 'not-returned'
      WHEN open > 0 THEN 'owed'
      -- nobody has met them yet, and nobody has said why nobody need look
      WHEN unminded THEN 'still-silent'
      WHEN waits THEN 'not-begun'
      WHEN closed_as IS NOT NULL THEN closed_as
      WHEN passed THEN 'ended-before'
      WHEN was_before THEN 'before-the-rule'
      ELSE 'no-event' END
    WHEN form = 'without' THEN CASE
      WHEN open > 0 THEN 'owed'
      WHEN not_returned THEN 'not-returned'
      -- what was done by other means, such as an absence asks for, is no contact of the rule's own: it counts from its end
      WHEN greatest(applies_since, last, let_go,
        CASE WHEN coalesce(greatest(applies_since, last) <= done_from, true) THEN done_at END) + lasting > settled THEN 'not-yet'
      ELSE 'missing' END
    -- a period owes once, and remembers that it did
    WHEN newest = begins AND until > due_at THEN 'due-too-late'
    -- a version may have moved the window of a day of the year: what was owed for that day is not owed again
    WHEN newest >= begins OR (occasion IS NOT NULL AND newest > begins - interval '180 days')
      THEN CASE WHEN open > 0 THEN 'owed' WHEN not_returned THEN 'not-returned' ELSE closed_as END
    WHEN begins IS NULL OR due_at <= applies_since THEN CASE WHEN open > 0 THEN 'owed' ELSE 'not-begun' END
    WHEN times @> tstzrange(opens_at, due_at) THEN CASE WHEN open > 0 THEN 'owed' ELSE 'nobody-there' END
    ELSE 'missing' END AS verdict
  FROM pair
),
counted AS MATERIALIZED (
  SELECT class, n, is_dead, has_ended, verdict, count(*) AS people, array_agg(person_id) FILTER (WHERE verdict = ANY ($5)) AS named
  FROM judged GROUP BY class, n, is_dead, has_ended, verdict
  UNION ALL
  SELECT class, n, false, false, at_sight, count(*), NULL FROM duty d JOIN sight s ON s.person_id = d.person_id AND s.word = n / 60
  WHERE rules >> n % 60 & 1 = 1 GROUP BY class, n, at_sight
  UNION ALL
  SELECT class, n, false, false, 'not-yet', count(*), NULL FROM lately GROUP BY class, n
),
alike AS (SELECT class, is_dead, has_ended, count(*) AS people FROM person GROUP BY class, is_dead, has_ended),
judged_alone AS (SELECT class, n, is_dead, has_ended, sum(people) AS people FROM counted GROUP BY class, n, is_dead, has_ended),
others AS (  -- to whom nothing happened that the rule waits for, or whom it is not for, or not now: judged by their class
  SELECT a.class, r.n, CASE WHEN a.has_ended THEN 'care-ended' WHEN elsewhere THEN misfit
      WHEN a.is_dead AND on_death = 'supersede' THEN 'died' WHEN misfit IS NOT NULL THEN misfit
      WHEN form = 'event' THEN 'no-event' ELSE 'not-in-situation' END AS verdict,
    a.people - coalesce(j.people, 0) AS people
  FROM alike a JOIN class_rule r USING (class) LEFT JOIN judged_alone j
    ON j.class = a.class AND j.n = r.n AND j.is_dead = a.is_dead AND j.has_ended = a.has_ended
  WHERE NOT r.asks_all
)
SELECT k.county, k.kind, k.category, r.rule, r.party, verdict, sum(people)::bigint AS n,
  string_agg(array_to_string(named, ','), ',') AS named
FROM (
  SELECT class, n, verdict, people, named FROM counted
  UNION ALL SELECT class, n, verdict, people, NULL FROM others WHERE people > 0
) v JOIN class_now k USING (class) JOIN class_rule r USING (class, n)
GROUP BY k.county, k.kind, k.category, r.rule, r.party, verdict
"""
"""$1 the label, $2 the instant, $3 and $4 the first and last key of a slice, $5 `EXCEPTIONS`. `RULES`, `CLASSES` came before."""

DONE_BY_STRUCK = f"""
SELECT DISTINCT d.person_id, d.rule, '{BY_STRUCK}' AS why FROM contacts k
JOIN duties d ON d.person_id = k.person_id AND d.closed_by_id = k.contact_id AND d.closed_as = 'done'
WHERE k.person_id BETWEEN $1 AND $2 AND k.struck_at IS NOT NULL
"""
"""$1 and $2 the first and last key of a slice."""
