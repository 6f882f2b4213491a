"""Offsets: a batch counts from where the database stands, whoever brings it and however late."""

import asyncio

import pytest

from bus import hearing
from bus.testing import ByHand, Record
from tests.bus.people import ZHANG, discharged
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.races.workers import records
from tests.bus.watch import Watch

BLIND = hearing._ADVANCE.replace("offsets.next BETWEEN $6 AND $5", "$5 >= 0")
EVENTS = [discharged(ZHANG, f"stay {n}") for n in range(30)]


def batch(first: int, end: int) -> list[Record]:
    """These offsets of one partition, in which every fact is another."""
    return records(*EVENTS[first:end], first=first)


def no_event(offset: int) -> Record:
    return Record("medical.stays", offset, (), b"no event of ours")


def another(hand: ByHand) -> hearing.Hearing:
    """The ears of another process."""
    return ByHand(hand.service, hand.database, hand.now).hearing


async def next_offset(hand: ByHand, topic_id: str = "stays") -> int:
    async with hand.database.connection() as connection:
        found: int = await connection.fetchval("SELECT next FROM offsets WHERE topic_id = $1", topic_id)
    return found


async def heard(hand: ByHand) -> int:
    seen: Watch = await hand.state(Watch, ZHANG)
    return seen.heard


async def a_zombie_comes_late(hand: ByHand) -> tuple[int, int]:
    """Its batch was taken over and applied by another. The offset and the number of dead letters after it."""
    await hand.hearing.hear("stays", [*batch(0, 4), no_event(4), *batch(5, 10)])
    await another(hand).hear("stays", [*batch(2, 4), no_event(4)])
    return await next_offset(hand), len(await hand.told())


async def test_a_stale_batch_of_a_zombie_is_dropped(hand: ByHand) -> None:
    assert await a_zombie_comes_late(hand) == (10, 1)


async def test_a_blind_update_would_turn_the_offset_back_and_bury_again(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal absorbs the events; what is no event has no line in it."""
    monkeypatch.setattr(hearing, "_ADVANCE", BLIND)

    assert await a_zombie_comes_late(hand) == (5, 2)


async def two_with_one_batch(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> int:
    """A worker that was given up is still at work when the other begins with the same batch. Dead letters after both."""
    gate = before_keeping(monkeypatch)
    both = [asyncio.create_task(hand.hearing.hear("stays", [*batch(0, 4), no_event(4)]))]
    await gate.somebody_waits()
    both.append(asyncio.create_task(another(hand).hear("stays", [*batch(0, 4), no_event(4)])))
    await beside.sees_waiting()
    gate.open()
    await asyncio.gather(*both)
    return len(await hand.told())


async def test_two_workers_with_one_batch_apply_it_once(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await two_with_one_batch(hand, beside, monkeypatch) == 1


async def test_with_a_blind_update_they_would_both_bury_what_is_no_event(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_ADVANCE", BLIND)

    assert await two_with_one_batch(hand, beside, monkeypatch) == 2


async def test_of_a_batch_that_overlaps_the_rest_is_applied(hand: ByHand) -> None:
    """After a rebalance a partition is fetched anew from where its last batch began, if that was still at work."""
    await hand.hearing.hear("stays", batch(0, 10))
    await hand.hearing.hear("stays", batch(5, 20))
    await hand.hearing.hear("stays", batch(20, 30))

    assert (await heard(hand), await next_offset(hand)) == (30, 30)


async def test_dropped_whole_it_would_lose_what_nobody_has_applied(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "unheard", lambda records, next_: [])

    await hand.hearing.hear("stays", batch(0, 10))
    await hand.hearing.hear("stays", batch(5, 20))
    await hand.hearing.hear("stays", batch(20, 30))

    assert (await heard(hand), await next_offset(hand)) == (20, 30)


@pytest.mark.parametrize(("before_id", "after_id", "counted"), [("id-1", "id-2", 10), ("name", "name", 7)])
async def test_a_topic_made_anew_is_read_from_its_beginning(
    hand: ByHand, before_id: str, after_id: str, counted: int
) -> None:
    """It has the same name and another id; known by its name, its first records would pass for old ones."""
    await hand.hearing.hear(before_id, batch(0, 7))

    await hand.hearing.hear(after_id, records(*EVENTS[7:10]))

    assert await heard(hand) == counted
