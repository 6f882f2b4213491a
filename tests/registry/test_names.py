"""Other services know ids alone: what people and units are called is asked here, and each person shown is a reading."""

from typing import Any
from uuid import UUID

import httpx

from bus.testing import ByHand, bearer
from services.registry.words.readings import READ
from tests.registry.reforms import enrol, person
from tests.registry.test_openings import read_of
from tests.registry.town import COUNTY, GRAIN, KEYS, LANE, WATER, ZHANG, enrolling, named

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
STRANGER = bearer(KEYS, "bureau-officer", county="西区")
LEADER = bearer(KEYS, "unit-leader", unit=WATER)


async def called(
    doors: httpx.AsyncClient, people: list[UUID], units: list[UUID] | None = None, who: dict[str, str] = OFFICER
) -> dict[str, str]:
    """Id → name, of all that is answered."""
    asked = {"people": [str(one) for one in people], "units": [str(one) for one in units or []]}
    said = await doors.post("/names", json=asked, headers=who)
    assert said.status_code == 200, said.text
    found: dict[str, Any] = said.json()
    return {
        **{line["person_id"]: line["name"] for line in found["people"]},
        **{line["unit_id"]: line["name"] for line in found["units"]},
    }


async def test_who_is_asked_for_is_named_and_whom_nobody_knows_is_left_out(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())

    found = await called(doors, [ZHANG, named("nobody")], [WATER, LANE, named("no unit")])

    assert found == {str(ZHANG): "张三测", str(WATER): "双塔市水利局", str(LANE): "巷子社区"}


async def test_each_is_told_the_names_within_their_reach(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await enrol(town, 6, unit_id=GRAIN, liaison=None)
    asked: tuple[list[UUID], list[UUID]] = ([ZHANG, person(6)], [WATER, GRAIN])

    assert set(await called(doors, *asked, LEADER)) == {str(ZHANG), str(WATER)}
    assert await called(doors, *asked, STRANGER) == {}
    assert len(await called(doors, *asked)) == 4


async def test_whoever_is_named_is_a_reading_and_nobody_else(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await enrol(town, 6, unit_id=GRAIN, liaison=None)

    await called(doors, [ZHANG, person(6)], who=LEADER)
    await called(doors, [], [WATER])

    assert await read_of(doors) == [("names", "unit-leader")]
    assert await read_of(doors, person(6)) == []
    assert "names" in READ


async def test_two_hundred_are_taken_a_call_and_no_more(doors: httpx.AsyncClient) -> None:
    many = [str(named("one", n)) for n in range(201)]

    refused = await doors.post("/names", json={"people": many}, headers=OFFICER)
    taken = await doors.post("/names", json={"people": many[1:]}, headers=OFFICER)

    assert (refused.status_code, taken.status_code) == (422, 200)


async def test_whoever_only_runs_the_machines_is_told_no_names(doors: httpx.AsyncClient) -> None:
    refused = await doors.post("/names", json={"people": [str(ZHANG)]}, headers=bearer(KEYS, "operations"))

    assert refused.status_code == 403
