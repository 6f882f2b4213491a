"""As many people are counted after a reform as before it, whenever the power went and whoever was moved meanwhile."""

from datetime import timedelta

import httpx

from bus import fanout
from bus.testing import ByHand
from contracts.registry import LineageSettled, PersonTransferred
from services.registry.domain import Person
from services.registry.domain.lineage import LOOKS_EVERY
from services.registry.service import service
from tests.registry.lineages import ALL_ALONG, another_unit, left_behind, looked, of
from tests.registry.reforms import (
    LINEAGE,
    OFFICER,
    enrol,
    grain_has_a_leader,
    last_cards,
    merge,
    officer,
    person,
)
from tests.registry.town import (
    CITY,
    GRAIN,
    WATER,
    enrolling,
    named,
    opened,
    resident_id,
    settled,
)


async def test_as_many_people_are_counted_after_as_before(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1, 2, 3)
    await merge(doors, **ALL_ALONG)

    await settled(town)
    early = await settled(town, LOOKS_EVERY / 2)
    (proof,) = of(LineageSettled, await looked(town))
    (shown,) = (await doors.get("/lineages", params={"city": CITY}, headers=OFFICER)).json()["lineages"]

    assert of(LineageSettled, early) == []
    assert (proof.lineage_id, proof.people_before, proof.people_after) == (LINEAGE, 3, 3)
    assert (shown["people_before"], shown["people_after"], shown["missing"]) == (3, 3, [])
    assert of(LineageSettled, await settled(town, timedelta(days=1))) == []


async def test_who_is_still_in_a_unit_that_has_ended_is_counted_and_named(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1, 2)
    await merge(doors, **ALL_ALONG)
    await town.clock.fan_out(fanout.next_of_one, fanout.OF_ONE)  # the unit has ended, its people were not asked yet

    counted = await left_behind(town)
    (shown,) = (await doors.get("/lineages", params={"city": CITY}, headers=OFFICER)).json()["lineages"]
    await looked(town)

    assert (counted, await left_behind(town)) == (2, 0)
    assert shown["people_after"] == 0
    assert shown["missing"] == sorted(str(person(n)) for n in (1, 2))


async def test_nobody_is_lost_when_the_power_goes_at_any_point_of_a_merge(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    """Each step is one small transaction; after each, everything is started anew over the same tables."""
    people = range(1, 8)
    await enrol(town, *people)
    await merge(doors, **ALL_ALONG)
    open_ = "SELECT EXISTS (SELECT FROM fan_outs WHERE done_at IS NULL)"
    restarts = 0
    while True:
        async with town.database.connection() as connection:
            if not await connection.fetchval(open_):
                break
        again = ByHand(service, town.database, town.now)
        if not await again.clock.fan_out(fanout.next_of_one, 1):
            await again.clock.fan_out(fanout.next_of_many, 2)
        restarts += 1

    said = await looked(town)

    assert restarts >= 5
    assert sorted(e.person_id for e in of(PersonTransferred, said)) == sorted(person(n) for n in people)
    assert [(e.people_before, e.people_after) for e in of(LineageSettled, said)] == [(7, 7)]
    assert {(await town.state(Person, person(n))).unit_id for n in people} == {GRAIN}
    assert await town.differences() == []


async def test_one_person_goes_to_another_unit_with_a_reason_and_a_liaison(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await grain_has_a_leader(town)
    await enrol(town, 1)
    move = {"transfer_id": str(named("t")), "unit_id": str(GRAIN), "reason": "档案移交", "liaison": officer("粮辛")}

    without = await doors.post(
        f"/people/{person(1)}/transfers", json={k: v for k, v in move.items() if k != "liaison"}, headers=OFFICER
    )
    answer = await doors.post(f"/people/{person(1)}/transfers", json=move, headers=OFFICER)
    said = await settled(town, timedelta(seconds=1))
    file = (await doors.get(f"/people/{person(1)}/file", headers=OFFICER)).json()["lines"]

    assert (without.status_code, answer.status_code) == (422, 201)
    (told,) = of(PersonTransferred, said)
    assert (told.from_unit_id, told.unit_id, told.because) == (WATER, GRAIN, "transfer")
    assert told.reason is not None and opened(told.reason, told.person_id) == "档案移交"
    card = last_cards(said)[person(1)]
    assert (card["liaison"], card["unit-leader"]) == ("粮辛", "粮庚")
    assert [line["zh"] for line in file if line["what"] == "person.transferred"] == [
        "转至其他单位：原单位 双塔市水利局，单位 双塔市粮食局，原因 个人转出，理由 档案移交"
    ]


async def test_who_was_transferred_while_the_reform_was_under_way_stays_there_and_is_counted(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    station = await another_unit(town)
    await enrol(town, 1, 2)
    await merge(doors, **ALL_ALONG)
    move = {"transfer_id": str(named("t")), "unit_id": str(station), "reason": "调动", "liaison": officer("站壬")}
    await doors.post(f"/people/{person(1)}/transfers", json=move, headers=OFFICER)

    said = await looked(town)

    assert {e.person_id: e.unit_id for e in of(PersonTransferred, said)} == {person(1): station, person(2): GRAIN}
    assert [(e.people_before, e.people_after) for e in of(LineageSettled, said)] == [(2, 2)]


async def test_tables_rebuilt_after_reforms_equal_the_live_ones(doors: httpx.AsyncClient, town: ByHand) -> None:
    station = await another_unit(town)
    await enrol(town, 1, 2)
    await merge(doors, **ALL_ALONG)
    await looked(town)
    onward = {"lineage_id": str(named("second")), "heirs": [{"unit_id": str(station), **ALL_ALONG}]}
    assert (await doors.post(f"/units/{GRAIN}/abolition", json=onward, headers=OFFICER)).status_code == 201
    await town.asked(enrolling(person(5), "测五", resident_id(serial=5), unit_id=station))
    await looked(town)
    await settled(town, timedelta(days=8))

    assert (await town.state(Person, person(1))).unit_id == station
    assert await town.differences() == []
