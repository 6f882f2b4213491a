"""A unit that ends, by hand: a town of its people, the proof of what was owed to them, and what became of each duty."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import PersonId, UnitId, derived
from contracts.registry import LineageBegun, LineageHeir, PersonCard
from services.visits.domain import Care
from tests.visits.shuangta import GRAIN, KEYS, LI, OFFICER, WATER, ZHANG, admitted, bearing, carded, enrolled

REFORM = derived("test", "reform")
STATION = UnitId(derived("test", "水文站"))
SOON = timedelta(seconds=1)
NOW_THAT = timedelta()
BUREAU = bearing(OFFICER)
CLOSED = "UPDATE duties SET closed_at = opened_at, closed_as = {} WHERE rule = $1"


def begun(
    *people: PersonId, at: datetime = MORNING, heirs: Mapping[UnitId, tuple[PersonId, ...]] | None = None
) -> LineageBegun:
    named = heirs or {GRAIN: people or (ZHANG, LI)}
    return LineageBegun(
        city="双塔市", county="东区", lineage_id=REFORM, because="merged" if len(named) == 1 else "split",
        unit_ids=(WATER,), heirs=tuple(LineageHeir(unit_id=u, people=p) for u, p in named.items()),
        document="双机编〔2026〕9号", begun_at=at,
    )  # fmt: skip


def card(person: PersonId, unit: UnitId = WATER, version: int = 1, at: datetime = MORNING) -> PersonCard:
    names = {WATER: "水利局", GRAIN: "粮食局", STATION: "水文站"}
    return carded().model_copy(
        update={"person_id": person, "unit_id": unit, "unit_name": names[unit], "version": version, "stated_at": at}
    )


@pytest.fixture
async def town(hand: ByHand) -> ByHand:
    """Zhang and Li are of the water bureau, and Zhang is in hospital."""
    await hand.hears(enrolled(), card(ZHANG), enrolled(LI), card(LI), admitted())
    return hand


@pytest.fixture
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client


async def proof(doors: httpx.AsyncClient, headers: dict[str, str] = BUREAU) -> dict[str, Any]:
    (line,) = (await doors.get("/lineages", headers=headers)).json()
    return {name: line[name] for name in ("people", "awaited", "duties_before", "open", "closed", "vanished", "whole")}


async def fates(doors: httpx.AsyncClient) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = (await doors.get(f"/lineages/{REFORM}/duties", headers=BUREAU)).json()
    return lines


def whole(duties: int, people: int = 2, **other: Any) -> dict[str, Any]:
    usual = {"people": people, "awaited": [], "duties_before": duties, "open": duties, "closed": 0, "vanished": 0}
    return {**usual, "whole": True, **other}


async def heard(town: ByHand, *events: Event) -> None:
    """And everybody of whom it tells is asked."""
    await town.hears(*events)
    await town.waits(SOON)


async def owed(town: ByHand) -> set[Any]:
    cares = [await town.state(Care, person) for person in (ZHANG, LI)]
    return {duty.duty_id for care in cares for duty in care.duties.values() if duty.is_open}
