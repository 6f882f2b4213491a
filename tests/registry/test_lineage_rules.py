"""The rules of reforms, without a database: who may inherit, who would be forgotten, and when somebody is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bus.testing import MORNING
from contracts.ids import HolderId, UnitId, derived
from contracts.refused import Refused
from contracts.registry import LineageSettled
from services.registry.domain import Belonging, Destination, Heir, Lineage, Officer, Roster, Unit, appoint, register
from services.registry.domain.lineage import LOOKS_AGAIN_EVERY, LOOKS_EVERY, PATIENCE, begin, look, without_liaison
from services.registry.domain.unit import Appointment, end
from tests.registry.reforms import LINEAGE, person
from tests.registry.town import CITY, COUNTY, GRAIN, OFFICES, WATER, appointing, named

ALONG, OTHER = HolderId(named("along")), HolderId(named("other"))
EARLY = MORNING - timedelta(hours=1)


def begun(unit_id: UnitId = WATER, heir: UnitId = GRAIN, lineage_id: object = LINEAGE, people: int = 2) -> Lineage:
    return Lineage(
        LINEAGE if lineage_id is LINEAGE else named(lineage_id), COUNTY, "merged", (unit_id,), (Heir(heir, COUNTY),),
        None, people, begun_at=MORNING, look_at=MORNING + LOOKS_EVERY,
    )  # fmt: skip


def reformed(people: int = 2) -> Roster:
    """Water goes to grain."""
    named_people = [Destination(LINEAGE, person(n), GRAIN) for n in range(people)]
    return begin(Roster(derived("roster", CITY)), begun(people=people), CITY, named_people)[0]


def arrived(roster: Roster, *left_at: datetime) -> Roster:
    return replace(roster, left={LINEAGE: left_at})


def numbers(said: tuple[LineageSettled, ...]) -> list[tuple[int, int]]:
    return [(each.people_before, each.people_after) for each in said]


def test_a_unit_ends_once_and_only_a_unit_that_stands_inherits() -> None:
    faults = {
        "unit-ended": begun(WATER, UnitId(named("other")), "again"),
        "heir-ended": begun(UnitId(named("other")), WATER, "back"),
        "heir-ends-too": begun(GRAIN, GRAIN, "itself"),
    }
    for rule, lineage in faults.items():
        with pytest.raises(Refused) as refused:
            begin(reformed(), lineage, CITY, ())
        assert refused.value.rule == rule


def test_whoever_has_a_liaison_that_moves_along_or_an_heir_that_names_one_is_not_without() -> None:
    people = [Belonging(person(1), ALONG), Belonging(person(2), OTHER), Belonging(person(3), None)]
    new = Officer(OTHER, *(getattr(appointing(GRAIN, "粮辛"), field) for field in ("name", "phone")))

    assert without_liaison(people, Heir(GRAIN, COUNTY, (ALONG,))) == [person(2), person(3)]
    assert without_liaison(people, Heir(GRAIN, COUNTY, (ALONG,), new)) == []


def test_it_is_settled_once_as_many_have_left_as_were_counted() -> None:
    at = MORNING + LOOKS_EVERY

    one, nothing = look(arrived(reformed(), MORNING), at)
    both, said = look(arrived(one, MORNING, MORNING), at + LOOKS_EVERY)
    again, silence = look(arrived(both, MORNING, MORNING), at + timedelta(days=1))

    assert (nothing, numbers(said), silence) == ((), [(2, 2)], ())
    assert (one.look_at, both.look_at) == (at + LOOKS_EVERY, None)
    assert again == both


def test_whoever_left_just_now_is_counted_next_time() -> None:
    """Of two who left at once one may not be committed yet."""
    at = MORNING + LOOKS_EVERY

    after, said = look(arrived(reformed(), MORNING, at), at)

    assert (said, after.look_at) == ((), at + LOOKS_EVERY)


def test_somebody_who_does_not_arrive_in_time_is_told_of_once_and_again_when_the_number_changes() -> None:
    late = MORNING + PATIENCE

    missed, first = look(arrived(reformed(), MORNING), late)
    still, silence = look(arrived(missed, MORNING), late + LOOKS_AGAIN_EVERY)
    mended, last = look(arrived(still, MORNING, late), late + 2 * LOOKS_AGAIN_EVERY)

    assert (numbers(first), silence, numbers(last)) == ([(2, 1)], (), [(2, 2)])
    assert (missed.look_at, mended.look_at) == (late + LOOKS_AGAIN_EVERY, None)


def test_a_unit_without_people_is_settled_too() -> None:
    assert numbers(look(reformed(people=0), MORNING + LOOKS_EVERY)[1]) == [(0, 0)]


def ended() -> Unit:
    unit = Unit(WATER, "双塔市水利局", "unit", None, CITY, COUNTY, offices=OFFICES)
    asked = appointing(WATER, "水丙")
    unit = appoint(unit, Appointment(asked.appointment_id, asked.holder_id, asked.name, asked.phone, EARLY))
    return end(unit, lineage_id=LINEAGE, because="merged", heirs=(Heir(GRAIN, COUNTY),), document=None, at=MORNING)[0]


def test_a_unit_that_has_ended_is_held_by_nobody_and_ends_no_second_time() -> None:
    unit = ended()

    assert (unit.became, unit.ended_at, unit.holder) == ((GRAIN,), MORNING, None)
    assert end(unit, lineage_id=named("b"), because="split", heirs=(), document=None, at=MORNING) == (unit, ())


def test_a_unit_that_has_ended_is_neither_renamed_nor_held_again() -> None:
    asked = appointing(WATER, "水新")
    with pytest.raises(Refused) as renamed:
        register(ended(), name="水务局", party="unit", reports_to=None, city=CITY, county=COUNTY)
    with pytest.raises(Refused) as held:
        appoint(ended(), Appointment(asked.appointment_id, asked.holder_id, asked.name, asked.phone, MORNING))

    assert (renamed.value.rule, held.value.rule) == ("unit-ended", "unit-ended")
