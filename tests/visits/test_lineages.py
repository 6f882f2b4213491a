"""Units end, and what is owed to their people is owed on: each duty is found again, or it is said what closed it (P12, ★10)."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.ids import ContactId, PersonId, UnitId, derived
from contracts.registry import LineageBegun, LineageHeir, PersonCard
from contracts.visits import DutyOpened
from services.visits import metrics
from services.visits.domain import Care
from tests.visits.shuangta import (
    BY_BUREAU,
    BY_LIAISON,
    DEPARTMENT,
    GRAIN,
    KEYS,
    LI,
    LIAISON,
    OFFICER,
    WATER,
    ZHANG,
    admitted,
    bearing,
    carded,
    contact,
    enrolled,
    hand,
    of,
    waiver,
)

__all__ = ["hand"]
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


async def test_what_was_owed_before_a_reform_is_owed_on_and_until_the_last_card_has_come_it_says_who_is_awaited(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    before = await owed(town)

    await heard(town, begun())
    at_first = await proof(doors)
    await heard(town, card(ZHANG, GRAIN, 2))
    half = await proof(doors)
    await heard(town, card(LI, GRAIN, 2))

    assert len(before) == 6
    assert at_first == whole(6, awaited=sorted(map(str, (ZHANG, LI))), whole=False)
    assert half == whole(6, awaited=[str(LI)], whole=False)
    assert await proof(doors) == whole(6)
    lines = await fates(doors)
    assert {line["duty_id"] for line in lines} == {str(each) for each in before}
    assert {(line["fate"], line["unit_id"]) for line in lines} == {("open", str(GRAIN))}
    assert await town.differences() == []


async def test_it_is_proved_alike_in_whatever_order_cards_and_reform_are_heard(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Li's card is heard before anything is known of a reform, Zhang's before anybody of the unit was asked."""
    await heard(town, card(LI, GRAIN, 2))
    await town.hears(begun(), begun(), card(ZHANG, GRAIN, 2))
    await town.waits(SOON)

    assert await proof(doors) == whole(6)
    assert await town.differences() == []


async def test_what_was_closed_since_says_why(town: ByHand, doors: httpx.AsyncClient) -> None:
    await heard(town, begun())
    met = contact(contact_id=ContactId(derived("test", "met")), made_at=town.now)
    await town.asked(met, by=LIAISON)
    (bureau_s,) = [d for d in (await town.state(Care, ZHANG)).duties.values() if d.rule == BY_BUREAU]
    await town.asked(waiver(bureau_s.duty_id), by=DEPARTMENT)
    await heard(town, card(ZHANG, GRAIN, 2), card(LI, GRAIN, 2))

    closed = {line["rule"]: line for line in await fates(doors) if line["fate"] == "closed"}

    assert await proof(doors) == whole(6, open=4, closed=2)
    assert closed.keys() == {BY_LIAISON, BY_BUREAU}
    assert (closed[BY_LIAISON]["closed_as"], closed[BY_LIAISON]["closed_by_id"]) == ("done", str(met.contact_id))
    assert (closed[BY_BUREAU]["closed_as"], closed[BY_BUREAU]["reason"]) == ("waived", "转院外地治疗")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM duties WHERE rule = $1",
        CLOSED.format("'done', closed_by = 'contact', closed_by_id = duty_id"),
        CLOSED.format("'superseded', closed_by = 'duty', closed_by_id = person_id"),
    ],
)  # fmt: skip
async def test_a_duty_that_is_lost_on_the_way_is_named_and_counted(
    town: ByHand, doors: httpx.AsyncClient, damage: str
) -> None:
    await heard(town, begun(), card(ZHANG, GRAIN, 2), card(LI, GRAIN, 2))
    sound = await figures(town)
    async with town.database.transaction() as tx:
        await tx.execute(damage, BY_LIAISON)

    assert await proof(doors) == whole(6, open=5, vanished=1, whole=False)
    (first, *_) = await fates(doors)
    assert (first["person_id"], first["fate"]) == (str(ZHANG), "vanished")
    assert (sound["vanished"], (await figures(town))["vanished"]) == (0, 1)


