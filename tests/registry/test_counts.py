"""How many there are (row 01), and who: figures that come to one sum, and lists of everybody within reach."""

from collections import defaultdict
from typing import Any

import httpx
import pytest

from bus.testing import ByHand, bearer
from services.registry.requests.changes import EndCare
from services.registry.requests.reports import ReportDeath
from tests.registry import grouping
from tests.registry.grouping import FIRST
from tests.registry.reforms import enrol, person
from tests.registry.town import (
    BUREAU,
    COUNTY,
    GRAIN,
    KEYS,
    LANE,
    WATER,
    ZHANG,
    assigning,
    enrolling,
    named,
    registering,
    resident_id,
)

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=GRAIN)
STRANGER = bearer(KEYS, "bureau-officer", county="西区")


@pytest.fixture
async def seven(town: ByHand, doors: httpx.AsyncClient) -> httpx.AsyncClient:
    """Five of 水利局, two of 粮食局: one has died, one has left, and one file was another's."""
    await town.asked(registering(WATER, "双塔市水利局", "unit", BUREAU, entry_id=named("nature"), nature="organ"))
    await enrol(town, 1, 2, 3, 4, 5)
    await enrol(town, 6, 7, unit_id=GRAIN, liaison=None)
    await town.asked(ReportDeath(person_id=person(1), report_id=named("report"), source="family"))
    await town.asked(EndCare(person_id=person(2), end_id=named("end"), why="moved-away"))
    merging = {"merge_id": str(named("m")), "into": str(person(4)), "reason": "同一人两份档案"}
    assert (await doors.post(f"/people/{person(3)}/merge", json=merging, headers=OFFICER)).status_code == 201
    for n in (4, 6):
        member = {"correction_id": str(named("c", n)), "political_status": "cpc-member", "reason": "补登"}
        assert (await doors.post(f"/people/{person(n)}/corrections", json=member, headers=OFFICER)).status_code == 201
    return doors


async def test_however_people_are_divided_the_parts_come_to_the_whole(seven: httpx.AsyncClient) -> None:
    whole: dict[str, Any] = (await seven.get("/counts", headers=OFFICER)).json()
    own = (await seven.get("/counts", headers=LIAISON)).json()
    none = (await seven.get("/counts", headers=STRANGER)).json()

    assert [whole[figure] for figure in ("people", "dead", "left")] == [4, 1, 1]
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for count in whole["counts"]:
        parts[count["by"]].append(count)
    assert set(parts) == {"county", "unit", "kind", "category", "age", "nature", "political_status"}
    for by, of in parts.items():
        for figure in ("people", "dead", "left"):
            assert sum(count[figure] for count in of) == whole[figure], (by, figure)
    assert [(count["zh"], count["people"], count["dead"]) for count in parts["unit"]] == [
        ("双塔市水利局", 2, 1), ("双塔市粮食局", 2, 0),
    ]  # fmt: skip
    assert [(count["zh"], count["people"]) for count in parts["age"]] == [("80至89岁", 4)]
    assert {count["zh"]: count["people"] for count in parts["nature"]} == {"机关": 2, "不详": 2}
    assert {count["zh"]: count["people"] for count in parts["political_status"]} == {"中共党员": 2, "不详": 2}
    assert (own["people"], none["people"], none["counts"]) == (2, 0, [])


async def test_the_people_of_the_whole_reach_are_listed_and_who_died_or_left_is_marked(
    seven: httpx.AsyncClient,
) -> None:
    async def listed(who: dict[str, str], **of: str) -> dict[str, tuple[bool, str | None]]:
        people = (await seven.get("/people", params=of, headers=who)).json()["people"]
        return {each["name"]: (each["dead"], each["care_ended"]) for each in people}

    assert await listed(OFFICER) == {
        "测1": (True, None), "测2": (False, "moved-away"), "测3": (False, "merged"), "测4": (False, None),
        "测5": (False, None), "测6": (False, None), "测7": (False, None),
    }  # fmt: skip
    assert set(await listed(LIAISON)) == {"测6", "测7"} == set(await listed(OFFICER, unit=str(GRAIN)))
    assert await listed(OFFICER, category="relocated") == {} == await listed(STRANGER)
    assert len(await listed(OFFICER, kind="veteran-cadre", county=COUNTY)) == 7


async def test_the_roster_that_is_had_back_is_unchanged_when_it_is_handed_in(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(assigning(ZHANG, "联戊"))
    await town.asked(
        enrolling(person(2), "李四试", resident_id(serial=2), unit_id=GRAIN, political_status="cpc-member")
    )

    for format_ in ("xlsx", "csv"):
        sheet = await doors.get("/roster", params={"format": format_}, headers=OFFICER)
        checked = (await doors.post("/roster/check", content=sheet.content, headers=OFFICER)).json()
        assert (checked["unchanged"], checked["faults"], checked["differing"]) == (2, [], 0), checked

    await town.asked(ReportDeath(person_id=ZHANG, report_id=named("report"), source="family"))
    lines = (await doors.get("/roster", headers=OFFICER)).json()
    assert {line["name"]: line["state"] for line in lines} == {"张三测": "已去世", "李四试": None}
    assert {line["name"]: (line["unit"], line["community"]) for line in lines}["张三测"] == ("双塔市水利局", "巷子社区")
    assert (await doors.get("/roster", headers=STRANGER)).json() == []
    assert (await doors.get("/roster", headers=LIAISON)).status_code == 403


async def test_units_and_the_people_of_a_group_are_lists(seven: httpx.AsyncClient) -> None:
    await seven.post("/groups", json=grouping.forming(name="第一组"), headers=OFFICER)
    linking = {"link_id": str(named("l")), "person_id": str(person(6))}
    await seven.post(f"/groups/{FIRST}/people", json=linking, headers=OFFICER)

    units = (await seven.get("/units", headers=OFFICER)).json()["units"]
    group = (await seven.get(f"/groups/{FIRST}/people", headers=OFFICER)).json()
    sheet = await seven.get("/units", params={"format": "csv"}, headers=OFFICER)

    shown = {each["unit_id"]: (each["officer"], each["nature"], each["people"]) for each in units}
    assert (shown[str(WATER)], shown[str(GRAIN)]) == (
        ("水丙", "organ", 2), (None, None, 2),
    )  # fmt: skip
    assert shown[str(LANE)] == ("社丁", None, 4)
    assert [each["name"] for each in (await seven.get("/units", headers=LIAISON)).json()["units"]] == ["双塔市粮食局"]
    assert [(each["name"], each["unit"]) for each in group] == [("测6", "双塔市粮食局")]
    assert sheet.text.splitlines()[0].startswith("\ufeff单位编号,单位,一方,性质")
