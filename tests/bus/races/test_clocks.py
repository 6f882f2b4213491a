"""Clocks: two alive at once wake each state once, and a state that cannot be woken delays nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from bus import dead_letters
from bus.clock import Clock, behind, due
from bus.decisions import Decisions
from bus.road import Road
from bus.testing import MORNING, ByHand
from contracts.notify import CaseClosed
from tests.bus.people import LI, NOON, WANG, ZHANG, admitted
from tests.bus.races.gates import Watcher, before, before_keeping
from tests.bus.races.two import TellAll, tally
from tests.bus.races.workers import hears, nobody
from tests.bus.watch import watch

LATER = NOON + timedelta(hours=2) - MORNING
"""By then the tallies of all who were admitted at noon have struck, and the watch has let them go."""
NAMES = {ZHANG: "张", LI: "李", WANG: "王"}


def clock(hand: ByHand, table: Decisions[Any], *, share: int = 50, poll: float = 0.5) -> Clock:
    """A clock of a process of its own: it shares nothing with others but the database."""

    road = Road(hand.service.name, lambda item: dead_letters.letter(hand.service.name, item, hand.now))
    return Clock(hand.service.name, hand.database, road, [table], told=nobody, risks=(0,), share=share, poll=poll)


def in_force(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy of this label; processes that have not noticed yet are played by setting an older one again."""

    async def says(connection: Any) -> str:
        return label

    monkeypatch.setattr(tally, "settled_under", lambda state: label)
    monkeypatch.setattr(tally, "in_force", says)


async def pass_time(hand: ByHand, time: timedelta) -> None:
    hand.now += time
    await hand.stand()


async def strokes(hand: ByHand) -> dict[str, int]:
    async with hand.database.connection() as connection:
        rows = await connection.fetch("SELECT person_id, coalesce(struck, 0) FROM tallies")
    return {NAMES[row[0]]: row[1] for row in rows}


async def let_go(hand: ByHand) -> set[str]:
    return {NAMES[event.person_id] for event in await hand.said() if isinstance(event, CaseClosed)}


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
