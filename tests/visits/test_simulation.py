"""What a year would ask under a policy that is not in force yet: of whom, of which party, in which week; and if nobody came."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.ids import HolderId, PersonId, UnitId, derived
from services.visits.domain import Care, Death, Happening, Policy, Stay
from services.visits.domain.policy import Instead
from services.visits.domain.rules import LUNAR_BIRTHDAY, SOLAR_BIRTHDAY, Means, OnEnd, Rule, Selector, Without, Yearly
from services.visits.simulation import Load, Simulation, Tally
from tests.visits.town import (
    GREETING,
    MOURNING,
    NEED,
    OLD_LI,
    REPORT,
    ROLES,
    STAY,
    UNIT,
    WANG,
    WARD,
    WARD_BY_HALL,
    after,
    civil,
    hours,
    policy,
    rule,
)

START, END = civil("2025-05-12 00:00"), civil("2026-05-11 00:00")
"""52 whole weeks, from a Monday to a Monday."""
DEPUTY = HolderId(derived("test", "who acts for Wang"))
STREET = UnitId(derived("test", "street"))
AUGUST = civil("2025-08-06 10:00")


def old_li(under: Policy, **known: object) -> Care:
    usual: dict[str, object] = {
        "county": "north",
        "kind": "elder",
        "category": "alone",
        "classed_at": START + timedelta(days=300),
        "unit_id": UNIT,
        "community_id": STREET,
        "held": dict.fromkeys((*ROLES, "neighbour"), (WANG,)),
        "book": Simulation(under, START, END).book,
    }
    return Care(OLD_LI, **(usual | known))  # type: ignore[arg-type]


def opened(*rules: Rule, end: object = END, **known: object) -> Counter[str]:
    year = Simulation(policy(*rules), START, end).year(old_li(policy(*rules), **known))  # type: ignore[arg-type]
    found: Counter[str] = Counter()
    for (name, _), n in year.opened.items():
        found[name] += n
    return found


def stay(at: object = AUGUST, **other: object) -> dict[str, object]:
    return {"stays": {STAY: Stay(STAY, admitted_at=at, heard_at=at, **other)}}  # type: ignore[arg-type]


def test_what_comes_round_is_owed_all_through_the_year_also_of_who_is_new_today() -> None:
    assert opened(GREETING, end=END - hours(1)) == {"greeting": 52}


def test_each_is_counted_in_the_week_in_which_it_opens() -> None:
    year = Simulation(policy(GREETING), START, START + timedelta(days=15)).year(old_li(policy(GREETING)))

    assert year.opened == {("greeting", (2025, 20)): 1, ("greeting", (2025, 21)): 1, ("greeting", (2025, 22)): 1}


def test_an_event_of_the_year_is_heard_when_it_was_known() -> None:
    year = Simulation(policy(WARD), START, END).year(old_li(policy(WARD), **stay()))

    assert year.opened == {("ward", (2025, 32)): 1}


@pytest.mark.parametrize("at", [START - hours(1), END + hours(1)], ids=["before the year", "after it"])
def test_an_event_of_another_year_is_not(at: object) -> None:
    assert opened(WARD, **stay(at)) == {}


def test_who_was_in_hospital_when_the_year_began_is_so_until_they_came_home() -> None:
    lying_in = replace(GREETING, who=Selector(situations=frozenset({"lying-in"})))
    home = START + timedelta(days=17)
    ended = stay(START - hours(9), discharged_at=home, discharge_recorded_at=home, discharge_heard_at=home)

    assert opened(lying_in, **ended) == {"greeting": 3}


def test_a_death_stops_what_comes_round_until_it_is_retracted() -> None:
    death = Death(REPORT, reported_at=AUGUST, heard_at=AUGUST)
    back = replace(death, retracted_at=AUGUST + timedelta(days=21))

    assert opened(GREETING, MOURNING, deaths={REPORT: death}) == {"greeting": 13, "mourning": 1}
    assert opened(GREETING, MOURNING, deaths={REPORT: back})["greeting"] in (50, 51)


def test_an_absence_is_expected_and_any_other_end_is_not() -> None:
    id_: UUID = derived("test", "happening")
    missing = Happening(id_, "post-vacant", "clerk", AUGUST, AUGUST, until=AUGUST + hours(1))
    away = Happening(id_, "absence", "away", AUGUST, AUGUST, until=AUGUST + timedelta(days=30))
    vacancy = rule("vacancy", after("post-vacant", hours(24)), on_end=OnEnd.SUPERSEDE)
    home = rule("home", after("absence-ended", hours(24)))
    by_other_means = {"absences": {"away": Instead({"call-on": Means("hello", "voice")})}}

    assert opened(vacancy, happenings={id_: missing}) == {"vacancy": 1}
    under = policy(home, **by_other_means)  # type: ignore[arg-type]
    year = Simulation(under, START, END).year(old_li(under, happenings={id_: away}))
    assert year.opened == {("home", (2025, 36)): 1}


def test_who_is_visited_in_time_is_not_missed_and_who_never_is_climbs_to_the_top() -> None:
    year = Simulation(policy(WARD, NEED), START, END).year(old_li(policy(WARD, NEED), **stay()))

    assert year.escalated == {"ward": 3}


def test_somebody_has_been_there_whenever_a_duty_was_done() -> None:
    lonely = replace(WARD, name="lonely", when=Without(timedelta(days=30), hours(24)))

    in_june, soon = stay(START + timedelta(days=28)), START + timedelta(days=45)
    assert opened(lonely) == {"lonely": 11}
    assert opened(lonely, end=soon, **in_june) == {"lonely": 1}
    assert opened(lonely, WARD, end=soon, **in_june) == {"ward": 1}


def test_a_birthday_is_each_persons_own() -> None:
    birthday = rule("birthday", Yearly(SOLAR_BIRTHDAY, hours(0), hours(24)))

    assert opened(birthday, birth_year=1935, birthday="08-06") == {"birthday": 1}
    assert opened(birthday) == {}
    assert LUNAR_BIRTHDAY != SOLAR_BIRTHDAY


def test_people_who_are_alike_have_one_year_and_each_counts() -> None:
    town = policy(GREETING, WARD)
    simulation = Simulation(town, START, END - hours(1))
    people = [replace(old_li(town), person_id=PersonId(derived("test", n))) for n in range(3)]
    tally = Tally(town, frozenset({"street"}))

    years = [simulation.year(each) for each in people]
    for each, year in zip(people, years, strict=True):
        tally.add(each, year)

    assert years[0] is years[1] is years[2]
    assert (tally.people, tally.duties, tally.escalated) == ({"greeting": 3}, {"greeting": 156}, {"greeting": 9})
    assert tally.by_party() == {"street": (156, 3, (2025, 20))}
    assert tally.busiest(5) == [Load(("neighbour", WANG), frozenset({STREET}), 156, 3)]


def test_whoever_bears_most_is_one_holder_of_however_many_units() -> None:
    town = policy(WARD, WARD_BY_HALL)
    tally, simulation = Tally(town, frozenset()), Simulation(town, START, END)
    units = [UnitId(derived("test", "unit", n)) for n in range(3)]
    clerks = [HolderId(derived("test", "clerk", n)) for n in range(3)]
    for n in range(3):
        held = {"clerk": (clerks[n],), "warden": (WANG, DEPUTY)}
        care = old_li(town, unit_id=units[n], held=held, **stay(AUGUST + timedelta(days=n)))
        tally.add(care, simulation.year(care))

    assert tally.busiest(2) == [
        Load(("warden", WANG), frozenset(units), 3, 3),
        Load(("clerk", min(clerks)), frozenset({units[clerks.index(min(clerks))]}), 1, 1),
    ]
    assert tally.by_party() == {"mill": (3, 3, (2025, 32)), "hall": (3, 3, (2025, 32))}


def test_what_nobody_would_bear_is_told_as_well() -> None:
    town = policy(WARD)
    tally, simulation = Tally(town, frozenset()), Simulation(town, START, END)
    care = old_li(town, held={}, **stay())
    tally.add(care, simulation.year(care))

    assert tally.busiest(1) == [Load(("clerk", None), frozenset({UNIT}), 1, 1)]


def test_a_county_counts_by_its_own_rules() -> None:
    own = replace(WARD, party="hall", role="warden")
    town = policy(WARD, counties={"north": {"ward": own}})
    tally, simulation = Tally(town, frozenset()), Simulation(town, START, END)
    care = old_li(town, **stay())

    tally.add(care, simulation.year(care))

    assert tally.by_party() == {"hall": (1, 1, (2025, 32))}
