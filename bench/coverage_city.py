"""A large city as tables: forty rules of every kind, and people to whom everything has happened that a verdict asks about."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from deploy.local.services import POLICY
from services.visits.domain import Policy, Rule
from services.visits.domain.rules import (
    SOLAR_BIRTHDAY,
    Cadence,
    Every,
    Hour,
    Means,
    OnDeath,
    OnEnd,
    Selector,
    Stack,
    Trigger,
    When,
    Without,
    Yearly,
)
from services.visits.policy import load

DAY = timedelta(days=1)
FIRST = Hour(1, time())
ALL, ALONE = Selector(), Selector(categories=frozenset({"living-alone"}))
AWAY = Selector(categories=frozenset({"relocated"}))
LEFT = Selector(kinds=frozenset({"survivor"}))
IN_WARD = Selector(situations=frozenset({"hospitalised"}))
INSIDE = Selector(categories=frozenset({"in-institution"}))
OLD = Selector(categories=frozenset({"living-alone"}), age_from=90)
FOR_ALL = ("spring-festival", "mid-autumn", "double-ninth")
FOR_THOSE_INSIDE = ("new-year", "qingming", "dragon-boat", "national-day", "army-day")
EVENTS = ("stay-admitted", "stay-discharged", "hardship-reported", "family-changed", "no-answer", "situation-began")


def policy() -> Policy:
    """Of the shipped pack the words and the sky; rules enough for a large city."""
    cadences = [
        ("weekly", Every.WEEK, (ALONE, LEFT, OLD, IN_WARD)),
        ("monthly", Every.MONTH, (ALL, ALONE, AWAY, INSIDE)),
        ("quarterly", Every.QUARTER, (AWAY, LEFT)),
        ("half-yearly", Every.HALF_YEAR, (INSIDE, OLD)),
        ("yearly", Every.YEAR, (ALL, AWAY)),
    ]
    rules = [
        *(_rule(f"{name}-{i}", Cadence(every, FIRST, None), who) for name, every, whom in cadences for i, who in enumerate(whom)),
        *(_rule(f"{name}-all", Yearly(name, -10 * DAY, DAY), ALL) for name in FOR_ALL),
        *(_rule(f"{name}-inside", Yearly(name, -10 * DAY, DAY), INSIDE) for name in FOR_THOSE_INSIDE),
        _rule("birthday", Yearly(SOLAR_BIRTHDAY, -3 * DAY, DAY), ALL),
        *(_rule(f"{event}-{i}", Trigger(event, i * DAY, 7 * DAY), ALL) for event in EVENTS for i in range(2)),
        _rule("no-answer-soon", Trigger("no-answer", 0 * DAY, DAY), ALL, on_end=OnEnd.SUPERSEDE),
        _rule("mourning", Trigger("death-reported", 0 * DAY, 7 * DAY), ALL, on_death=OnDeath.KEEP),
        *(_rule(f"unvisited-{n}", Without(n * DAY, 7 * DAY), who) for n, who in ((30, ALONE), (60, AWAY), (90, ALL))),
    ]  # fmt: skip
    assert len(rules) == 40, len(rules)
    return replace(load(Path(POLICY)), rules={rule.name: rule for rule in rules}, counties={})


def _rule(name: str, when: When, who: Selector, **other: Any) -> Rule:
    usual: dict[str, Any] = {"on_death": OnDeath.SUPERSEDE, **other}
    return Rule(
        name=name, title=name, basis="chosen", reason="for the bench", rows=(), who=who, when=when, party="bureau",
        role="bureau-officer", means=Means("visit", "in-person"), message=None, lane="normal", ladder=(),
        stack=Stack.EACH if isinstance(when, Trigger) else Stack.SUPERSEDE, **usual,
    )  # fmt: skip


_ID = "md5({})::uuid"
_PEOPLE = """
INSERT INTO cares (person_id, city, county, kind, category, classed_at, birth_year, birthday, unit_id, enrolled_at, settled_under)
SELECT md5('p' || n)::uuid, '双塔市', '县' || n % 9, CASE WHEN n % 8 = 0 THEN 'survivor' ELSE 'veteran-cadre' END,
  (ARRAY['with-relatives', 'living-alone', 'in-institution', 'relocated'])[n % 4 + 1], now() - interval '2 years',
  extract(year FROM born)::int, to_char(born, 'MM-DD'), md5('u' || n % 200)::uuid, now() - interval '2 years', 'bench'
