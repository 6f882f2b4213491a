"""A unit ends and its people go to its heirs: each with a liaison at every instant, none lost, and the proof of it."""

from datetime import timedelta
from typing import TypeVar

import httpx

from bus.testing import ByHand
from contracts.event import Event
from contracts.ids import UnitId
from contracts.registry import LiaisonAssigned, LineageBegun, LineageSettled, PersonTransferred, UnitEnded
from services.registry import metrics
from services.registry.domain import Person, Unit
from services.registry.domain.lineage import LOOKS_EVERY
from services.registry.service import service
from tests.registry.reforms import (
    ALONG,
    LINEAGE,
    OFFICER,
    enrol,
    grain_has_a_leader,
    last_cards,
    merge,
    merger,
    officer,
    person,
)
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    WATER,
    enrolling,
    named,
    opened,
    registering,
    resident_id,
    settled,
)

E = TypeVar("E", bound=Event)
ALL_ALONG = {"officers": [str(ALONG)]}


def of(kind: type[E], said: list[Event]) -> list[E]:
    return [event for event in said if isinstance(event, kind)]


async def test_everybody_goes_to_the_heir_whose_leader_answers_and_the_liaison_moves_along(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await grain_has_a_leader(town)
    await enrol(town, 1, 2)

    answer = await merge(doors, **ALL_ALONG)
    said = await settled(town)

    assert answer.status_code == 201
    assert [(e.person_id, e.from_unit_id, e.unit_id, e.because, e.lineage_id) for e in of(PersonTransferred, said)] == [
        (each, WATER, GRAIN, "merged", LINEAGE) for each in sorted((person(1), person(2)))
    ]
    cards = last_cards(said)
    assert {cards[person(n)]["unit-leader"] for n in (1, 2)} == {"粮庚"}
    assert {cards[person(n)]["liaison"] for n in (1, 2)} == {"联戊"}
    assert (await town.state(Person, person(1))).liaison.unit_id == GRAIN


async def test_whoever_keeps_something_of_these_people_hears_at_once_who_goes_where(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    station = await another_unit(town)
    await enrol(town, 1, 2)
    heirs = [
        {"unit_id": str(GRAIN), "people": [str(person(1))], **ALL_ALONG},
        {"unit_id": str(station), "people": [str(person(2))], **ALL_ALONG},
    ]

    await doors.post(f"/units/{WATER}/division", json={"lineage_id": str(LINEAGE), "heirs": heirs}, headers=OFFICER)
    (begun, *_) = await town.said()

    assert isinstance(begun, LineageBegun)
    assert (begun.lineage_id, begun.because, begun.unit_ids, begun.begun_at) == (LINEAGE, "split", (WATER,), town.now)
    assert {heir.unit_id: heir.people for heir in begun.heirs} == {GRAIN: (person(1),), station: (person(2),)}


async def test_whose_liaison_stays_behind_is_given_the_one_that_the_heir_names(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await enrol(town, 2, liaison="联己")

    await merge(doors, **ALL_ALONG, liaison=officer("粮辛"))
    said = await settled(town)

    cards = last_cards(said)
    assert (cards[person(1)]["liaison"], cards[person(2)]["liaison"]) == ("联戊", "粮辛")
    assert len(of(LiaisonAssigned, said)) == 2


async def test_a_merge_that_would_leave_somebody_without_a_liaison_is_refused_with_their_names(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await enrol(town, 2, liaison=None)
    await enrol(town, 3, liaison="联己")

    answer = await merge(doors, **ALL_ALONG)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], set(error["people"])) == ("liaison", {str(person(2)), str(person(3))})
    assert await settled(town) == []
    assert (await town.state(Unit, WATER)).ended_at is None


async def test_a_unit_that_has_ended_is_kept_with_its_lineage_and_answers_for_nobody(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)

    await merge(doors, **ALL_ALONG)
    (ended,) = of(UnitEnded, await settled(town))
    water = (await doors.get(f"/units/{WATER}", headers=OFFICER)).json()
    grain = (await doors.get(f"/units/{GRAIN}", headers=OFFICER)).json()

    assert (ended.unit_id, ended.became, ended.because) == (WATER, (GRAIN,), "merged")
    assert ended.document == "双机编〔2026〕9号"
    assert (water["because"], water["ended_at"]) == ("merged", "2026-05-11T01:00:00Z")
    assert water["became"] == [{"unit_id": str(GRAIN), "name": "双塔市粮食局"}]
    assert grain["came_from"] == [{"unit_id": str(WATER), "name": "双塔市水利局"}]
    assert (await town.state(Unit, WATER)).holder is None


async def test_the_doors_refuse_a_unit_that_has_ended_and_say_what_it_became(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await merge(doors, **ALL_ALONG)
    await settled(town)
    entry = {"unit_id": str(named("new")), "name": "新站", "party": "unit", "city": CITY, "county": COUNTY}
    enrolment = {
        "person_id": str(person(9)), "name": "测九", "resident_id": resident_id(serial=9), "kind": "veteran-cadre",
        "category": "living-alone", "unit_id": str(WATER),
    }  # fmt: skip
    holder = {"appointment_id": str(named("a")), **officer("水新")}
    move = {"transfer_id": str(named("t")), "unit_id": str(WATER), "reason": "调回", "liaison": officer("水新")}

    answers = [
        await doors.post(path, json=body, headers=OFFICER)
        for path, body in (
            ("/people", enrolment),
            (f"/units/{WATER}/holder", holder),
            ("/units", {**entry, "reports_to": str(WATER)}),
            (f"/people/{person(1)}/transfers", move),
            (f"/units/{GRAIN}/mergers", merger(lineage_id=str(named("again")))),
            (f"/units/{WATER}/mergers", merger(lineage_id=str(named("back")), unit_ids=[str(GRAIN)])),
        )
    ]

    assert [answer.status_code for answer in answers] == [422] * 6
    assert all("单位已于2026年5月11日并入双塔市粮食局" in answer.text for answer in answers)


async def test_everybody_of_a_unit_that_is_split_goes_to_one_of_its_heirs(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    station = await another_unit(town)
    await enrol(town, 1, 2, 3)
    heirs = [
        {"unit_id": str(GRAIN), "people": [str(person(1)), str(person(3))], **ALL_ALONG},
        {"unit_id": str(station), "people": [str(person(2))], "liaison": officer("站壬")},
    ]

    answer = await doors.post(
        f"/units/{WATER}/division", json={"lineage_id": str(LINEAGE), "heirs": heirs}, headers=OFFICER
    )
    said = await settled(town)

    assert answer.status_code == 201
    assert {e.person_id: e.unit_id for e in of(PersonTransferred, said)} == {
        person(1): GRAIN, person(2): station, person(3): GRAIN
    }  # fmt: skip
    assert last_cards(said)[person(2)]["liaison"] == "站壬"


async def test_who_goes_nowhere_or_twice_or_is_a_stranger_is_named(doors: httpx.AsyncClient, town: ByHand) -> None:
    station = await another_unit(town)
    await enrol(town, 1, 2)
    heirs = [
        {"unit_id": str(GRAIN), "people": [str(person(1)), str(person(7))], **ALL_ALONG},
        {"unit_id": str(station), "people": [str(person(1))], **ALL_ALONG},
    ]

    answer = await doors.post(
        f"/units/{WATER}/division", json={"lineage_id": str(LINEAGE), "heirs": heirs}, headers=OFFICER
    )

    assert {error["error"]: error["people"] for error in answer.json()["errors"]} == {
        "以下人员没有去向": [str(person(2))],
        "以下人员有几个去向": [str(person(1))],
        "以下人员不属于该单位": [str(person(7))],
    }


async def test_a_unit_is_abolished_only_with_heirs_and_with_no_unit_below_it(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    abolition = {"lineage_id": str(LINEAGE), "heirs": [{"unit_id": str(GRAIN), **ALL_ALONG}]}

    nobody = await doors.post(f"/units/{WATER}/abolition", json={**abolition, "heirs": []}, headers=OFFICER)
    above = await doors.post(f"/units/{BUREAU}/abolition", json=abolition, headers=OFFICER)
    itself = await doors.post(f"/units/{GRAIN}/abolition", json=abolition, headers=OFFICER)
    done = await doors.post(f"/units/{WATER}/abolition", json=abolition, headers=OFFICER)

    assert [a.status_code for a in (nobody, above, itself, done)] == [422, 422, 422, 201]
    assert above.json()["units"] == [str(BUREAU)]
    assert itself.json()["rule"] == "heir-ends-too"
    assert [e.because for e in of(PersonTransferred, await settled(town))] == ["abolished"]


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
    await town.clock._fan_out()  # the unit has ended, and its people were not asked yet

    counted = await left_behind(town)
    (shown,) = (await doors.get("/lineages", params={"city": CITY}, headers=OFFICER)).json()["lineages"]
    await looked(town)

    assert (counted, await left_behind(town)) == (2, 0)
    assert shown["people_after"] == 0
    assert shown["missing"] == sorted(str(person(n)) for n in (1, 2))


async def left_behind(town: ByHand) -> float:
    async with town.database.connection() as connection:
        await metrics.measure(connection)
    return metrics.LEFT_BEHIND._value.get()  # type: ignore[no-any-return]


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
        await again.clock._fan_out(2)
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


async def looked(town: ByHand) -> list[Event]:
    """It has been looked twice who has arrived."""
    return [*await settled(town), *await settled(town, LOOKS_EVERY), *await settled(town, LOOKS_EVERY)]


async def another_unit(town: ByHand) -> UnitId:
    station = UnitId(named("unit", "水文站"))
    await town.asked(registering(station, "双塔市水文站", "unit", BUREAU))
    await settled(town)
    return station