async def test_whose_card_does_not_come_is_an_alarm_and_so_is_who_was_never_heard_of(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    stranger = PersonId(derived("test", "nobody yet"))
    await heard(town, begun(ZHANG, LI, stranger), card(LI, GRAIN, 2))

    town.now = MORNING + timedelta(hours=2)
    await town.stand()

    assert (await proof(doors))["awaited"] == sorted(map(str, (ZHANG, stranger)))
    assert await figures(town) == {"awaited": 2, "oldest": 7200, "vanished": 0}


async def figures(town: ByHand) -> dict[str, float | None]:
    async with town.database.connection() as connection:
        await metrics.measure(connection)
    names = {"awaited": "people_awaited", "oldest": "people_awaited_oldest_seconds", "vanished": "duties_vanished"}
    return {name: REGISTRY.get_sample_value(f"bifang_lineage_{gauge}") for name, gauge in names.items()}


async def test_who_came_while_the_unit_ended_is_awaited_with_the_others(town: ByHand, doors: httpx.AsyncClient) -> None:
    """The reform was drawn up without Li."""
    await heard(town, begun(ZHANG), card(ZHANG, GRAIN, 2))

    assert (await proof(doors))["awaited"] == [str(LI)]


async def test_each_reads_the_proof_for_their_own_people(town: ByHand, doors: httpx.AsyncClient) -> None:
    heirs = {GRAIN: (ZHANG,), STATION: (LI,)}
    await heard(town, begun(heirs=heirs), card(ZHANG, GRAIN, 2), card(LI, STATION, 2))

    of_grain = await proof(doors, bearer(KEYS, "liaison", unit=GRAIN))
    of_station = await proof(doors, bearer(KEYS, "liaison", unit=STATION))
    unknown = await doors.get(f"/lineages/{derived('x')}/duties", headers=BUREAU)

    assert (of_grain, of_station) == (whole(4, people=1), whole(2, people=1))
    assert (unknown.status_code, unknown.json()["field"]) == (404, "lineage_id")


async def test_who_is_transferred_alone_takes_along_what_is_owed_and_it_is_written_down(town: ByHand) -> None:
    before = {duty_id for duty_id in await owed(town) if duty_id in (await town.state(Care, ZHANG)).duties}

    said = await town.hears(card(ZHANG, GRAIN, 2, MORNING + SOON), card(ZHANG, GRAIN, 3), card(ZHANG, GRAIN, 2))

    (move,) = (await town.state(Care, ZHANG)).moves
    assert (move.from_unit_id, move.unit_name, move.unit_id, move.moved_at) == (WATER, "水利局", GRAIN, MORNING + SOON)
    assert set(move.owed) == before
    assert of(DutyOpened, said) == {}


async def ledger(
    doors: httpx.AsyncClient, party: str, headers: dict[str, str] = BUREAU, **query: str
) -> dict[str, Any]:
    """By unit: open, done, contacts of one party."""
    said = await doors.get("/coverage/ledger", params={"since": "2026-05-01", **query}, headers=headers)
    shares = [share for share in said.json() if share["party"] == party]
    return {share["id"]: (share["owed"], share["done"], share["contacts"]) for share in shares}


async def test_what_a_unit_has_done_stands_with_it_and_what_is_owed_with_its_heir(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """The liaison was there on Monday morning, and writes it down when Zhang is of the grain bureau already."""
    there = contact(contact_id=ContactId(derived("test", "before")), made_at=MORNING)
    town.now += timedelta(hours=1)
    await town.hears(card(ZHANG, GRAIN, 2, town.now), card(LI, GRAIN, 2, town.now))
    town.now += timedelta(hours=1)
    await town.asked(there, by=LIAISON.model_copy(update={"unit": GRAIN}))
    again = contact(contact_id=ContactId(derived("test", "after")), made_at=town.now)
    await town.asked(again, by=OFFICER)

    by_unit = await ledger(doors, "unit"), await ledger(doors, "bureau")
    by_heir = await ledger(doors, "unit", by="heir"), await ledger(doors, "bureau", by="heir")

    assert by_unit == ({str(WATER): (0, 1, 1), str(GRAIN): (0, 0, 0)}, {str(WATER): (0, 0, 0), str(GRAIN): (1, 2, 1)})
    assert by_heir == ({str(GRAIN): (0, 1, 1)}, {str(GRAIN): (1, 2, 1)})
    assert await ledger(doors, "unit", of=str(WATER)) == {str(WATER): (0, 1, 1)}
    assert await ledger(doors, "unit", bearer(KEYS, "liaison", unit=WATER)) == {str(WATER): (0, 1, 1)}
    assert (await ledger(doors, "unit", by="person"))[str(ZHANG)] == (0, 1, 1)