FROM generate_series(1, $1::int) n,
  LATERAL (SELECT CASE WHEN n % 50 > 0 THEN date '1930-01-01' + n % 7000 END AS born) b
"""
_STAYS = """
INSERT INTO stays
  (person_id, stay_id, admitted_at, heard_at, discharged_at, discharge_recorded_at, discharge_heard_at, discharge_id,
    cancelled_at)
SELECT md5('p' || n)::uuid, md5('s' || n || '-' || i)::uuid, at, at, out, out, out,
  md5('s' || n || '-' || i)::uuid, CASE WHEN n % 500 = 0 THEN at END
FROM generate_series(1, $1::int, 5) n, generate_series(1, 2) i,
  LATERAL (SELECT now() - interval '10 days' * (i * 20 + n % 13) AS at) a,
  LATERAL (SELECT CASE WHEN n % 100 = 1 AND i = 1 THEN NULL ELSE at + interval '9 days' END AS out) o
"""
_HAPPENINGS = """
INSERT INTO happenings (person_id, happening_id, event, what, happened_at, known_at, until, retracted_at)
SELECT md5('p' || n)::uuid, md5('h' || n || event)::uuid, event, what, at, at,
  CASE WHEN event = 'no-answer' THEN at + interval '1 day' END, CASE WHEN n % 1000 = 7 THEN at END
FROM generate_series(1, $1::int) n
JOIN (VALUES (0, 'hardship-reported', 'poverty'), (1, 'family-changed', 'spouse-died'), (2, 'no-answer', 'phone'),
  (3, 'situation-began', 'disabled')) AS e(i, event, what) ON n % 20 = i * 5 + 2,
  LATERAL (SELECT now() - interval '40 days' AS at) a
UNION ALL
SELECT md5('p' || n)::uuid, md5('e' || n)::uuid, 'care-ended', 'moved-away', at, at, NULL, NULL
FROM generate_series(1, $1::int) n, LATERAL (SELECT now() - interval '30 days' AS at) a WHERE n % 200 = 3
"""
_DEATHS = """
INSERT INTO deaths (person_id, report_id, reported_at, heard_at, retracted_at)
SELECT md5('p' || n)::uuid, md5('d' || n)::uuid, at, at, CASE WHEN n % 1000 = 4 THEN at + interval '1 hour' END
FROM generate_series(1, $1::int) n, LATERAL (SELECT now() - interval '35 days' AS at) a WHERE n % 100 = 4
"""
_CONTACTS = """
INSERT INTO contacts (person_id, contact_id, kind, party, role, strength, outcome, made_at, recorded_at)
SELECT person_id, md5(person_id || '-' || i)::uuid, 'visit', 'bureau', 'bureau-officer', 'in-person', 'met', at, at
FROM cares, generate_series(1, 2) i, LATERAL (SELECT now() - interval '12 days' * (i - 1) - interval '1 minute' AS at) a
"""
_COLUMNS = """person_id, duty_id, rule, policy, kind, party, role, strength, cause_kind, cause_id, cause_at, occurrence,
  counts_from, opened_at, due_at, answering, rung, missed_at, followed_by, closed_at, closed_as, closed_by, closed_by_id, reason"""
_LIVES = """c.person_id NOT IN (SELECT person_id FROM deaths WHERE retracted_at IS NULL)
  AND c.person_id NOT IN (SELECT person_id FROM happenings WHERE event = 'care-ended')"""
_FITS = """(r.kinds = '{}' OR c.kind = ANY (r.kinds)) AND (r.categories = '{}' OR c.category = ANY (r.categories))
  AND (r.age_from IS NULL OR extract(year FROM now()) - c.birth_year >= r.age_from)
  AND (r.situations = '{}' OR EXISTS (SELECT FROM stays s WHERE s.person_id = c.person_id AND s.discharged_at IS NULL
    AND s.cancelled_at IS NULL))"""
WHY = "v1.A256GCM.care.k1." + "r" * 80
"""As long as a sealed reason of six characters; nobody opens it here."""
_STATE = f"""CASE WHEN x < 60 THEN NULL ELSE now() - interval '1 minute' END,
  CASE WHEN x < 60 THEN NULL WHEN x < 97 THEN 'done' ELSE 'waived' END,
  CASE WHEN x < 60 THEN NULL WHEN x < 97 THEN 'contact' ELSE 'holder' END,
  CASE WHEN x >= 97 THEN c.person_id WHEN x >= 60 THEN md5(c.person_id || '-1')::uuid END,
  CASE WHEN x >= 97 THEN '{WHY}' END"""
_PERIODIC = f"""
INSERT INTO duties ({_COLUMNS})
SELECT c.person_id, md5(c.person_id || r.rule || p.begins)::uuid, r.rule, (SELECT version FROM policies_in_force), 'visit',
  'bureau', 'bureau-officer', 'in-person', 'calendar', NULL, p.begins, r.rule || p.begins::date, p.begins, p.begins, p.due_at,
  'bureau-officer', 0, CASE WHEN p.due_at < now() THEN p.due_at END, NULL, {_STATE}
