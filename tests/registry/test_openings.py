"""Every reading of what is known of somebody is written down: at each door, in lists too, and under all their files."""

from typing import Any
from uuid import UUID

import httpx

from bus.testing import ByHand, bearer
from contracts import notify, visits
from services.registry.words.readings import READ
from tests.registry import grouping, test_surveys
from tests.registry.grouping import FIRST
from tests.registry.reforms import enrol, person
from tests.registry.town import CITY, COUNTY, KEYS, WATER, ZHANG, enrolling, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)


async def read_of(doors: httpx.AsyncClient, person_id: UUID = ZHANG) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = (await doors.get(f"/people/{person_id}/openings", headers=OFFICER)).json()
    return sorted((each["what"], each["role"]) for each in found)


async def test_every_door_that_shows_somebody_writes_it_down_and_lists_write_all_whom_they_show(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(
        enrolling(person(1), "张三测", resident_id(serial=7))
    )  # of one name and birthday: a duplicate, perhaps
    await doors.post("/groups", json=grouping.forming(name="第一组"), headers=OFFICER)
    for n, who in enumerate((ZHANG, person(1))):
        linking = {"link_id": str(named("l", n)), "person_id": str(who)}
        await doors.post(f"/groups/{FIRST}/people", json=linking, headers=OFFICER)
    await doors.post("/survey-rounds", json=test_surveys.opening(), headers=OFFICER)
    at, of_unit = f"/people/{ZHANG}", {"unit": str(WATER)}

    for path, more in (
        (f"{at}/file", {}), (f"{at}/plans", {}), (f"{at}/team", {}), ("/people", of_unit), ("/vacancies", {}),
        (f"/survey-rounds/{test_surveys.ROUND}/coverage", {}), ("/duplicates", {}),
        (f"/groups/{FIRST}/updates", {"month": "2026-06"}),
    ):  # fmt: skip
        answer = await doors.get(path, params={**more, "purpose": "visit"}, headers=OFFICER)
        assert answer.status_code == 200, answer.text
    await doors.post("/people/search", json={"q": "张三"}, headers=LIAISON)
    refused = await doors.get(f"{at}/file", headers=bearer(KEYS, "liaison", unit=named("elsewhere")))

    listed = [
        (what, "bureau-officer")
        for what in ("duplicates", "group-updates", "people", "survey-coverage", "vacancies")
    ]  # fmt: skip
    assert refused.status_code == 403
    assert await read_of(doors, person(1)) == sorted([*listed, ("search", "liaison")])
    own = [("file", "bureau-officer"), ("plans", "bureau-officer"), ("team", "bureau-officer")]
    assert await read_of(doors) == sorted([*listed, *own, ("search", "liaison")])
    assert {what for what, _ in await read_of(doors)} <= READ.keys()
    assert await town.differences() == []


async def test_a_list_is_one_reading_however_many_stand_in_it(town: ByHand, doors: httpx.AsyncClient) -> None:
    await enrol(town, *range(1, 6))

    await doors.get("/people", params={"unit": str(WATER)}, headers=LIAISON)

    async with town.database.connection() as connection:
        people = await connection.fetch("SELECT jsonb_array_length(people) FROM openings")
    assert [row[0] for row in people] == [5]


async def test_who_was_merged_is_read_under_both_files(town: ByHand, doors: httpx.AsyncClient) -> None:
    await enrol(town, 1, 2)
    merging = {"merge_id": str(named("m")), "into": str(person(2)), "reason": "同一人两份档案"}
    assert (await doors.post(f"/people/{person(1)}/merge", json=merging, headers=OFFICER)).status_code == 201
    await settled(town)

    await doors.get(f"/people/{person(1)}/team", headers=LIAISON)
    await doors.get(f"/people/{person(2)}/file", headers=LIAISON)
    await doors.get(f"/people/{person(2)}/plans", headers=LIAISON)

    for n in (1, 2):
        assert await read_of(doors, person(n)) == [("file", "liaison"), ("plans", "liaison"), ("team", "liaison")]


async def test_what_other_services_have_shown_of_somebody_is_read_of_them_too(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await enrol(town, 1, 2)
    read: dict[str, Any] = {
        "city": CITY, "county": COUNTY, "read_by": "9901", "role": "liaison", "purpose": "visit", "read_at": town.now,
    }  # fmt: skip
    duties = visits.PeopleRead(**read, reading_id=named("r", 1), what="duties", people=(person(1), person(2)))
    messages = notify.PeopleRead(**read, reading_id=named("r", 2), what="messages", people=(person(1),))

    await town.hears(duties, messages)
    await town.hears(messages)

    assert await read_of(doors, person(1)) == [("duties", "liaison"), ("messages", "liaison")]
    assert await read_of(doors, person(2)) == [("duties", "liaison")]
    assert {"duties", "messages", "contacts", "explanation", "ledger", "flag"} <= READ.keys()
    assert await town.differences() == []
