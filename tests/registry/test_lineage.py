"""A unit ends and its people go to its heirs: each with a liaison at every instant, none lost, and the proof of it."""

import httpx

from bus.testing import ByHand
from contracts.registry import LiaisonAssigned, LineageBegun, PersonTransferred, UnitEnded
from services.registry.domain import Person, Unit
from tests.registry.lineages import ALL_ALONG, another_unit, of
from tests.registry.reforms import (
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
    named,
    resident_id,
    settled,
)


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
    assert await town.differences() == []


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
