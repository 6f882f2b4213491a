"""The doors: who may ask what of whom, every fault of a body named at once, and no value ever repeated."""

import httpx

from bus.testing import ByHand, bearer
from contracts.registry import (
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    FamilyChangeRetracted,
    HardshipReported,
    HardshipRetracted,
)
from services.registry.api import routers
from tests.registry.enrolling import (
    LEADER,
    LIAISON,
    OFFICER,
    OTHER_COUNTY,
    STRANGER,
    WHOLE_CITY,
    body,
    enrolled,
    faults,
)
from tests.registry.town import BUREAU, CITY, COUNTY, KEYS, LI, WATER, ZHANG, named, resident_id, settled

__all__ = ["enrolled"]


async def test_deaths_and_changes_of_a_day_to_come_are_refused_by_the_service_s_own_clock(
    enrolled: httpx.AsyncClient,
) -> None:
    """It is 9:00 on 11 May 2026."""
    at = "/people/" + str(ZHANG)
    death = {"report_id": str(named("report")), "source": "family"}
    later = await enrolled.post(f"{at}/deaths", json={**death, "died_at": "2026-05-11T09:02:00+08:00"}, headers=OFFICER)
    number = await enrolled.post(f"{at}/deaths", json={**death, "died_at": 1778461200}, headers=OFFICER)
    now = await enrolled.post(f"{at}/deaths", json={**death, "died_at": "2026-05-11T09:00:00+08:00"}, headers=OFFICER)
    change = {"change_id": str(named("change")), "change": "divorce", "happened_on": "2026-05-12"}
    tomorrow = await enrolled.post(f"{at}/family-changes", json=change, headers=OFFICER)

    assert (faults(later), faults(number), now.status_code) == ({"died_at"}, {"died_at"}, 201)
    assert faults(tomorrow) == {"happened_on"}


async def test_what_befalls_a_person_is_reported_by_those_who_answer_for_them(
    enrolled: httpx.AsyncClient, town: ByHand
) -> None:
    at, report = f"/people/{ZHANG}", named("report")
    liaison = {"assignment_id": str(named("a")), "liaison_id": str(named("l")), "name": "联戊", "phone": "19900008888"}
    calls = [
        (f"{at}/liaison", liaison, LEADER),
        (f"{at}/family-changes", {"change_id": str(named("c")), "change": "spouse-died"}, LIAISON),
        (f"{at}/hardships", {"hardship_id": str(named("h")), "hardship": "illness"}, LIAISON),
        (f"{at}/family-changes/{named('c')}/retraction", {"reason": "认错了人"}, OFFICER),
        (f"{at}/hardships/{named('h')}/retraction", {"reason": "认错了人"}, OFFICER),
        (f"{at}/deaths", {"report_id": str(report), "source": "family"}, LIAISON),
        (f"{at}/deaths/{report}/retraction", {"reason": "认错了人"}, OFFICER),
    ]
    await town.said()

    answers = [await enrolled.post(path, json=words, headers=who) for path, words, who in calls]

    assert [answer.status_code for answer in answers] == [201] * 7
    reports = [
        FamilyChanged, HardshipReported, FamilyChangeRetracted, HardshipRetracted, DeathReported, DeathRetracted
    ]  # fmt: skip
    assert [type(event) for event in await town.said() if type(event) in reports] == reports
    assert await town.differences() == []


async def test_a_report_that_nobody_made_cannot_be_retracted(enrolled: httpx.AsyncClient) -> None:
    report = named("never")

    answer = await enrolled.post(
        f"/people/{ZHANG}/deaths/{report}/retraction", json={"reason": "误报"}, headers=OFFICER
    )
    others = {
        (path, who["Authorization"]): await enrolled.post(
            f"/people/{ZHANG}/{path}/{report}/retraction", json={"reason": "误报"}, headers=who
        )
        for path in ("family-changes", "hardships")
        for who in (OFFICER, LIAISON)
    }

    assert (answer.status_code, answer.json()["field"]) == (422, "report_id")
    assert str(report) in answer.json()["detail"]
    assert [(each.status_code, each.json().get("field")) for each in others.values()] == [
        (422, "change_id"), (403, None), (422, "hardship_id"), (403, None),
    ]  # fmt: skip


