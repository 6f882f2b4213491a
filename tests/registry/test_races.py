"""Two things at one moment, on two connections of a real PostgreSQL: no card stays stale, and no person is there twice."""

import asyncio
from datetime import timedelta

import pytest

from bus import fanout
from bus.decisions import Rejected, Request
from bus.testing import TEST, ByHand
from contracts.event import Event
from contracts.ids import PersonId, UnitId
from contracts.registry import PersonCard, PersonTransferred
from services.registry.domain import Person, Unit
from tests.registry.reforms import ending
from tests.registry.town import (
    GRAIN,
    KEYS,
    LI,
    WATER,
    ZHANG,
    appointing,
    assigning,
    enrolling,
    named,
    registering,
    settled,
)


async def decide(hand: ByHand, tx: object, request: Request) -> None:
    """The request is decided and kept in a transaction that is still open."""
    await hand.road.travel(tx, [hand.asking.item(request.model_copy(update={"by": TEST}))])  # type: ignore[arg-type]


def last_holder(said: list[Event], role: str) -> str:
    card = [event for event in said if isinstance(event, PersonCard)][-1]
    (holder,) = [holder for holder in card.holders if holder.role == role]
    return KEYS.open(holder.name, kind="name", person=holder.holder_id)


async def test_an_officer_appointed_while_a_person_is_enrolled_is_on_the_card_in_the_end(town: ByHand) -> None:
    """The appointment cannot find the person, and the enrolment did not see the appointment."""
    async with town.database.transaction() as enrolment:
        await decide(town, enrolment, enrolling())
        await town.asked(appointing(WATER, "水新"))
        while await town.clock.round():
            pass

    assert last_holder(await settled(town, timedelta(seconds=1)), "unit-leader") == "水新"


async def test_an_officer_appointed_while_a_liaison_is_assigned_is_on_the_card_in_the_end(town: ByHand) -> None:
    """The fan-out of the appointment waits for the person, and reads the units after the wait."""
    await town.asked(enrolling())
    await settled(town)
    async with town.database.transaction() as assignment:
        await decide(town, assignment, assigning(ZHANG, "联戊"))
        await town.asked(appointing(WATER, "水新"))
        fan_out = asyncio.create_task(town.clock.round())
        await asyncio.sleep(0.3)
        assert not fan_out.done()
    await fan_out

    assert last_holder(await settled(town, timedelta(seconds=1)), "unit-leader") == "水新"


async def test_an_officer_of_the_bureau_to_which_a_unit_is_moving_is_on_the_card_in_the_end(town: ByHand) -> None:
    """The new bureau cannot find the person by the old path, and the card under the new path did not see its officer."""
    await town.asked(enrolling())
    other = UnitId(named("unit", "西区老干部局"))
    await town.asked(registering(other, "西区老干部局", "bureau"))
    await settled(town)
    await town.asked(registering(WATER, "双塔市水利局", "unit", other, entry_id=named("entry", 2)))
    async with town.database.transaction() as moving:
        chunk = await fanout.next_of_many(moving, town.service.decisions, fanout.OF_MANY, ())
        assert chunk is not None
        await town.road.travel(moving, chunk.items)
        await chunk.move_on(moving, fanout.OF_MANY)
        await town.asked(appointing(other, "局西"))
        while await town.clock.round():
            pass

    assert last_holder(await settled(town, timedelta(seconds=1)), "bureau-officer") == "局西"


async def test_a_person_who_is_enrolled_at_the_moment_at_which_the_unit_ends_goes_to_its_heir_too(town: ByHand) -> None:
    """The fan-out of the unit cannot find the person, and the enrolment did not see that the unit has ended."""
    async with town.database.transaction() as enrolment:
        await decide(town, enrolment, enrolling())
        await town.asked(ending(WATER, GRAIN))
        while await town.clock.round():
            pass
        assert (await town.state(Unit, WATER)).ended_at is not None

    said = await settled(town, timedelta(seconds=1))

    assert [e.unit_id for e in said if isinstance(e, PersonTransferred)] == [GRAIN]
    assert (await town.state(Person, ZHANG)).unit_id == GRAIN
    assert await town.differences() == []


async def test_of_two_reforms_at_one_moment_that_undo_each_other_one_is_refused(town: ByHand) -> None:
    """Water into grain, and grain into water: people would go round in a circle."""
    both = (ending(WATER, GRAIN), ending(GRAIN, WATER))
    items = [town.asking.item(request.model_copy(update={"by": TEST})) for request in both]

    outcomes = await town.asking.decide(items)

    assert [isinstance(outcome, Rejected) and outcome.rule for outcome in outcomes] == [False, "heir-ended"]


async def test_two_people_with_one_resident_id_cannot_both_be_enrolled(town: ByHand) -> None:
    """Whoever is later waits for the first, and is refused with the field; nothing of theirs is kept."""
    first, second = enrolling(ZHANG), enrolling(LI, "张三测")
    async with town.database.transaction() as tx:
        await decide(town, tx, first)
        later = asyncio.create_task(town.asked(second))
        await asyncio.sleep(0.3)
        assert not later.done()

    with pytest.raises(Rejected) as refused:
        await later

    assert (refused.value.rule, refused.value.field, refused.value.status) == ("already-there", "resident_id", 409)
    assert await town.state(Person, LI) is None


async def test_of_two_with_one_resident_id_in_one_transaction_one_is_enrolled(town: ByHand) -> None:
    items = [town.asking.item(r.model_copy(update={"by": TEST})) for r in (enrolling(ZHANG), enrolling(LI, "张三测"))]

    outcomes = await town.asking.decide(items)

    assert [isinstance(outcome, Rejected) for outcome in outcomes] == [False, True]
    assert {p for p in (ZHANG, LI) if await town.state(Person, PersonId(p)) is not None} == {ZHANG}
