"""Groups of the bureau's staff by hand: two of them, who is linked, what is read of them."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.testing import ByHand
from contracts.event import Event
from tests.registry.reforms import OFFICER, enrol, officer, person
from tests.registry.town import BUREAU, named

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


async def updates(doors: httpx.AsyncClient, month: str) -> dict[str, Any]:
    found = (await doors.get(f"/groups/{FIRST}/updates", params={"month": month}, headers=OFFICER)).json()
    return {"load": found["load"], "names": sorted(each["name"] for each in found["without_news"])}
