"""Reforms of the town, for the tests of lineage: 水利局 and its people go to 粮食局."""

from typing import Any

import httpx

from bus.testing import ByHand, bearer
from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.registry import PersonCard
from services.registry.domain import Destination, Heir
from services.registry.requests.lineage import EndUnits
from tests.registry.town import (
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    WATER,
    appointing,
    assigning,
    enrolling,
    named,
    resident_id,
    settled,
)

OFFICER = bearer(KEYS, "bureau-officer")
LINEAGE = named("lineage")
ALONG = HolderId(named("holder", "联戊"))
"""The liaison who moves along."""


def officer(name: str, phone: str = "19900007777") -> dict[str, str]:
    return {"holder_id": str(named("holder", name)), "name": name, "phone": phone}


def merger(**other: Any) -> dict[str, Any]:
    return {"lineage_id": str(LINEAGE), "unit_ids": [str(WATER)], "document": "双机编〔2026〕9号", **other}


def person(n: int) -> PersonId:
    return PersonId(named("person", n))


async def enrol(town: ByHand, *numbers: int, unit_id: UnitId = WATER, liaison: str | None = "联戊") -> None:
    for n in numbers:
        await town.asked(enrolling(person(n), f"测{n}", resident_id(serial=n), unit_id=unit_id))
        if liaison is not None:
            await town.asked(assigning(person(n), liaison))
    await settled(town)


async def grain_has_a_leader(town: ByHand) -> None:
    await town.asked(appointing(GRAIN, "粮庚"))
    await settled(town)


async def merge(doors: httpx.AsyncClient, **other: Any) -> httpx.Response:
    return await doors.post(f"/units/{GRAIN}/mergers", json=merger(**other), headers=OFFICER)


def ending(unit_id: UnitId, heir: UnitId, *people: PersonId) -> EndUnits:
    """As the door asks it."""
    lineage_id = named("lineage", unit_id, heir)
    return EndUnits(
        roster_id=derived("roster", CITY), lineage_id=lineage_id, city=CITY, county=COUNTY, because="merged",
        unit_ids=(unit_id,), heirs=(Heir(heir, COUNTY),),
        destinations=tuple(Destination(lineage_id, person_id, heir) for person_id in people),
    )  # fmt: skip


def last_cards(said: list[Event]) -> dict[PersonId, dict[str, str]]:
    """Of each person: role → name of its holder, as their last card shows."""
    return {
        card.person_id: {h.role: KEYS.open(h.name, kind="name", person=h.holder_id) for h in card.holders}
        for card in said
        if isinstance(card, PersonCard)
    }
