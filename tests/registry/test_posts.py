"""A liaison is never absent: who leaves is followed at once, or the post is vacant and the unit leader stands in."""

from typing import Any

import httpx

from bus.testing import ByHand, bearer
from contracts.event import Event
from contracts.registry import LiaisonAssigned, LiaisonRelieved, PersonCard, PostFilled, PostVacant
from services.registry import metrics
from tests.registry.reforms import OFFICER, enrol, last_cards, officer, person
from tests.registry.town import GRAIN, KEYS, WATER, ZHANG, assigning, enrolling, named, opened, resident_id, settled


def relieving(name: str = "联戊", **other: Any) -> dict[str, Any]:
    return {"ending_id": str(named("ending")), "liaison_id": str(named("holder", name)), "reason": "退休", **other}


def liaison_of(card: Event) -> tuple[str, bool]:
    assert isinstance(card, PersonCard)
    (held,) = [holder for holder in card.holders if holder.role == "liaison"]
    return KEYS.open(held.name, kind="name", person=held.holder_id), held.stands_in


async def test_whoever_is_enrolled_without_a_liaison_has_the_unit_leader_until_one_is_named(town: ByHand) -> None:
    _, (_, vacant, first) = await town.asked(enrolling())
    _, (_, filled, second) = await town.asked(assigning(ZHANG, "联戊"))

    assert isinstance(vacant, PostVacant) and isinstance(filled, PostFilled)
    assert (vacant.role, filled.vacancy_id, filled.holder_id) == (
        "liaison", vacant.vacancy_id, named("holder", "联戊")
    )  # fmt: skip
    assert (liaison_of(first), liaison_of(second)) == (("水丙", True), ("联戊", False))


async def test_a_liaison_may_be_named_with_the_enrolment_and_there_is_no_vacancy(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    body = {
        "person_id": str(ZHANG), "name": "张三测", "resident_id": resident_id(), "kind": "veteran-cadre",
        "category": "living-alone", "unit_id": str(WATER), "liaison": officer("联戊"),
    }  # fmt: skip

    answer = await doors.post("/people", json=body, headers=OFFICER)
    said = await settled(town)

    assert answer.status_code == 201
    assert not [event for event in said if isinstance(event, PostVacant)]
    assert liaison_of(said[-1]) == ("联戊", False)


async def test_a_liaison_who_leaves_is_followed_at_the_same_instant(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1)

    body = relieving(successor=officer("联新"))
    answer = await doors.post(f"/people/{person(1)}/liaison/ending", json=body, headers=OFFICER)
    relieved, assigned, card = await town.said()

    assert answer.status_code == 201
    assert isinstance(relieved, LiaisonRelieved) and isinstance(assigned, LiaisonAssigned)
    assert (opened(relieved.reason, relieved.liaison_id), relieved.relieved_at) == ("退休", assigned.assigned_at)
    assert liaison_of(card) == ("联新", False)


async def test_nobody_leaves_without_a_successor_unless_they_are_gone_and_then_the_post_is_vacant(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    path = f"/people/{person(1)}/liaison/ending"

    without = await doors.post(path, json=relieving(), headers=OFFICER)
    himself = await doors.post(path, json=relieving(successor=officer("联戊")), headers=OFFICER)
    other = await doors.post(path, json=relieving("联某", gone=True), headers=OFFICER)
    gone = await doors.post(path, json=relieving(gone=True), headers=OFFICER)
    relieved, vacant, card = await town.said()

    assert [a.status_code for a in (without, himself, other, gone)] == [422, 422, 409, 201]
    assert [error["field"] for a in (without, himself) for error in a.json()["errors"]] == ["successor", "successor"]
    assert isinstance(relieved, LiaisonRelieved) and isinstance(vacant, PostVacant)
    assert vacant.since == relieved.relieved_at
    assert liaison_of(card) == ("水丙", True)


async def test_one_request_relieves_an_officer_of_all_their_people_and_of_nobody_else_s(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1, 2)
    await enrol(town, 3, liaison="联己")

    body = relieving(successor=officer("联新"))
    nobody = await doors.post(f"/units/{GRAIN}/liaisons/ending", json=body, headers=OFFICER)
    answer = await doors.post(f"/units/{WATER}/liaisons/ending", json=body, headers=OFFICER)
    said = await settled(town)

    assert (nobody.status_code, answer.status_code) == (422, 201)
    assert {card: holders["liaison"] for card, holders in last_cards(said).items()} == {
        person(1): "联新", person(2): "联新"
    }  # fmt: skip
    assert await town.differences() == []


async def test_posts_that_nobody_holds_are_listed_and_counted_the_longest_first(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1, liaison=None)
    await enrol(town, 2)
    await doors.post(f"/people/{person(2)}/liaison/ending", json=relieving(gone=True), headers=OFFICER)
    stranger = bearer(KEYS, "unit-leader", unit=GRAIN)

    listed = (await doors.get("/vacancies", headers=OFFICER)).json()["vacancies"]
    of_leader = (await doors.get("/vacancies", headers=bearer(KEYS, "unit-leader", unit=WATER))).json()["vacancies"]
    of_stranger = (await doors.get("/vacancies", headers=stranger)).json()["vacancies"]
    refused = await doors.get("/vacancies", params={"unit": str(WATER)}, headers=stranger)

    assert [(v["name"], v["role"]) for v in listed] == [("测1", "liaison"), ("测2", "liaison")]
    assert (of_leader, of_stranger, refused.status_code) == (listed, [], 403)
    async with town.database.connection() as connection:
        await metrics.measure(connection)
    assert metrics.VACANT.labels("liaison")._value.get() == 2
