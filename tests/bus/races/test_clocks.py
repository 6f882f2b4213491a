"""Clocks: two alive at once wake each state once, and a state that cannot be woken delays nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from bus.clock import Clock, due
from bus.decisions import Decisions
from bus.testing import ByHand
from tests.bus.people import LI, WANG, ZHANG, admitted
from tests.bus.races.clocks import LATER, clock, let_go, pass_time, strokes
from tests.bus.races.gates import Watcher, before
from tests.bus.races.two import tally
from tests.bus.races.workers import hears
from tests.bus.watch import watch


async def two_clocks(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[["asyncio.Task[int]"], Awaitable[Any]]
) -> None:
    """The second takes its round while the first holds the state that it wakes."""
    await hears(hand, "stays", admitted(ZHANG), admitted(LI))
    await pass_time(hand, LATER)
    gate = before(monkeypatch, tally.kept_in, "read")
    first = asyncio.create_task(clock(hand, tally, share=1).round())
    await gate.somebody_waits()
    second = asyncio.create_task(clock(hand, tally, share=1).round())
    await meanwhile(second)
    gate.open()
    await asyncio.gather(first, second)


async def test_a_clock_looks_at_once_when_it_is_told_that_the_hour_was_moved(both: ByHand) -> None:
    """Its next look by itself is a minute away."""
    await hears(both, "stays", admitted(ZHANG))
    told = clock(both, tally, poll=60.0)
    at_work = asyncio.create_task(told.run())
    await asyncio.sleep(0.5)
    await pass_time(both, LATER)

    told.look_now()

    async with asyncio.timeout(30):
        while (await strokes(both))["张"] == 0:
            await asyncio.sleep(0.02)
    told.stop()
    await at_work


async def test_two_clocks_wake_each_state_once_and_do_not_wait_for_each_other(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_clocks(both, monkeypatch, lambda second: second)

    assert await strokes(both) == {"张": 1, "李": 1}


async def test_two_clocks_that_do_not_lock_what_they_take_wake_one_state_twice(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.clock.due", lambda table, risk: due(table, risk).replace("FOR UPDATE SKIP LOCKED", ""))

    await two_clocks(both, monkeypatch, lambda second: second)

    assert sorted((await strokes(both)).values()) == [0, 2]


async def test_a_clock_that_skips_nobody_waits_for_whoever_holds_a_state(
    both: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.clock.due", lambda table, risk: due(table, risk).replace(" SKIP LOCKED", ""))

    await two_clocks(both, monkeypatch, lambda second: beside.sees_waiting())

    assert await strokes(both) == {"张": 1, "李": 1}


async def rounds_with_a_sleepless_one(hand: ByHand) -> None:
    """One at a time, the sleepless one first."""
    await hears(hand, "one", admitted(LI, hospital="sleepless"))
    await pass_time(hand, timedelta(minutes=1))
    await hears(hand, "two", admitted(ZHANG), admitted(WANG))
    await pass_time(hand, LATER)
    one_by_one = clock(hand, watch, share=1)
    for _ in range(3):
        assert await one_by_one.round() == 1


async def test_one_whose_waking_always_fails_does_not_delay_the_others(hand: ByHand) -> None:
    await rounds_with_a_sleepless_one(hand)

    assert await let_go(hand) == {"张", "王"}


async def test_without_backing_off_it_would_stand_before_them_for_ever(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.road.backoff", lambda failures: -LATER)

    await rounds_with_a_sleepless_one(hand)

    assert await let_go(hand) == set()


async def test_one_that_names_its_own_hour_again_backs_off_too(both: ByHand) -> None:
    """Or the clock would wake it and nothing else from then on."""
    await hears(both, "stays", admitted(LI, hospital="stuck"), admitted(ZHANG))
    await pass_time(both, LATER)

    assert [await clock(both, tally).round() for _ in range(2)] == [2, 0]
    assert await strokes(both) == {"张": 1, "李": 0}


async def test_one_that_the_database_refuses_is_woken_alone_and_backs_off(both: ByHand) -> None:
    await hears(both, "stays", admitted(LI, hospital="unkeepable"), admitted(ZHANG), admitted(WANG))
    await pass_time(both, LATER)

    while await clock(both, tally).round():
        pass

    assert await strokes(both) == {"张": 1, "王": 1, "李": 0}


async def test_woken_only_together_nobody_would_be_woken(both: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    async def together(one: Clock, table: Decisions[Any], risk: int, most: int) -> int:
        return len(await one._transaction(table, due(table, risk), most, None))

    monkeypatch.setattr(Clock, "wake", together)
    await hears(both, "stays", admitted(LI, hospital="unkeepable"), admitted(ZHANG))
    await pass_time(both, LATER)

    with pytest.raises(asyncpg.CharacterNotInRepertoireError):
        await clock(both, tally).round()

    assert await strokes(both) == {"张": 0, "李": 0}
