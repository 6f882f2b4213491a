"""Somebody is found by what is typed, within reach of who types it; by blind indexes alone, also after their key was replaced."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.sealed import KeyRing, new_demo_ring
from bus.testing import ByHand, bearer
from contracts.ids import PersonId
from contracts.registry import PersonCard
from services.registry.domain import Person
from services.registry.entering.reindexing import Sealed, reindexing
from tests.registry.town import COUNTY, GRAIN, KEYS, RING, WATER, enrolling, named, resident_id

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LEADER = bearer(KEYS, "unit-leader", unit=WATER)
SHAN, SHI, OUYANG = (PersonId(named("person", n)) for n in ("单田芳", "石头飞", "欧阳试"))
MINUTE = timedelta(minutes=1)
PHONE = "+8619900007777"


async def found(doors: httpx.AsyncClient, q: str, who: dict[str, str] = OFFICER, **more: Any) -> list[str]:
    answer = await doors.post("/people/search", json={"q": q, **more}, headers=who)
    assert answer.status_code == 200, answer.text
    return [hit["name"] for hit in answer.json()]


@pytest.fixture
async def three(town: ByHand, doors: httpx.AsyncClient) -> httpx.AsyncClient:
    await town.asked(enrolling(SHAN, "单田芳", resident_id(), phone=PHONE))
    town.now += MINUTE
    await town.asked(enrolling(SHI, "石头飞", resident_id(serial=2), phone="+8619900006666"))
    await town.asked(enrolling(OUYANG, "欧阳试", resident_id(serial=3), unit_id=GRAIN, phone="+8619900005555"))
    return doors


async def test_somebody_is_found_by_name_pinyin_initials_number_phone_and_unit(three: httpx.AsyncClient) -> None:
    both = ["石头飞", "单田芳"]
    expected = {
        "单田芳": ["单田芳"], "单田": ["单田芳"], "shan tian fang": ["单田芳"], "shantian": ["单田芳"], "dan tian": [],
        "stf": both, "st": both, "ou yang": ["欧阳试"], "oys": ["欧阳试"], "欧阳": ["欧阳试"],
        resident_id(): ["单田芳"], resident_id()[-4:]: [], "199 0000 7777": ["单田芳"], "7777": [],
        "水利": both, "粮食局": ["欧阳试"], "不在": [],
    }  # fmt: skip

    assert {q: await found(three, q) for q in expected} == expected


async def test_a_whole_name_comes_before_one_that_only_begins_so(town: ByHand, three: httpx.AsyncClient) -> None:
    await town.asked(enrolling(PersonId(named("person", "单田")), "单田", resident_id(serial=4)))
    town.now += MINUTE
    await town.asked(enrolling(PersonId(named("person", "单田水")), "单田水", resident_id(serial=5)))

    assert await found(three, "单田") == ["单田", "单田水", "单田芳"]
    assert (await found(three, "shan tian"))[0] == "单田"
    assert await found(three, "单田", limit=1) == ["单田"]


async def test_nobody_outside_the_reach_of_who_searches_is_found(three: httpx.AsyncClient) -> None:
    assert await found(three, "欧阳试", LEADER) == []
    assert await found(three, "单田芳", LEADER) == ["单田芳"]
    assert await found(three, "欧阳试", bearer(KEYS, "bureau-officer", county="西区")) == []
    assert await found(three, "单田芳", unit=str(GRAIN)) == []
    refused = await three.post("/people/search", json={"q": "欧阳", "unit": str(GRAIN)}, headers=LEADER)
    nobody = await found(three, "单田芳", bearer(KEYS, "liaison"))
    assert (refused.status_code, nobody) == (403, [])


async def test_who_was_corrected_is_found_as_they_are_and_no_more_as_they_were(
    town: ByHand, three: httpx.AsyncClient
) -> None:
    words = {"correction_id": str(named("c")), "reason": "笔误", "name": "仇田芳", "phones": []}
    assert (await three.post(f"/people/{SHAN}/corrections", json=words, headers=OFFICER)).status_code == 201

    expected = {"单田芳": [], "shantian": [], "qiu tian": ["仇田芳"], "199 0000 7777": [], resident_id(): ["仇田芳"]}
    assert {q: await found(three, q) for q in expected} == expected
    assert await town.differences() == []


async def test_a_hit_says_whether_they_are_dead_or_their_care_has_ended(town: ByHand, three: httpx.AsyncClient) -> None:
    await three.post(f"/people/{SHAN}/deaths", json={"report_id": str(named("r")), "source": "unit"}, headers=OFFICER)
    await three.post(f"/people/{SHI}/care-ends", json={"end_id": str(named("e")), "why": "moved-away"}, headers=OFFICER)

    hits = (await three.post("/people/search", json={"q": "水利局"}, headers=OFFICER)).json()

    assert [(h["name"], h["dead"], h["care_ended"]) for h in hits] == [
        ("石头飞", False, "moved-away"), ("单田芳", True, None)
    ]  # fmt: skip


async def test_after_the_index_key_was_replaced_all_are_found_again(town: ByHand, three: httpx.AsyncClient) -> None:
    turned = KeyRing(json.dumps({**RING, "index": new_demo_ring([])["index"]}))
    await town.said()
    async with town.http(turned) as doors:
        assert await found(doors, "单田芳") == []
        words: dict[str, Any] = {"rebuild_id": str(named("rebuild")), "limit": 2}
        first = (await doors.post("/search-keys/rebuild", json=words, headers=bearer(KEYS, "operations"))).json()
        cards = await town.said()
        words["after"] = first["next"]
        last = (await doors.post("/search-keys/rebuild", json=words, headers=bearer(KEYS, "operations"))).json()
        again = (await doors.post("/search-keys/rebuild", json=words, headers=bearer(KEYS, "operations"))).json()

        assert (first["done"], last["done"], last["next"], again["done"]) == (2, 1, None, 1)
        assert await found(doors, "shan tian fang") == ["单田芳"]
        assert await found(doors, resident_id()) == ["单田芳"]
        refused = await doors.post("/search-keys/rebuild", json=words, headers=OFFICER)
        assert refused.status_code == 403
    numbers = {card.person_id: card.resident_id_index for card in cards if isinstance(card, PersonCard)}
    assert len(numbers) == 2
    if SHAN in numbers:
        assert numbers[SHAN] == turned.index.whole("resident-id", resident_id())
    assert await found(three, "单田芳") == []
    assert await town.differences() == []


async def test_indexes_of_what_was_corrected_meanwhile_are_refused(town: ByHand, three: httpx.AsyncClient) -> None:
    person: Person = await town.state(Person, SHAN)
    assert person.name and person.birth_date and person.resident_id
    read = Sealed(SHAN, person.name, person.birth_date, person.resident_id, person.phones)
    words = {"correction_id": str(named("c")), "reason": "换号", "phones": ["19900003333"]}
    await three.post(f"/people/{SHAN}/corrections", json=words, headers=OFFICER)

    with pytest.raises(Exception, match="changed-meanwhile"):
        await town.asked(reindexing(read, named("rebuild"), KEYS))
