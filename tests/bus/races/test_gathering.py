"""Batches gathered into one transaction: as if each had come alone, and one that is wrong takes no other with it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bus import hearing
from bus.gathering import Gathering
from bus.testing import ByHand, Record
from tests.bus.people import LI, WANG, ZHANG, admitted, discharged
from tests.bus.races.gates import Gate, before_keeping
from tests.bus.races.test_offsets import another, next_offset
from tests.bus.races.workers import records
from tests.bus.watch import Watch

OF = {"zhang": ZHANG, "li": LI, "wang": WANG}
"""Three partitions (here: topic ids of their own), each with the facts of one person."""


@pytest.fixture
async def known(hand: ByHand) -> ByHand:
    """Each partition has been heard before, up to its first record."""
    for name, person in OF.items():
        await hand.hearing.hear(name, records(discharged(person, "before")))
    return hand


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which partitions were applied in one transaction."""
    found: list[list[str]] = []
    inner = hearing.Hearing.together

    async def noted(self: hearing.Hearing, batches: Sequence[tuple[str, Sequence[Record]]]) -> None:
        await inner(self, batches)
        found.append([name for name, _ in batches])

    monkeypatch.setattr(hearing.Hearing, "together", noted)
    return found


async def at_once(hand: ByHand, monkeypatch: pytest.MonkeyPatch, **batches: list[Record]) -> list[Any]:
    """While one transaction is under way, these come; what each of those who wait is answered."""
    gate, gathering = before_keeping(monkeypatch), Gathering(hand.hearing)
    first = asyncio.create_task(gathering.hear("first", records(discharged(ZHANG, "first"))))
    await gate.somebody_waits()
    waiting = [asyncio.create_task(gathering.hear(name, batch)) for name, batch in batches.items()]
    await asyncio.sleep(0)
    gate.open()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def second(name: str) -> list[Record]:
    return records(discharged(OF[name], "second"), first=1)


async def heard(hand: ByHand) -> dict[str, int]:
    states: dict[str, Watch] = {name: await hand.state(Watch, person) for name, person in OF.items()}
    return {name: state.heard for name, state in states.items()}


async def test_what_comes_during_a_transaction_goes_into_the_next_together(
    known: ByHand, monkeypatch: pytest.MonkeyPatch, together: list[list[str]]
) -> None:
    answers = await at_once(known, monkeypatch, zhang=second("zhang"), li=second("li"), wang=second("wang"))

    assert (answers, together) == ([None, None, None], [["zhang", "li", "wang"]])
    assert await heard(known) == {"zhang": 3, "li": 2, "wang": 2}
    assert [await next_offset(known, name) for name in OF] == [2, 2, 2]
    assert await known.differences() == []


async def one_is_stuck(known: ByHand, monkeypatch: pytest.MonkeyPatch) -> tuple[Gate, Gathering, "asyncio.Task[None]"]:
    gate, gathering = before_keeping(monkeypatch), Gathering(known.hearing)
    stuck = asyncio.create_task(gathering.hear("zhang", second("zhang")))
    await gate.somebody_waits()
    return gate, gathering, stuck


