"""A new policy and what concerns many pass over a state that cannot be changed, and come back to one that was left behind."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from bus.clock import behind
from bus.testing import ByHand
from tests.bus.people import LI, WANG, ZHANG, admitted
from tests.bus.races.clocks import clock, in_force, strokes
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.races.two import TellAll, tally
from tests.bus.races.workers import hears


async def test_a_new_policy_passes_over_one_that_the_database_refuses(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hears(both, "stays", admitted(LI, hospital="unkeepable"), admitted(ZHANG), admitted(WANG))
    in_force("v2", monkeypatch)

    while await clock(both, tally).round():
        pass

    assert await strokes(both) == {"张": 1, "王": 1, "李": 0}


async def test_a_state_left_behind_by_a_worker_of_the_old_policy_is_found_later(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has read the old policy at its start, and decides once more after the clock has gone through all."""
    new = clock(both, tally)
    in_force("v2", monkeypatch)
    await new.round()
    in_force("v1", monkeypatch)
    await hears(both, "stays", admitted(ZHANG))
    in_force("v2", monkeypatch)

    monkeypatch.setattr("bus.clock.LOOK_AGAIN", 0.0)
    await new.round()

    assert await strokes(both) == {"张": 1}


async def a_new_policy_meets_an_event(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[["asyncio.Task[None]"], Awaitable[Any]]
) -> int:
    """The clock has decided anew about a person and not yet written; how many events it counts after both."""
    await hears(hand, "stays", admitted(ZHANG))
    in_force("v2", monkeypatch)
    gate = before_keeping(monkeypatch)
    settling = asyncio.create_task(clock(hand, tally).round())
    await gate.somebody_waits()
    event = hears(hand, "more", admitted(ZHANG, "second"))
    await meanwhile(event)
    gate.open()
    await asyncio.gather(settling, event)
    async with hand.database.connection() as connection:
        heard: int = await connection.fetchval("SELECT heard FROM tallies")
    return heard


async def test_a_new_policy_and_an_event_at_once_both_count(
    both: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await a_new_policy_meets_an_event(both, monkeypatch, lambda event: beside.sees_waiting()) == 2


async def test_a_new_policy_that_locks_nobody_wipes_out_the_event(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.clock.behind", lambda table: behind(table).replace("FOR UPDATE SKIP LOCKED", ""))

    assert await a_new_policy_meets_an_event(both, monkeypatch, lambda event: event) == 1


async def test_what_concerns_many_and_has_another_name_now_stays_open_and_delays_nothing(both: ByHand) -> None:
    """A release gave its request another name while it was under way."""
    await hears(both, "stays", admitted(ZHANG), admitted(WANG))
    await both.asked(TellAll(person_id=ZHANG, tell_id=uuid4(), text="旧令"))
    async with both.database.transaction() as tx:
        await tx.execute("UPDATE fan_outs SET request = 'TellAllOfOld'")
    await both.asked(TellAll(person_id=ZHANG, tell_id=uuid4(), text="台风"))

    while await clock(both, tally).round():
        pass

    async with both.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM tallies WHERE told = '台风'") == 2
        assert await connection.fetch("SELECT request FROM fan_outs WHERE done_at IS NULL") == [("TellAllOfOld",)]


async def test_what_concerns_many_passes_over_one_that_the_database_refuses(both: ByHand) -> None:
    await hears(both, "stays", admitted(LI, hospital="unkeepable"), admitted(ZHANG), admitted(WANG))
    await both.asked(TellAll(person_id=ZHANG, tell_id=uuid4(), text="台风"))

    while await clock(both, tally).round():
        pass

    async with both.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM tallies WHERE told = '台风'") == 2
        assert await connection.fetchval("SELECT count(*) FROM fan_outs WHERE done_at IS NULL") == 0
