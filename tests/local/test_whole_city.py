"""The whole invented city: 273 people in the proportions of row 01, and every way of counting them gives 273."""

from collections import Counter
from datetime import date
from typing import Any

from contracts.resident_id import ResidentId
from deploy.local.actors.city import City, Person
from deploy.local.actors.making import whole
from deploy.local.actors.whole_city import AS_OF, CITY_LEVEL, OF_COUNTY, PEOPLE

CITY = whole()


def aged(person: Person, on: date = AS_OF) -> int:
    """In full years."""
    born = person.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def city_level() -> list[Person]:
    return [person for person in CITY.people if person.county == CITY_LEVEL]


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    assert whole() == CITY
    assert not {p.resident_id for p in whole(seed=274).people} & {p.resident_id for p in CITY.people}


def test_every_way_of_counting_the_people_gives_the_same_273() -> None:
    people = CITY.people
    by: dict[str, Counter[Any]] = {
        "county": Counter(p.county for p in people),
        "category": Counter(p.category for p in people),
        "nature": Counter(CITY.unit[p.unit_id].nature for p in people),
        "age": Counter("90+" if aged(p) >= 90 else "80-89" for p in people),
        "member": Counter(p.member for p in people),
        "group": Counter(group.name for group in CITY.groups for _ in group.people),
    }

    assert {name: counts.total() for name, counts in by.items()} == dict.fromkeys(by, PEOPLE)
    assert by["county"] == OF_COUNTY
    assert by["category"] == {"with-relatives": 137, "living-alone": 82, "in-institution": 27, "relocated": 27}
    assert by["nature"] == {"organ": 126, "institution": 91, "enterprise": 56}
    assert by["age"] == {"90+": 129, "80-89": 144}
    assert by["member"] == {True: 234, False: 39}


def test_the_city_level_is_what_the_report_says() -> None:
    people = city_level()

    assert len(people) == 91
    assert Counter(aged(p) >= 90 for p in people) == {True: 43, False: 48}
    assert {aged(p) for p in people} <= set(range(80, 100))
    assert Counter(CITY.unit[p.unit_id].nature for p in people) == {"organ": 42, "institution": 30, "enterprise": 19}
    assert sum(p.member for p in people) == 78


def test_the_city_level_is_the_largest_and_the_smallest_county_has_nine() -> None:
    assert (max(OF_COUNTY.values()), min(OF_COUNTY.values())) == (OF_COUNTY[CITY_LEVEL], 9)


def test_eight_groups_of_ten_to_twenty_keep_in_touch_with_the_city_level() -> None:
    groups = [group for group in CITY.groups if CITY.unit[group.unit_id].county == CITY_LEVEL]

    assert sorted(len(group.people) for group in groups) == [11, 11, 11, 11, 11, 12, 12, 12]
    assert {person for group in groups for person in group.people} == {p.person_id for p in city_level()}


def test_everybody_has_a_unit_a_community_a_liaison_and_a_team_of_their_own_county() -> None:
    for person in CITY.people:
        assert {CITY.unit[person.unit_id].county, CITY.unit[person.community_id].county} == {person.county}
        assert person.liaison.role == "liaison" and person.team
    assert all(unit.holder.phone.startswith("1990000") for unit in CITY.units)


def test_nobody_is_anybody_else_and_everybody_is_plainly_invented() -> None:
    holders = holders_of(CITY)

    assert len({p.resident_id for p in CITY.people}) == len({p.person_id for p in CITY.people}) == PEOPLE
    assert all(ResidentId.read(p.resident_id).number.startswith("99") for p in CITY.people)
    assert len({phone for _, phone in holders}) == len(holders)
    assert not {phone for _, phone in holders} & {p.phone for p in CITY.people}


def holders_of(city: City) -> set[tuple[object, str]]:
    everybody = [
        *(unit.holder for unit in city.units),
        *(group.officer for group in city.groups),
        *(holder for person in city.people for holder in (person.liaison, *person.team)),
    ]
    return {(holder.holder_id, holder.phone) for holder in everybody}


def test_eighteen_hospitals_treat_them() -> None:
    assert len(set(CITY.hospitals)) == 18


def test_who_is_merged_into_another_unit_belongs_to_it_and_nobody_is_lost() -> None:
    ended, heir = [unit for unit in CITY.units if unit.nature == "institution"][:2]
    after = CITY.merged(ended, heir)

    assert (len(after.of_unit(ended)), len(after.of_unit(heir))) == (0, 6 + 6)
    assert after.person.keys() == CITY.person.keys()
