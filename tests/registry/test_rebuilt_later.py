"""What decisions were given besides their own state is read as of their time: units change, people go elsewhere, and the nightly
rebuild finds the same states."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bus.testing import ByHand
from contracts.ids import UnitId
from contracts.registry import PostFilled, PostVacant
from services.registry.decisions import states
from services.registry.domain import Person
from services.registry.domain.offices import Needed
from services.registry.requests.changes import CorrectPerson
from tests.reasons import a_reason
from tests.registry.reforms import OFFICER, enrol, grain_has_a_leader, merge, officer, person
from tests.registry.town import GRAIN, OFFICES, WATER, ZHANG, appointing, enrolling, named, registering, settled

DAY = timedelta(days=1)
ONE = person(1)


async def test_who_was_transferred_is_rebuilt_as_they_are(town: ByHand, doors: httpx.AsyncClient) -> None:
    """Before the card was stated once more, and after: the decision of the transfer did not know the new unit."""
    await grain_has_a_leader(town)
    await enrol(town, 1, 2)
    await settled(town, DAY)
    to = {"transfer_id": str(named("t")), "unit_id": str(GRAIN), "reason": "随子女", "liaison": officer("粮辛")}

    answer = await doors.post(f"/people/{ONE}/transfers", json=to, headers=OFFICER)
    before = await town.differences()
    await settled(town, timedelta(minutes=1))

    assert answer.status_code == 201
    assert (before, await town.differences()) == ([], [])


async def test_who_followed_a_unit_that_ended_is_rebuilt_in_the_heir(town: ByHand, doors: httpx.AsyncClient) -> None:
    await grain_has_a_leader(town)
    await enrol(town, 1, 2)
    await settled(town, DAY)

    assert (await merge(doors, liaison=officer("粮辛"))).status_code == 201
    await settled(town, DAY)

    assert await town.differences() == []


async def test_a_unit_that_came_under_another_was_under_the_first_until_then(town: ByHand) -> None:
    await enrol(town, 1)
    await settled(town, DAY)

    await town.asked(registering(WATER, "双塔市水利局", "unit", GRAIN, entry_id=named("moved")))
    await settled(town, DAY)
    await town.asked(appointing(GRAIN, "粮庚"))
    await settled(town, DAY)

    assert await town.differences() == []


@pytest.fixture
def community_needed(town: ByHand) -> Iterator[None]:
    """As in the cities whose care team begins with the community's contact (row 68)."""
    needed = replace(OFFICES, needed=(Needed("community-worker", categories=frozenset({"living-alone"})),))
    given = [states.unit.kept_in.given, states.person.kept_in.given]
    before = [dict(each) for each in given]
    for each in given:
        each["offices"] = needed
    yield
    for each, offices in zip(given, before, strict=True):
        each.update(offices)


@pytest.mark.usefixtures("community_needed")
async def test_who_moves_to_another_community_leaves_no_post_vacant(town: ByHand) -> None:
    """Both communities have somebody, and the decision knew the new one not yet."""
    foot = UnitId(named("unit", "山脚社区"))
    await town.asked(registering(foot, "山脚社区", "community"))
    await town.asked(appointing(foot, "社寅"))
    await town.asked(enrolling(ZHANG))
    await settled(town, DAY)
    moved = CorrectPerson(
        person_id=ZHANG, correction_id=named("moved"), fields=("community_id",), community_id=foot,
        reason=a_reason("随子女迁居"),
    )  # fmt: skip
    _, said = await town.asked(moved)
    said += await settled(town, DAY)

    assert [fact for fact in said if isinstance(fact, PostVacant | PostFilled)] == []
    person: Person = await town.state(Person, ZHANG)
    assert person.held["community-worker"] == (named("holder", "社寅"),)
    assert await town.differences() == []


@pytest.mark.usefixtures("community_needed")
async def test_a_post_that_was_vacant_until_somebody_was_appointed_was_vacant_until_then(town: ByHand) -> None:
    foot = UnitId(named("unit", "山脚社区"))
    await town.asked(registering(foot, "山脚社区", "community"))
    await settled(town, DAY)
    await town.asked(enrolling(ZHANG, community_id=foot))
    vacant = await settled(town)
    await settled(town, DAY)
    await town.asked(appointing(foot, "社寅"))
    filled = await settled(town, DAY)

    assert [type(fact) for fact in (*vacant, *filled) if isinstance(fact, PostVacant | PostFilled)] == [
        PostVacant,
        PostFilled,
    ]
    assert await town.differences() == []
