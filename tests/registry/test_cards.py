"""The card of a person shows who answers for them at every rung, and follows whoever is appointed, moved or assigned."""

from datetime import timedelta

from bus.testing import ByHand
from contracts.event import Event
from contracts.ids import UnitId
from contracts.registry import HolderAppointed, LiaisonAssigned, PersonCard, PersonEnrolled, PostVacant, UnitRegistered
from services.registry.domain import Person
from services.registry.domain.card import RESTATED_EVERY
from services.registry.requests.cards import RestateAll
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    LANE,
    LI,
    ORGANISATION,
    WATER,
    ZHANG,
    appointing,
    assigning,
    build,
    enrolling,
    named,
    registering,
    resident_id,
    settled,
)


def held(card: Event) -> dict[str, str]:
    """Role → name of its holder, opened."""
    assert isinstance(card, PersonCard)
    return {h.role: KEYS.open(h.name, kind="name", person=h.holder_id) for h in card.holders}


async def test_an_enrolment_is_told_and_the_card_shows_every_rung(town: ByHand) -> None:
    answer, (enrolled, _, card) = await town.asked(enrolling())

    assert answer["id"] == str(ZHANG)
    assert isinstance(enrolled, PersonEnrolled) and isinstance(card, PersonCard)
    assert (enrolled.person_id, enrolled.city, enrolled.county, enrolled.unit_id) == (ZHANG, CITY, COUNTY, WATER)
    assert held(card) == {
        "liaison": "水丙",
        "unit-leader": "水丙",
        "bureau-officer": "局乙",
        "organisation-department": "组甲",
        "community-worker": "社丁",
    }
    assert (card.unit_name, card.death_reports) == ("双塔市水利局", ())
    assert card.name == enrolled.name
    assert card.resident_id_index == KEYS.index.whole("resident-id", resident_id())


async def test_a_card_is_stated_once_more_when_its_enrolment_is_committed_and_then_every_week(town: ByHand) -> None:
    _, (*_, first) = await town.asked(enrolling())

    at_once = await settled(town)
    later = await settled(town, RESTATED_EVERY - timedelta(seconds=1))
    after_a_week = await settled(town, timedelta(seconds=2))

    assert [held(card) for card in at_once] == [held(first)]
    assert (later, [type(card) for card in after_a_week]) == ([], [PersonCard])


async def test_a_liaison_stands_on_the_card_until_another_is_assigned(town: ByHand) -> None:
    await town.asked(enrolling())

    _, (assigned, _, first) = await town.asked(assigning(ZHANG, "联戊"))
    _, (*_, second) = await town.asked(assigning(ZHANG, "联己"))

    assert isinstance(assigned, LiaisonAssigned) and assigned.unit_id == WATER
    assert (held(first)["liaison"], held(second)["liaison"]) == ("联戊", "联己")
    person: Person = await town.state(Person, ZHANG)
    ended = {a.liaison_id: a.ended_at for a in person.assignments.values()}
    assert ended[named("holder", "联己")] is None and ended[named("holder", "联戊")] is not None  # type: ignore[index]


async def test_whoever_is_appointed_stands_on_every_card_below(town: ByHand) -> None:
    await town.asked(enrolling(ZHANG))
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    await settled(town)

    _, (appointed,) = await town.asked(appointing(BUREAU, "局新"))
    cards = await settled(town)

    assert isinstance(appointed, HolderAppointed) and appointed.role == "bureau-officer"
    assert {card.key: held(card)["bureau-officer"] for card in cards} == {ZHANG: "局新", LI: "局新"}


async def test_each_change_of_a_card_has_a_higher_version(town: ByHand) -> None:
    _, (*_, first) = await town.asked(enrolling())
    _, (*_, second) = await town.asked(assigning(ZHANG, "联戊"))
    await town.asked(appointing(WATER, "水新"))
    third = (await settled(town))[-1]

    assert isinstance(first, PersonCard) and isinstance(second, PersonCard) and isinstance(third, PersonCard)
    assert first.version < second.version < third.version


async def test_an_empty_rung_is_passed_over_and_never_invented(hand: ByHand) -> None:
    await hand.asked(registering(ORGANISATION, "双塔市委组织部", "organisation-department"))
    await hand.asked(registering(BUREAU, "双塔市委老干部局", "bureau", ORGANISATION))
    county = UnitId(named("unit", "东区老干部局"))
    await hand.asked(registering(county, "东区老干部局", "bureau", BUREAU))
    await hand.asked(registering(WATER, "双塔市水利局", "unit", county))
    await hand.asked(appointing(BUREAU, "局乙"))

    _, (*_, card) = await hand.asked(enrolling(community_id=None))

    assert held(card) == {"bureau-officer": "局乙"}


async def test_a_unit_that_moves_takes_its_people_under_another(town: ByHand) -> None:
    await town.asked(enrolling())
    other = UnitId(named("unit", "西区老干部局"))
    await town.asked(registering(other, "西区老干部局", "bureau"))
    await town.asked(appointing(other, "局西"))
    await settled(town)

    moved = registering(WATER, "双塔市水利局", "unit", other, entry_id=named("entry", 2))
    _, (registered,) = await town.asked(moved)
    card = (await settled(town))[-1]

    assert isinstance(registered, UnitRegistered) and registered.reports_to == other
    assert held(card) == {
        "liaison": "水丙", "unit-leader": "水丙", "bureau-officer": "局西", "community-worker": "社丁"
    }  # fmt: skip
    assert (await town.state(Person, ZHANG)).unit_path == (WATER, other, LANE)


async def test_a_person_may_be_heard_of_before_their_unit_and_the_card_waits_for_it(hand: ByHand) -> None:
    _, said = await hand.asked(enrolling())
    await settled(hand)
    await build(hand)
    cards = await settled(hand)

    assert [type(event) for event in said] == [PersonEnrolled, PostVacant]
    assert set(held(cards[-1])) == {
        "liaison", "unit-leader", "bureau-officer", "organisation-department", "community-worker"
    }  # fmt: skip


async def test_units_in_a_circle_end_where_they_began(town: ByHand) -> None:
    await town.asked(registering(ORGANISATION, "双塔市委组织部", "organisation-department", WATER, entry_id=named("c")))

    _, (*_, card) = await town.asked(enrolling())

    assert held(card)["organisation-department"] == "组甲"


async def test_all_cards_of_a_city_are_stated_again_under_the_versions_they_have(town: ByHand) -> None:
    await town.asked(enrolling(ZHANG))
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    before = await settled(town)

    await town.asked(RestateAll(directory_id=named("directory"), restate_id=named("restate"), city=CITY))
    again = await settled(town)

    def versions(cards: list[Event]) -> dict[object, int]:
        return {card.key: card.version for card in cards if isinstance(card, PersonCard)}

    assert versions(again) == versions(before)
    assert len(again) == 2


async def test_the_tables_rebuilt_from_the_journal_equal_the_live_ones(town: ByHand) -> None:
    await town.asked(enrolling(ZHANG))
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    await town.asked(assigning(ZHANG, "联戊"))
    await town.asked(appointing(WATER, "水新"))
    await town.asked(registering(GRAIN, "双塔市粮食和物资储备局", "unit", ORGANISATION, entry_id=named("entry", 2)))
    await settled(town, timedelta(days=30))

    assert await town.differences() == []