async def test_a_file_is_opened_for_those_who_may_read_it(enrolled: httpx.AsyncClient) -> None:
    callers = [
        (OFFICER, 200),
        (WHOLE_CITY, 200),
        (LEADER, 200),
        (LIAISON, 200),
        (STRANGER, 403),
        (OTHER_COUNTY, 403),
        (bearer(KEYS, "liaison"), 403),
        (bearer(KEYS, "operations"), 403),
        ({}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
    ]

    for n, (who, status) in enumerate(callers):
        file = await enrolled.get(f"/people/{ZHANG}/file", headers=who)
        people = await enrolled.get("/people", params={"unit": str(WATER)}, headers=who)
        assert (file.status_code, people.status_code) == (status, status), n
        assert ("张三测" in file.text) == ("张三测" in people.text) == (status == 200), n


async def test_nobody_acts_outside_the_unit_or_county_of_their_token(enrolled: httpx.AsyncClient) -> None:
    at = f"/people/{ZHANG}"
    calls = [
        (f"{at}/hardships", {"hardship_id": str(named("h")), "hardship": "illness"}, STRANGER),
        (f"{at}/deaths", {"report_id": str(named("r")), "source": "unit"}, OTHER_COUNTY),
        ("/people", body(person_id=str(LI), resident_id=resident_id(serial=2)), OTHER_COUNTY),
        (f"/units/{BUREAU}/holder", {"appointment_id": str(named("a")), "holder_id": str(named("h")), "name": "某",
                                     "phone": "19900001111"}, LEADER),
        ("/units", {"unit_id": str(named("u")), "name": "新局", "party": "unit", "city": CITY, "county": COUNTY},
         OTHER_COUNTY),
    ]  # fmt: skip

    answers = [await enrolled.post(path, json=words, headers=who) for path, words, who in calls]

    assert [answer.status_code for answer in answers] == [403] * 5


async def test_what_is_not_there_is_not_found(doors: httpx.AsyncClient) -> None:
    file = await doors.get(f"/people/{ZHANG}/file", headers=OFFICER)
    unit = await doors.get("/people", params={"unit": str(named("nowhere"))}, headers=OFFICER)

    assert (file.status_code, unit.status_code) == (404, 404)
    assert file.headers["content-type"] == "application/problem+json"


async def test_the_people_of_a_unit_come_newest_first_page_by_page(doors: httpx.AsyncClient, town: ByHand) -> None:
    names = ["甲一", "乙二", "丙三", "丁四", "戊五"]
    for n, name in enumerate(names):
        given = body(person_id=str(named("person", n)), name=name, resident_id=resident_id(serial=n + 1))
        await doors.post("/people", json=given, headers=OFFICER)

    page = await doors.get("/people", params={"unit": str(WATER), "limit": "2"}, headers=LEADER)
    shown = [person["name"] for person in page.json()["people"]]
    while "next" in page.links:
        page = await doors.get(page.links["next"]["url"], headers=LEADER)
        shown += [person["name"] for person in page.json()["people"]]

    assert sorted(shown) == sorted(names) and len(shown) == 5
    assert page.headers["x-total-count"] == "5"
    assert "resident_id" not in page.json()["people"][0] and "phones" not in page.json()["people"][0]


async def test_the_directory_is_restated_for_operations_alone(enrolled: httpx.AsyncClient, town: ByHand) -> None:
    words = {"restate_id": str(named("again")), "city": CITY}

    refused = await enrolled.post("/directory/restate", json=words, headers=OFFICER)
    accepted = await enrolled.post("/directory/restate", json=words, headers=bearer(KEYS, "operations"))

    assert (refused.status_code, accepted.status_code) == (403, 202)
    assert [event.key for event in await settled(town)] == [ZHANG]


async def test_the_docs_say_every_door_in_chinese(doors: httpx.AsyncClient) -> None:
    paths = (await doors.get("/openapi.json")).json()["paths"]

    summaries = [operation["summary"] for path in paths.values() for operation in path.values()]

    assert len(summaries) == sum(len(router.routes) for router in routers)
    assert all("\u4e00" <= summary[0] <= "\u9fff" for summary in summaries)
