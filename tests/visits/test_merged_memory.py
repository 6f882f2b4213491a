"""A contact that is struck in a file which has gone into another: what is known there of the person is as if it had never been."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from services.visits.domain import Care
from services.visits.domain.rules import OnEnd
from tests.visits.coverage_city import counted, person
from tests.visits.merges import AT_ONCE, OVER_ANOTHER, calls, due, living, merges, strikes
from tests.visits.town import after, hours, rule

ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE)
VISITS = "mill/call-on/there"


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    async with living(fresh, repository, ALL_RIGHT) as by_hand:
        yield by_hand


WAYS = [AT_ONCE, OVER_ANOTHER]


@pytest.mark.parametrize("way", WAYS, ids=["at once", "over another"])
async def test_the_silence_that_it_had_ended_goes_on(hand: ByHand, way: tuple[tuple[int, int], ...]) -> None:
    await calls(hand, 1, "out")
    met = await calls(hand, 1, "found")
    await merges(hand, *way)
    before = await due(hand, 2)

    await strikes(hand, 1, met)

    assert (before, await due(hand, 2)) == ([], [MORNING + hours(1 + 4)])
    assert (await counted(hand)).exceptions == []
    assert await hand.differences() == []


async def test_unless_they_were_met_under_the_file_that_goes_on_since(hand: ByHand) -> None:
    await calls(hand, 1, "out")
    met = await calls(hand, 1, "found")
    await merges(hand, (1, 2))
    await calls(hand, 2, "found")

    await strikes(hand, 1, met)

    assert await due(hand, 2) == []


async def test_of_two_attempts_in_vain_the_one_that_is_left_begins_the_silence(hand: ByHand) -> None:
    never = await calls(hand, 1, "out")
    await calls(hand, 1, "out")
    await merges(hand, (1, 2))
    before = await due(hand, 2)

    await strikes(hand, 1, never)

    assert (before, await due(hand, 2)) == ([MORNING + hours(1 + 4)], [MORNING + hours(2 + 4)])
    assert (await counted(hand)).exceptions == []


@pytest.mark.parametrize("way", WAYS, ids=["at once", "over another"])
async def test_when_somebody_was_there_last_is_known_as_before_it(
    hand: ByHand, way: tuple[tuple[int, int], ...]
) -> None:
    await calls(hand, 1, "found")
    never = await calls(hand, 1, "found")
    await merges(hand, *way)

    await strikes(hand, 1, never)

    care: Care = await hand.state(Care, person(2))
    assert care.last_made == {VISITS: MORNING + hours(1)}
