"""Who goes to another unit takes along what is owed; what the unit has done stays with it."""

from datetime import timedelta
from typing import Any

import httpx

from bus.testing import MORNING, ByHand, bearer
from contracts.ids import ContactId, derived
from contracts.visits import DutyOpened
from services.visits.domain import Care
from tests.visits.reforms import BUREAU, SOON, card, doors, owed, town
from tests.visits.shuangta import GRAIN, KEYS, LI, LIAISON, OFFICER, WATER, ZHANG, contact, of

__all__ = ["doors", "town"]


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
