"""Who asks at the doors of the registry, and what is asked there of somebody who is enrolled."""

from typing import Any

import httpx
import pytest

from bus.testing import ByHand, bearer
from tests.registry.town import COUNTY, GRAIN, KEYS, LANE, WATER, ZHANG, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LEADER = bearer(KEYS, "unit-leader", unit=WATER)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
STRANGER = bearer(KEYS, "liaison", unit=GRAIN)
OTHER_COUNTY = bearer(KEYS, "bureau-officer", county="西区")
WHOLE_CITY = bearer(KEYS, "bureau-officer")


def body(**other: Any) -> dict[str, Any]:
    given = {
        "person_id": str(ZHANG),
        "name": "张三测",
        "resident_id": resident_id(),
        "phones": ["199 0000 1234"],
        "kind": "veteran-cadre",
        "category": "living-alone",
        "unit_id": str(WATER),
        "community_id": str(LANE),
    }
    return {**given, **other}


def faults(answer: httpx.Response) -> set[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


@pytest.fixture
async def enrolled(doors: httpx.AsyncClient, town: ByHand) -> httpx.AsyncClient:
    assert (await doors.post("/people", json=body(), headers=OFFICER)).status_code == 201
    await settled(town)
    return doors
