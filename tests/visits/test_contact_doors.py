"""What was written down at a contact is read by whoever reaches the person, and by nobody else."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.decisions import Caller
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import ByHand, bearer
from contracts.ids import ContactId, derived
from contracts.visits import DutyOpened
from tests.visits.shuangta import (
    BY_LIAISON,
    CHEN,
    GRAIN,
    KEYS,
    LI,
    LIAISON,
    LIN,
    OFFICER,
    ZHANG,
    admitted,
    bearing,
    contact,
    enrolled,
    of,
)

VISIT, CALL = ContactId(derived("test", "contact", 1)), ContactId(derived("test", "contact", 2))
PATH = f"/people/{ZHANG}/contacts"
SAID = "精神好，说想换一副助听器"
VISITED: dict[str, Any] = {
    "note": SAID, "place": {"latitude": 26.6604, "longitude": 119.5499}, "witness": str(CHEN), "photo": "相册-12", "new_facts": 2,
}  # fmt: skip


@pytest.fixture
async def doors(hand: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with hand.http(KEYS) as client:
        yield client


async def record(doors: httpx.AsyncClient, contact_id: ContactId, **other: Any) -> None:
    body = contact(contact_id=contact_id).model_dump(mode="json", exclude_defaults=True)
    answered = await doors.post("/contacts", json=body | other, headers=bearing(LIAISON))
    assert answered.status_code == 201, answered.text


async def test_all_that_was_written_at_a_contact_is_read_the_latest_first_also_what_was_struck(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    duty = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_LIAISON]
    await record(doors, VISIT, **VISITED)
    hand.now += timedelta(hours=1)
    await hand.stand()
    tried = {
        "kind": "phone",
        "strength": "phone",
        "outcome": "refused",
        "made_at": hand.now.isoformat(),
        "note": "没有接",
    }
    await record(doors, CALL, **tried)
    strike = {"person_id": str(ZHANG), "reason": "打给了别人"}
    await doors.post(f"/contacts/{CALL}/strike", json=strike, headers=bearing(LIAISON))

    call, visit = (await doors.get(PATH, headers=bearing(OFFICER))).json()
    (latest,) = (await doors.get(PATH, params={"limit": 1}, headers=bearing(OFFICER))).json()
    sheet = (await doors.get(PATH, headers=bearing(OFFICER) | {"accept": "text/csv"})).text

    (discharged,) = visit.pop("discharged")
    assert (discharged["duty_id"], discharged["rule"]) == (str(duty.duty_id), BY_LIAISON)
    assert visit | {"recorded_at": None} == {
        "contact_id": str(VISIT), "made_by": str(LIN), "role": "liaison", "party": "unit", "kind": "visit",
        "strength": "in-person", "outcome": "met", "made_at": "2026-05-11T01:00:00Z", "recorded_at": None,
        "entered_late": False, "note": SAID, "place": "26.660,119.550", "witness": str(CHEN), "photo": "相册-12",
        "new_facts": 2, "struck_at": None, "struck_by": None, "struck_because": None,
    }  # fmt: skip
    assert (call["note"], call["outcome"], call["discharged"], call["struck_because"], call["struck_by"]) == (
        "没有接", "refused", [], "打给了别人", str(LIN),
    )  # fmt: skip
    assert latest == call
    assert all(said in sheet for said in (SAID, "看到什么、说了什么", "在职联络员", "打给了别人"))


async def test_nobody_beyond_the_person_s_reach_reads_it_nor_who_only_runs_the_machines(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    await hand.hears(enrolled())
    await record(doors, VISIT, **VISITED)
    elsewhere = Caller(person=str(LIN), role="liaison", unit=GRAIN)
    of_west = Caller(person=str(LIN), role="bureau-officer", county="西区")
    callers = (OFFICER, elsewhere, of_west, Caller(person="9900", role="operations"))

    answered = [await doors.get(PATH, headers=bearing(caller)) for caller in callers]
    unknown = await doors.get(f"/people/{LI}/contacts", headers=bearing(OFFICER))

    assert [(answer.status_code, SAID in answer.text) for answer in answered] == [(200, True), *[(403, False)] * 3]
    assert (unknown.status_code, unknown.json()["rule"]) == (404, "person-unknown")


async def test_words_of_which_the_key_is_gone_stay_hidden_and_the_contact_stands(hand: ByHand) -> None:
    await hand.hears(enrolled())
    async with hand.http(KEYS) as doors:
        await record(doors, VISIT, **VISITED)
    another = KeyRing(json.dumps(new_demo_ring(["identity", "contact", "care"])))

    async with hand.http(another) as doors:
        (visit,) = (await doors.get(PATH, headers=bearer(another, "bureau-officer"))).json()

    assert (visit["note"], visit["photo"]) == ("***", "相册-12")
