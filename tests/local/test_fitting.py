"""The invented city under each shipped pack: every role that its rules count on is held, by somebody of that party."""

from pathlib import Path

import pytest

from deploy.local.actors.city import City
from deploy.local.actors.fitting import Fitting
from deploy.local.actors.making import build, whole
from deploy.local.actors.whole_city import OF_COUNTY, PEOPLE, SMALL
from deploy.local.places import REPOSITORY
from deploy.local.year.script import forgotten
from services.visits.policy import load
from tests.local.offline import roles_of

NINGDE, LELING, SHUANGTA = (REPOSITORY / "policies" / name for name in ("ningde", "leling", "shuangta"))


def under(pack: Path) -> City:
    return whole(Fitting.of(pack, load(pack).counties))


@pytest.mark.parametrize("pack", [NINGDE, LELING, SHUANGTA], ids=lambda pack: pack.name)
def test_every_role_that_the_rules_count_on_is_held_for_somebody(pack: Path) -> None:
    policy, city = load(pack), under(pack)

    assert roles_of(policy) - {role for person in city.people for role in city.holders(person)} == set()
    assert (city.name, len(city.people)) == (policy.city, PEOPLE)


def test_the_smallest_counties_bear_the_names_of_those_that_have_a_layer_of_their_own() -> None:
    city = under(NINGDE)
    counties = {unit.county: len([p for p in city.people if p.county == unit.county]) for unit in city.units}

    assert (counties["寿宁县"], counties["周宁县"]) == (9, 11)
    assert sorted(counties.values()) == sorted(OF_COUNTY.values())


def test_everybody_has_just_the_team_that_the_pack_asks_for() -> None:
    city = under(LELING)
    alone = next(city.living_alone())
    away = forgotten(city)[0]

    assert {holder.role for holder in alone.team} == {
        "family-doctor", "care-adviser", "relative", "grid-worker", "volunteer", "home-care-provider", "keyholder",
    }  # fmt: skip
    assert {holder.role for holder in alone.team} - {holder.role for holder in away.team} == {
        "grid-worker", "volunteer", "keyholder",
    }  # fmt: skip
    assert city.groups == ()


def test_offices_that_only_this_pack_knows_stand_in_one_line_above_every_unit() -> None:
    city = under(NINGDE)

    assert [unit.party for unit in city.units[:3]] == ["party-committee", "youth-league", "organisation-department"]
    assert [unit.reports_to for unit in city.units[:3]] == [None, city.units[0].unit_id, city.units[1].unit_id]
    assert {city.holder(person, "leader-in-charge") for person in city.people} == {city.units[0].holder}


def test_people_in_a_home_are_beside_an_institution_where_the_pack_knows_one() -> None:
    city = under(LELING)
    living_there = {p.person_id: city.unit[p.community_id].party for p in city.people if p.category == "in-institution"}

    assert set(living_there.values()) == {"institution"}
    assert all(city.unit[p.community_id].party == "community" for p in city.people if p.person_id not in living_there)


def test_a_pack_without_a_care_team_finds_the_city_as_it_was() -> None:
    assert under(SHUANGTA) == whole()
    assert {unit.party for unit in build(3).units} == {"organisation-department", "bureau", "unit", "community"}


def test_a_small_city_has_a_pair_to_forget_too() -> None:
    city = whole(Fitting.of(NINGDE, load(NINGDE).counties), of_county=SMALL)

    assert (len(city.people), len(forgotten(city)), {p.county for p in city.people}) == (43, 2, {"市直", "寿宁县"})