async def test_one_that_waits_for_somebody_does_not_hold_up_the_others(
    known: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it has been slow: the first beside it waits for that, those after it do not."""
    monkeypatch.setattr("bus.gathering.SLOW_S", 2.0)
    gate, gathering, stuck = await one_is_stuck(known, monkeypatch)

    async with asyncio.timeout(10):
        await gathering.hear("li", second("li"))
    async with asyncio.timeout(1):
        await gathering.hear("wang", second("wang"))

    assert not stuck.done()
    gate.open()
    await stuck


async def test_they_would_wait_for_it_if_it_alone_might_be_under_way(
    known: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.gathering.SLOW_S", 60.0)
    gate, gathering, stuck = await one_is_stuck(known, monkeypatch)
    other = asyncio.create_task(gathering.hear("li", second("li")))

    _, waiting = await asyncio.wait({other}, timeout=3)

    assert waiting == {other}
    gate.open()
    await asyncio.gather(stuck, other)


async def test_what_nobody_waits_for_any_more_is_left_to_whoever_hears_it_now(
    known: ByHand, together: list[list[str]]
) -> None:
    """Its partition was taken away: applied all the same it would be late, and throw all the others out with it."""
    gathering = Gathering(known.hearing)
    gone = asyncio.create_task(gathering.hear("li", second("li"), linger=60))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone})

    await asyncio.gather(gathering.hear("zhang", second("zhang")), gathering.hear("wang", second("wang")))

    assert [name for names in together for name in names if name == "li"] == []
    assert await next_offset(known, "li") == 1


async def test_what_nobody_waits_for_rides_along_with_the_next(known: ByHand, together: list[list[str]]) -> None:
    gathering = Gathering(known.hearing)
    patient = asyncio.create_task(gathering.hear("li", second("li"), linger=60))
    await asyncio.sleep(0.1)
    begun_before = patient.done()

    await gathering.hear("zhang", second("zhang"))
    await patient

    assert (begun_before, together) == (False, [["zhang", "li"]])


async def test_what_nobody_waits_for_begins_itself_when_nothing_else_comes(known: ByHand) -> None:
    async with asyncio.timeout(10):
        await Gathering(known.hearing).hear("li", second("li"), linger=0.05)

    assert await next_offset(known, "li") == 2


async def test_partitions_that_were_never_heard_are_begun_alone(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, together: list[list[str]]
) -> None:
    firsts = {name: records(discharged(person, "before")) for name, person in OF.items()}

    answers = await at_once(hand, monkeypatch, **firsts)

    assert (answers, together) == ([None, None, None], [])
    assert await heard(hand) == {"zhang": 2, "li": 1, "wang": 1}


async def test_a_stale_batch_among_them_is_dropped_alone(
    known: ByHand, monkeypatch: pytest.MonkeyPatch, together: list[list[str]]
) -> None:
    """Another process has taken over that partition, and what is no event there must not be buried twice."""
    stale = [*second("li"), Record("medical.stays", 2, (), b"no event of ours")]
    await another(known).hear("li", stale)

    answers = await at_once(known, monkeypatch, zhang=second("zhang"), li=stale, wang=second("wang"))

    assert (answers, together) == ([None, None, None], [])
    assert await heard(known) == {"zhang": 3, "li": 2, "wang": 2}
    assert sum("dead_letter_reason" in headers for _, headers in await known.told()) == 1


async def test_if_nobody_looked_how_many_advanced_it_would_be_buried_twice(
    known: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = hearing._ADVANCE_ALL.replace("AND o.next BETWEEN u.reached AND u.first", "")
    monkeypatch.setattr(hearing, "_ADVANCE_ALL", blind)
    stale = [*second("li"), Record("medical.stays", 2, (), b"no event of ours")]
    await another(known).hear("li", stale)

    await at_once(known, monkeypatch, zhang=second("zhang"), li=stale)

    assert sum("dead_letter_reason" in headers for _, headers in await known.told()) == 2


async def test_one_that_cannot_be_written_is_buried_alone(known: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL takes no NUL in a text: the whole transaction fails for it."""
    bad = records(admitted(LI, "bad", hospital="第\0医院"), first=1)

    answers = await at_once(known, monkeypatch, zhang=second("zhang"), li=bad, wang=second("wang"))

    assert answers == [None, None, None]
    assert await heard(known) == {"zhang": 3, "li": 1, "wang": 2}
    letters = [headers for _, headers in await known.told() if "dead_letter_reason" in headers]
    assert [headers["ce_subject"] for headers in letters] == [str(LI)]


async def test_a_partition_whose_defects_are_too_many_stops_only_those_who_wait_for_it(
    known: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.hearing._defects_allowed = 1
    bad = records(admitted(LI, "one", hospital="defect"), admitted(LI, "two", hospital="defect"), first=1)

    answers = await at_once(known, monkeypatch, zhang=second("zhang"), li=bad, wang=second("wang"))

    assert [type(answer) for answer in answers] == [type(None), hearing.TooManyDefects, type(None)]
    assert await heard(known) == {"zhang": 3, "li": 1, "wang": 2}
    assert await next_offset(known, "li") == 1


async def test_several_begin_at_once_only_when_each_is_full(
    known: ByHand, monkeypatch: pytest.MonkeyPatch, together: list[list[str]]
) -> None:
    monkeypatch.setattr("bus.gathering.FULL", 2)

    answers = await at_once(known, monkeypatch, zhang=second("zhang"), li=second("li"), wang=second("wang"))

    assert answers == [None, None, None]
    assert together == [["zhang", "li"]]
    assert await heard(known) == {"zhang": 3, "li": 2, "wang": 2}
