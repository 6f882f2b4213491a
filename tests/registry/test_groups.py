"""Group link: the bureau's staff keep in touch with as many people as each group can bear; nobody's month passes unseen."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus import tokens
from bus.decisions import Rejected
from bus.testing import MORNING, TEST, ByHand, bearer
from contracts.event import Event
from contracts.registry import GroupLinked, GroupUnlinked, PersonCard
from services.registry.decisions.people import enrol as enrol_decided
from services.registry.domain import Group, GroupTie, Officer, Person, ties
from services.registry.requests.groups import LinkPerson
from tests.reasons import a_reason
from tests.registry.happenings import everything
from tests.registry.reforms import OFFICER, enrol, last_cards, officer, person
from tests.registry.town import (
    BUREAU,
    CITY,
    KEYS,
    OFFICES,
    ZHANG,
    appointing,
    enrolling,
    named,
    opened,
    resident_id,
    settled,
)

FIRST, SECOND = named("group", 1), named("group", 2)


def forming(group_id: UUID = FIRST, **other: Any) -> dict[str, Any]:
    return {
        "group_id": str(group_id), "name": "第一组", "unit_id": str(BUREAU), "least": 1, "most": 2,
        "staff": [officer("组员甲"), officer("组员乙")], **other,
    }  # fmt: skip


def linking(n: int, group_id: UUID = FIRST) -> dict[str, str]:
    return {"link_id": str(named("link", group_id, n)), "person_id": str(person(n))}


@pytest.fixture
async def grouped(doors: httpx.AsyncClient, town: ByHand) -> httpx.AsyncClient:
    await enrol(town, 1, 2, 3)
    for group_id, name in ((FIRST, "第一组"), (SECOND, "第二组")):
        answer = await doors.post("/groups", json=forming(group_id, name=name), headers=OFFICER)
        assert answer.status_code == 201
    return doors


async def link(doors: httpx.AsyncClient, n: int, group_id: UUID = FIRST) -> httpx.Response:
    return await doors.post(f"/groups/{group_id}/people", json=linking(n, group_id), headers=OFFICER)


def of(kind: type[Event], said: list[Event]) -> list[Any]:
    return [event for event in said if isinstance(event, kind)]


async def test_the_officer_of_the_group_stands_on_the_card_and_the_group_in_the_file(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    assert (await link(grouped, 1)).status_code == 201
    said = await settled(town)

    assert [(e.person_id, e.group_name) for e in of(GroupLinked, said)] == [(person(1), "第一组")]
    assert last_cards(said)[person(1)]["group-officer"] == "组员甲"
    file = (await grouped.get(f"/people/{person(1)}/file", headers=OFFICER)).json()["lines"]
    assert [line["zh"] for line in file if line["what"] == "group.linked"] == ["挂组联系：组 第一组"]


async def test_over_the_limit_is_refused_with_the_numbers_and_the_load_is_listed(grouped: httpx.AsyncClient) -> None:
    answers = [await link(grouped, n) for n in (1, 2, 3)]
    again = await grouped.post(
        f"/groups/{FIRST}/people", json={**linking(1), "link_id": str(named("again"))}, headers=OFFICER
    )
    smaller = await grouped.post("/groups", json=forming(entry_id=str(named("e")), most=1), headers=OFFICER)

    listed = (await grouped.get("/groups", params={"city": CITY}, headers=OFFICER)).json()["groups"]

    assert [a.status_code for a in (*answers, again, smaller)] == [201, 201, 422, 201, 422]
    assert (answers[2].json()["detail"], smaller.json()["field"]) == ("本组已有 2 人，上限 2 人", "most")
    assert [(g["name"], g["load"], g["least"], g["most"]) for g in listed] == [("第一组", 2, 1, 2), ("第二组", 0, 1, 2)]
    assert listed[0]["staff"] == ["组员甲", "组员乙"]


async def test_who_died_left_or_was_merged_weighs_nothing_until_that_is_taken_back(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    at = f"/people/{person(1)}"
    death = {"report_id": str(named("dead")), "source": "family"}
    end = {"end_id": str(named("moved")), "why": "moved-away"}
    merging = {"merge_id": str(named("m")), "into": str(person(3)), "reason": "同一人两份档案"}
    gone_and_back = [
        (f"{at}/deaths", death, f"{at}/deaths/{named('dead')}/retraction"),
        (f"{at}/care-ends", end, f"{at}/care-ends/{named('moved')}/resumption"),
        (f"{at}/merge", merging, f"{at}/merges/{named('m')}/undoing"),
    ]
    await link(grouped, 1)
    await link(grouped, 2)

    async def weighs() -> tuple[int, int, list[bool]]:
        await settled(town, timedelta(seconds=1))
        listed = (await grouped.get("/groups", params={"city": CITY}, headers=OFFICER)).json()["groups"]
        people = (await grouped.get(f"/groups/{FIRST}/people", headers=OFFICER)).json()
        return listed[0]["load"], (await updates(grouped, "2026-06"))["load"], [each["gone"] for each in people]

    for away, body, back in gone_and_back:
        assert (await grouped.post(away, json=body, headers=OFFICER)).status_code == 201, away
        assert await weighs() == (1, 1, [True, False]), away
        answer = await grouped.post(back, json={"reason": "系误报"}, headers=OFFICER)
        assert answer.status_code == 201, answer.text
        assert await weighs() == (2, 2, [False, False]), back
    await grouped.post(f"{at}/care-ends", json={**end, "end_id": str(named("again"))}, headers=OFFICER)
    await weighs()

    assert (await link(grouped, 3)).status_code == 201
    await grouped.post(f"{at}/care-ends/{named('again')}/resumption", json={"reason": "迁回"}, headers=OFFICER)
    assert (await weighs())[0] == 3  # nobody is put out because somebody came back
    assert await town.differences() == []


async def test_nobody_who_died_is_put_into_a_group(grouped: httpx.AsyncClient, town: ByHand) -> None:
    death = {"report_id": str(named("dead")), "source": "family"}
    await grouped.post(f"/people/{person(1)}/deaths", json=death, headers=OFFICER)

    refused = await link(grouped, 1)

    assert (refused.status_code, refused.json()["rule"], refused.json()["field"]) == (409, "person-gone", "person_id")


async def test_of_two_who_take_the_last_place_at_one_moment_one_is_refused(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    await link(grouped, 1)
    both = [LinkPerson(group_id=FIRST, link_id=named("last", n), person_id=person(n)) for n in (2, 3)]

    outcomes = await town.asking.decide([town.asking.item(request.model_copy(update={"by": TEST})) for request in both])

    assert [isinstance(outcome, Rejected) for outcome in outcomes] == [False, True]
    assert len((await town.state(Group, FIRST)).present) == 2


async def test_a_person_is_in_one_group_and_goes_into_another_by_leaving_it(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    await link(grouped, 1)
    second = await link(grouped, 1, SECOND)
    leaving = {"unlink_id": str(named("unlink")), "person_id": str(person(1)), "reason": "调整分组"}
    await settled(town, timedelta(seconds=1))
    left = await grouped.post(f"/groups/{FIRST}/people/leaving", json=leaving, headers=OFFICER)
    town.now += timedelta(seconds=1)
    await town.stand()
    moved = await link(grouped, 1, SECOND)
    said = await settled(town)
    back = {**leaving, "unlink_id": str(named("back"))}
    await grouped.post(f"/groups/{SECOND}/people/leaving", json=back, headers=OFFICER)
    nothing = await settled(town)

    assert [a.status_code for a in (second, left, moved)] == [409, 201, 201]
    assert second.json()["field"] == "person_id"
    assert [(e.group_id, opened(e.reason, e.person_id)) for e in of(GroupUnlinked, said)] == [(FIRST, "调整分组")]
    assert [e.group_id for e in of(GroupLinked, said)][-1] == SECOND
    assert "group-officer" in last_cards(said)[person(1)]
    assert "group-officer" not in last_cards(nothing)[person(1)]
    assert (await town.state(Person, person(1))).group_id is None
    assert await town.differences() == []


async def test_another_officer_of_the_group_stands_on_all_its_cards(grouped: httpx.AsyncClient, town: ByHand) -> None:
    await link(grouped, 1)
    await link(grouped, 2)
    await settled(town)

    body = forming(entry_id=str(named("entry")), staff=[officer("组员丙")])
    await grouped.post("/groups", json=body, headers=OFFICER)
    said = await settled(town)

    cards = last_cards(said)
    assert {n: cards[person(n)]["group-officer"] for n in (1, 2)} == {1: "组员丙", 2: "组员丙"}
    assert len(of(PersonCard, said)) == 2 and of(GroupLinked, said) == []


async def test_whose_file_had_no_entry_this_month_is_named_and_what_is_owed_is_no_entry(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    await town.asked(enrolling(ZHANG, number=resident_id(serial=9)))
    linked = {"link_id": str(named("link")), "person_id": str(ZHANG)}
    await link(grouped, 1)
    await grouped.post(f"/groups/{FIRST}/people", json=linked, headers=OFFICER)
    await settled(town)
    town.now += timedelta(days=31)
    contact_and_others = everything()
    await town.hears(contact_and_others[1])  # a duty is opened for Zhang
    only_owed = await updates(grouped, "2026-06")
    await town.hears(contact_and_others[7])  # a contact is made

    after, may = await updates(grouped, "2026-06"), await updates(grouped, "2026-05")

    assert [only_owed["load"], only_owed["names"]] == [2, ["张三测", "测1"]]
    assert (after["names"], may["names"]) == (["测1"], [])


async def updates(doors: httpx.AsyncClient, month: str) -> dict[str, Any]:
    found = (await doors.get(f"/groups/{FIRST}/updates", params={"month": month}, headers=OFFICER)).json()
    return {"load": found["load"], "names": sorted(each["name"] for each in found["without_news"])}


async def test_groups_are_the_bureau_s_in_its_own_county(grouped: httpx.AsyncClient) -> None:
    other = bearer(KEYS, "bureau-officer", county="西区")

    answers = [
        await grouped.post("/groups", json=forming(entry_id=str(named("e"))), headers=other),
        await grouped.post(f"/groups/{FIRST}/people", json=linking(1), headers=other),
        await grouped.get(f"/groups/{FIRST}/updates", params={"month": "2026-05"}, headers=other),
        await grouped.get(f"/groups/{named('no')}/updates", params={"month": "2026-05"}, headers=OFFICER),
        await grouped.get(f"/groups/{FIRST}/updates", params={"month": "2026-13"}, headers=OFFICER),
        await grouped.post("/groups", json=forming(named("third"), least=3), headers=OFFICER),
    ]
    listed = (await grouped.get("/groups", params={"city": CITY}, headers=other)).json()["groups"]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 404, 422, 422]
    assert listed == []


def tie(group_id: UUID, linked: bool, minute: int) -> GroupTie:
    return GroupTie(group_id, linked, MORNING + timedelta(minutes=minute))


def test_what_groups_say_may_come_in_any_order() -> None:
    """Into the first, out of it, into the second: whatever is heard when, the person is in the second in the end."""
    enrolled = enrol_decided(Person(ZHANG, offices=OFFICES), enrolling(), MORNING).state
    steps = (tie(FIRST, True, 1), tie(FIRST, False, 2), tie(SECOND, True, 3))

    for order in permutations(steps):
        person = enrolled
        for step in order:
            if step.linked:
                person, _ = ties.linked(person, step, "组", officer_of(step.group_id), MORNING)
            else:
                person, _ = ties.unlinked(person, step, a_reason("调整"), MORNING)
        officers = [member.holder_id for member in person.team if member.role == "group-officer"]
        assert (person.group_id, officers) == (SECOND, [officer_of(SECOND).holder_id]), order


def officer_of(group_id: UUID) -> Officer:
    asked = appointing(BUREAU, f"组员{group_id}")
    return Officer(asked.holder_id, asked.name, asked.phone)


async def test_a_group_stays_in_its_county_and_out_of_reach_of_the_others(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    """Its officer stands on the cards of its people: whoever takes over the group, reads their files."""
    await link(grouped, 1)
    await settled(town)
    of_north = {
        "unit_id": str(named("north")),
        "name": "北县老干部局",
        "party": "bureau",
        "city": CITY,
        "county": "北县",
    }
    token = tokens.issue(KEYS.token_key, person=str(named("officer of north")), role="bureau-officer", county="北县")
    northern = {"Authorization": f"Bearer {token}"}
    assert (await grouped.post("/units", json={**of_north, "reports_to": None}, headers=northern)).status_code == 201
    body = forming(entry_id=str(named("take")), unit_id=str(named("north")), staff=[officer("北县某人")])

    taken = await grouped.post("/groups", json=body, headers=northern)
    moved = await grouped.post("/groups", json={**body, "entry_id": str(named("move"))}, headers=OFFICER)
    said = await settled(town)

    assert (taken.status_code, taken.json()["rule"], taken.json()["field"]) == (403, "out-of-reach", "group_id")
    assert taken.json()["detail"] == "不在此令牌的县（市、区）之内"
    assert (moved.status_code, moved.json()["rule"]) == (422, "group-placed-otherwise")
    assert last_cards(said) == {}
    assert (await grouped.get(f"/groups/{FIRST}/people", headers=northern)).status_code == 403