FROM rule_now r CROSS JOIN cares c,
  LATERAL (SELECT coalesce(r.begins, turn.begins) AS begins, coalesce(r.due_at, turn.begins + interval '4 days') AS due_at FROM (
    SELECT max(d - interval '3 days') AS begins FROM generate_series(-1, 1) y, LATERAL (
      SELECT (make_date(c.birth_year, left(c.birthday, 2)::int, right(c.birthday, 2)::int)
          + make_interval(years => extract(year FROM now())::int + y - c.birth_year))
        AT TIME ZONE 'Asia/Shanghai' AS d) days WHERE d - interval '3 days' <= now()) turn
  ) p, LATERAL (SELECT abs(hashtext(c.person_id::text || r.rule)) % 100 AS x) x
WHERE r.form IN ('cadence', 'occasion') AND p.begins IS NOT NULL AND {_FITS} AND {_LIVES}
"""
_FOLLOWED = f"""
INSERT INTO duties ({_COLUMNS})
SELECT person_id, md5(duty_id::text)::uuid, rule, policy, kind, party, role, strength, cause_kind, NULL, cause_at - year,
  occurrence || '-', counts_from - year, opened_at - year, due_at - year, answering, 0, NULL,
  duty_id, due_at - year, 'done', 'contact', person_id, NULL
FROM duties, (SELECT interval '1 year' AS year) y WHERE get_byte(uuid_send(duty_id), 0) < 128
"""
_RAISED = f"""
INSERT INTO duties ({_COLUMNS})
SELECT c.person_id, md5(f.id || r.rule)::uuid, r.rule, (SELECT version FROM policies_in_force), 'visit', 'bureau',
  'bureau-officer', 'in-person', f.kind, f.id, f.at, r.event || ':' || f.id, f.at, f.at + r.opens, f.at + interval '7 days',
  'bureau-officer', 0, f.at + interval '7 days', NULL, {_STATE}
FROM (
  SELECT person_id, stay_id AS id, 'stay-admitted' AS event, 'stay' AS kind, heard_at AS at FROM stays WHERE cancelled_at IS NULL
  UNION ALL SELECT person_id, stay_id, 'stay-discharged', 'discharge', discharge_heard_at FROM stays
    WHERE cancelled_at IS NULL AND discharged_at IS NOT NULL
  UNION ALL SELECT person_id, happening_id, event, CASE event WHEN 'hardship-reported' THEN 'hardship' WHEN 'family-changed'
    THEN 'family-change' WHEN 'no-answer' THEN 'silence' ELSE 'situation' END, known_at FROM happenings
    WHERE retracted_at IS NULL AND event <> 'care-ended'
  UNION ALL SELECT person_id, report_id, 'death-reported', 'death', heard_at FROM deaths WHERE retracted_at IS NULL
) f JOIN cares c USING (person_id) JOIN rule_now r USING (event),
  LATERAL (SELECT CASE WHEN r.on_end = 'supersede' THEN 99 ELSE abs(hashtext(f.id::text || r.rule)) % 100 END AS x) x
WHERE ({_LIVES}) OR (f.kind = 'death' AND c.person_id NOT IN (SELECT person_id FROM happenings WHERE event = 'care-ended'))
"""
FILLING = [
    ("people", _PEOPLE),
    ("stays", _STAYS),
    ("happenings", _HAPPENINGS),
    ("deaths", _DEATHS),
    ("contacts", _CONTACTS),
    ("duties of this period", _PERIODIC),
    ("duties of earlier ones", _FOLLOWED),
    ("duties that something raised", _RAISED),
]
"""What is filled in, in this order; $1 is the number of people. The temporary table of `RULES` must be there."""
