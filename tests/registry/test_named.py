"""Whoever is named for somebody reaches their file, and no other: the officer of a group, whose unit is none of its people's."""

from collections.abc import Mapping
from uuid import UUID

import httpx

from bus.testing import ByHand, bearer
from tests.registry.grouping import forming, link
from tests.registry.reforms import OFFICER, enrol, officer, person
from tests.registry.town import BUREAU, GRAIN, KEYS, WATER, named, settled


def bearing(name: str, role: str = "group-officer") -> Mapping[str, str]:
    return bearer(KEYS, role, person=named("holder", name), unit=BUREAU)


def hardship(n: int) -> dict[str, str]:
    return {"hardship_id": str(named("hardship", n)), "hardship": "poverty"}


async def test_a_group_officer_opens_and_writes_into_the_files_of_the_group_alone(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await enrol(town, 2, unit_id=GRAIN)
    await doors.post("/groups", json=forming(), headers=OFFICER)
    await link(doors, 2)
    await settled(town)

    opened = [await doors.get(f"/people/{person(n)}/file", headers=bearing("组员甲")) for n in (1, 2)]
    reported = [
        await doors.post(f"/people/{person(n)}/hardships", json=hardship(n), headers=bearing("组员甲")) for n in (1, 2)
    ]
    colleague = await doors.get(f"/people/{person(2)}/file", headers=bearing("组员乙"))

    assert [answer.status_code for answer in opened] == [403, 200]
    assert opened[0].json()["detail"] == "此人的卡片上没有令牌中的这个人担任这一角色"
    assert [answer.status_code for answer in reported] == [403, 201]
    assert colleague.status_code == 403


async def test_lists_show_them_their_own_people_of_whatever_unit(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1, 3)
    await enrol(town, 2, unit_id=GRAIN)
    await doors.post("/groups", json=forming(), headers=OFFICER)
    await link(doors, 1)
    await link(doors, 2)
    await settled(town)
    by = bearing("组员甲")

    found = await doors.post("/people/search", json={"q": "测"}, headers=by)
    stale = await doors.get("/stale-fields", headers=by)
    of_water = await doors.get("/people", params={"unit": str(WATER)}, headers=by)
    vacancies = await doors.get("/vacancies", headers=by)
    reviews = await doors.get("/plan-reviews", headers=by)
    nowhere = await doors.get("/people", params={"unit": str(named("nowhere"))}, headers=by)

    assert {UUID(hit["person_id"]) for hit in found.json()} == {person(1), person(2)}
    assert {UUID(field["person_id"]) for field in stale.json()["fields"]} <= {person(1), person(2)}
    assert [UUID(each["person_id"]) for each in of_water.json()["people"]] == [person(1)]
    assert (vacancies.status_code, reviews.status_code, nowhere.status_code) == (200, 200, 404)


async def test_a_deputy_reaches_them_and_who_is_replaced_does_not(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1)
    await doors.post("/groups", json=forming(), headers=OFFICER)
    await link(doors, 1)
    await settled(town)

    async def reaches(name: str) -> bool:
        return (await doors.get(f"/people/{person(1)}/file", headers=bearing(name))).status_code == 200

    away = {"away_id": str(named("away")), "until_at": "2026-06-01T00:00:00+08:00", "deputy": officer("代理丁")}
    await doors.post(f"/holders/{named('holder', '组员甲')}/away", json=away, headers=OFFICER)
    await settled(town)
    acting = [await reaches(name) for name in ("组员甲", "代理丁", "组员乙")]
    await doors.post("/groups", json=forming(entry_id=str(named("entry")), staff=[officer("组员乙")]), headers=OFFICER)
    await settled(town)
    replaced = [await reaches(name) for name in ("组员甲", "代理丁", "组员乙")]

    assert (acting, replaced) == ([True, True, False], [False, False, True])
