"""Group link: the bureau's staff keep in touch with as many people as each group can bear; nobody's month passes unseen."""

from datetime import timedelta

import httpx

from bus.decisions import Rejected
from bus.testing import TEST, ByHand
from contracts.registry import GroupLinked, GroupUnlinked, PersonCard
from services.registry.domain import Group, Person
from services.registry.requests.groups import LinkPerson
from tests.registry.grouping import FIRST, SECOND, forming, grouped, link, linking, of, updates
from tests.registry.happenings import everything
from tests.registry.reforms import OFFICER, last_cards, officer, person
from tests.registry.town import (
    CITY,
    ZHANG,
    enrolling,
    named,
    opened,
    resident_id,
    settled,
)

__all__ = ["grouped"]


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
