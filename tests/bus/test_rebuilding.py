"""Every night each state is made again from its journal; what differs from its tables is named until it does no more."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bus import metrics, rebuild_found, rebuilding
from bus.application import application
from bus.pack import read_words
from bus.rebuild import UNREADABLE
from bus.rebuild_found import Rebuilt, read
from bus.rebuilding import Rebuilding
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import SHIPPED, ByHand, bearer
from tests.bus.people import LI, WANG, ZHANG, admitted, person
from tests.bus.watch import AddNote, service

TO_NIGHT = timedelta(hours=18, minutes=30)
"""From nine in the morning to half past three."""
NIGHTS = timedelta(days=1)


def rebuilding_of(hand: ByHand) -> Rebuilding:
    return Rebuilding("watch", hand.database, service.decisions)


async def night_of(hand: ByHand) -> Rebuilt:
    """All looks of one night, and what was found by its end."""
    await hand.stand()
    night = rebuilding_of(hand)
    while await night.look():
        pass
    async with hand.database.connection() as connection:
        await night.measure(connection)
        return await read(connection, service.decisions, 1000)


async def behind_the_journal(hand: ByHand, sql: str, *args: Any) -> None:
    async with hand.database.connection() as connection:
        await connection.execute(sql, *args)


def gauge(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"bifang_rebuild_{name}", {"service": "watch"})


async def test_where_nobody_touched_the_tables_all_states_are_compared_and_none_differs(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI), admitted(WANG))
    await hand.waits(TO_NIGHT)

    found = await night_of(hand)

    assert (found.ended_states, found.ended_at, found.began_at, found.found) == (3, hand.now, None, [])
    assert (gauge("states"), gauge("differing"), gauge("age_seconds")) == (3, 0, 0)


async def test_by_day_nothing_is_rebuilt(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))

    found = await night_of(hand)

    assert (found.since, found.began_at, found.ended_at) == (hand.now, None, None)


async def test_a_state_that_was_changed_behind_the_journal_is_named_on_the_next_night(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI))
    await behind_the_journal(hand, "UPDATE watches SET heard = 7 WHERE person_id = $1", ZHANG)
    await hand.waits(TO_NIGHT)

    with capture_logs() as logged:
        found = await night_of(hand)

    assert [(each.key, each.fields, each.zh) for each in found.found] == [
        (ZHANG, "heard", "watch：heard 与日志重算的不同")
    ]
    assert [each["key"] for each in logged if each["log_level"] == "error"] == [str(ZHANG)]
    assert gauge("differing") == 1


async def test_one_that_was_mended_is_named_no_more(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))
    await behind_the_journal(hand, "UPDATE watches SET heard = 7")
    await hand.waits(TO_NIGHT)
    await night_of(hand)
    await behind_the_journal(hand, "UPDATE watches SET heard = 1")

    hand.now += NIGHTS

    assert (await night_of(hand)).found == []
    assert gauge("differing") == 0


async def test_a_state_that_was_taken_away_is_named_by_its_journal(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI))
    await behind_the_journal(hand, "DELETE FROM stays WHERE person_id = $1", LI)
    await behind_the_journal(hand, "DELETE FROM watches WHERE person_id = $1", LI)
    await hand.waits(TO_NIGHT)

    found = await night_of(hand)

    assert [each.key for each in found.found] == [LI]
    assert {"heard", "stays"} <= set(found.found[0].fields.split(", "))


async def test_a_journal_that_cannot_be_folded_is_named_and_hinders_nobody(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI))
    await behind_the_journal(hand, "UPDATE journal SET words = '{}' WHERE key = $1", ZHANG)
    await hand.waits(TO_NIGHT)

    found = await night_of(hand)

    assert [(each.key, each.fields) for each in found.found] == [(ZHANG, UNREADABLE)]
    assert found.ended_states == 2
    assert "日志无法重算" in found.found[0].zh


async def test_a_round_goes_on_where_it_was_stopped_also_on_another_night(hand: ByHand) -> None:
    people = [person(f"{n} 号") for n in range(rebuilding.STATES * 2 + 5)]
    await hand.hears(*(admitted(who) for who in people))
    await behind_the_journal(hand, "UPDATE watches SET heard = 7 WHERE person_id = $1", min(people))
    await hand.waits(TO_NIGHT)

    await rebuilding_of(hand).look()
    hand.now += timedelta(hours=3)  # half past six: it is day
    by_day = await night_of(hand)
    hand.now += timedelta(hours=21)
    await hand.stand()
    await rebuilding_of(hand).look()
    async with hand.database.connection() as connection:
        half = await read(connection, service.decisions, 1000)

    assert (by_day.states, by_day.ended_at, len(by_day.found)) == (rebuilding.STATES, None, 1)
    assert half.states == rebuilding.STATES * 2
    assert (await night_of(hand)).ended_states == len(people)


async def test_a_night_has_one_round_and_the_next_night_another(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))
    await hand.waits(TO_NIGHT)
    await night_of(hand)
    await behind_the_journal(hand, "UPDATE watches SET heard = 7")
    hand.now += timedelta(hours=1)

    same = await night_of(hand)
    hand.now += NIGHTS

    assert (same.found, len((await night_of(hand)).found)) == ([], 1)


async def test_of_two_processes_one_rebuilds(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))
    await hand.waits(TO_NIGHT)
    await rebuilding_of(hand).look()  # the row is there
    hand.now += NIGHTS
    await hand.stand()

    async with hand.database.transaction() as other:
        await other.execute("SELECT FROM rebuilding FOR UPDATE")
        assert not await rebuilding_of(hand).look()
    assert await rebuilding_of(hand).look()


async def test_a_long_journal_keeps_no_decision_waiting(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else lives in this process gets their turn between two lines."""
    notes = [AddNote(person_id=ZHANG, note_id=person(f"note {n}"), text="见到本人") for n in range(30)]
    await hand.hears(admitted(ZHANG))
    for note in notes:
        await hand.asked(note)
    await hand.waits(TO_NIGHT)
    monkeypatch.setattr(rebuilding, "WORKS_S", 0.0)
    monkeypatch.setattr(rebuilding, "RESTS_S", 0.001)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(others())
    assert await rebuilding_of(hand).look()
    beside.cancel()

    assert turns >= 30


async def test_the_door_lists_what_differs_to_operations_alone(hand: ByHand) -> None:
    keys = KeyRing(json.dumps(new_demo_ring([])))
    state = {"database": hand.database, "running": SimpleNamespace(service=service), "token_key": keys.token_key,
             "words": read_words(SHIPPED), "titles": rebuild_found.TITLES}  # fmt: skip
    await hand.hears(admitted(ZHANG))
    await behind_the_journal(hand, "UPDATE watches SET heard = 7")
    await hand.waits(TO_NIGHT)
    await night_of(hand)
    app = application("watch", [rebuild_found.router], ready=list, state=state)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        shown = await http.get("/rebuilt", headers=bearer(keys, "operations"))
        sheet = await http.get("/rebuilt?format=csv", headers=bearer(keys, "operations"))
        refused = await http.get("/rebuilt", headers=bearer(keys, "bureau-officer"))

    assert (shown.json()["differing"], shown.json()["found"][0]["key"]) == (1, str(ZHANG))
    assert "不符之处" in sheet.text
    assert refused.status_code == 403


def test_where_nobody_looks_the_age_is_infinite() -> None:
    metrics.create_at_zero("nobody", [])

    assert REGISTRY.get_sample_value("bifang_rebuild_age_seconds", {"service": "nobody"}) == float("inf")
