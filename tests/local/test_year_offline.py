"""A year of the city level without a broker and a database: the engine opens what the plain model says, and nothing else.

The whole city through the real services is `./bifang bench year`.
"""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from bench.year.model import Owed
from bench.year.verdict import compared, tallies, tonight
from deploy.local.actors.fitting import Fitting
from deploy.local.actors.making import whole
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.whole_city import CITY_LEVEL
from deploy.local.places import REPOSITORY
from deploy.local.year.script import DAYS, forgotten, script
from services.visits.policy import load
from tests.local.offline import POLICY, Lived, chronicle_of, lived, rows_of

FIRST, AFTER = date(2027, 1, 1), datetime(2028, 1, 1, tzinfo=SHANGHAI)
CITY = whole()


@pytest.fixture(scope="module")
def everybody() -> list[Lived]:
    people = [person for person in CITY.people if person.county == CITY_LEVEL]
    return lived(people, script(CITY, FIRST, 1), FIRST, DAYS, unvisited=forgotten(CITY))


@pytest.mark.parametrize(
    "pack", [REPOSITORY / "policies" / name for name in ("ningde", "leling")], ids=lambda p: p.name
)
def test_under_the_packs_of_two_cities_no_duty_is_missed_by_the_engine_and_none_is_doubled(pack: Path) -> None:
    policy = load(pack)
    city = whole(Fitting.of(pack, policy.counties))
    people = [person for n, person in enumerate(city.people) if n % 7 == 0 or person.county in policy.counties]
    seen = lived(people, script(city, FIRST, 1), FIRST, DAYS, policy=policy)

    verdict = compared(chronicle_of(seen), policy, rows_of(seen), AFTER)

    assert (verdict.lost, verdict.doubled) == ([], [])
    assert verdict.promised == verdict.found > 40 * len(people)


def test_no_duty_is_missed_by_the_engine_and_none_is_doubled(everybody: list[Lived]) -> None:
    verdict = compared(chronicle_of(everybody), POLICY, rows_of(everybody), AFTER)

    assert (verdict.lost, verdict.doubled, verdict.beyond) == ([], [], 0)
    assert verdict.promised == verdict.found == 2690


def test_at_the_end_of_the_year_everybody_who_must_be_is_owed_something(everybody: list[Lived]) -> None:
    known = Counter(Owed(row["person_id"], row["rule"], row["occurrence"]) for row in rows_of(everybody))

    assert tonight(chronicle_of(everybody), POLICY, known, datetime(2027, 12, 31, 2, 5, tzinfo=SHANGHAI)) == []


def test_the_counts_of_each_rule_add_up(everybody: list[Lived]) -> None:
    duties = [
        {name: getattr(duty, name) for name in ("rule", "party", "missed_at", "rung", "closed_at", "closed_as")}
        for one in everybody
        for duty in one.care.duties.values()
    ]
    found = tallies(duties)

    assert sum(tally.opened for tally in found.values()) == 2690
    assert [name for name, t in found.items() if t.opened != t.done + t.ended + t.still] == []
    never = {rule.name for rule in POLICY.rules.values() if getattr(rule.when, "event", "") == "contact-outcome"}
    assert {rule for rule, _ in found} == POLICY.rules.keys() - never  # whoever is visited this year is met


def test_the_relocated_pair_whom_nobody_visits_is_known_to_the_organisation_department_all_year(
    everybody: list[Lived],
) -> None:
    """P1: five years of silence were possible; here the oldest date stands, however often a new month takes over."""
    pair = {person.person_id for person in forgotten(CITY)}
    still = {one.story.person_id: [duty for duty in one.care.duties.values() if duty.is_open] for one in everybody}

    assert {
        person: [(duty.rule, duty.due_at.astimezone(SHANGHAI).date(), duty.answering) for duty in duties]
        for person, duties in still.items()
        if person in pair
    } == {person: [("monthly-call", date(2027, 2, 1), "organisation-department")] for person in pair}
