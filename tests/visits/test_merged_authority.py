"""A contact is struck in a merged file: what another of its contacts still ends or does is ended and done where it goes on."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, StayId, derived
from contracts.medical import PatientAdmitted
from contracts.registry import HardshipReported
from services.visits.domain import Care, elsewhere
from services.visits.domain.care import ClosedAs
from services.visits.domain.rules import OnEnd
from tests.visits.coverage_city import counted, person, where
from tests.visits.merges import (
    AT_ONCE,
    OVER_ANOTHER,
    calls,
    due,
    living,
    merges,
    parts,
    strikes,
    tells_of_merges,
    tells_of_strike,
)
from tests.visits.town import NEED, WARD, after, hours, rule

ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE)
WAYS = pytest.mark.parametrize("way", [AT_ONCE, OVER_ANOTHER], ids=["at once", "over another"])
NEED_OF = derived("t", "need")
Way = tuple[tuple[int, int], ...]


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    async with living(fresh, repository, ALL_RIGHT, WARD, NEED) as by_hand:
        yield by_hand


async def is_admitted(hand: ByHand, n: int = 1) -> None:
    stay_id = StayId(derived("t", "stay", n))
    await hand.hears(PatientAdmitted(stay_id=stay_id, hospital="h", admitted_at=hand.now, **where(n)))


async def silent_until(hand: ByHand, n: int) -> list[datetime | None]:
    """Of each silence that stands there."""
    care: Care = await hand.state(Care, person(n))
    untils = [one.until for one in care.happenings.values() if one.event == "no-answer" and one.stands]
    return [until and until.replace(microsecond=0) for until in untils]


async def done(hand: ByHand, n: int) -> dict[str, UUID | None]:
    """By which contact."""
    care: Care = await hand.state(Care, person(n))
    return {duty.rule: duty.closed_by_id for duty in care.duties.values() if duty.closed_as is ClosedAs.DONE}


async def is_in_order(hand: ByHand) -> bool:
    await hand.waits(timedelta(minutes=11))
    return (await counted(hand)).exceptions == [] and await hand.differences() == []


@WAYS
async def test_the_silence_that_a_later_meeting_of_the_merged_file_ended_stays_ended(hand: ByHand, way: Way) -> None:
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found", "warden")
    await calls(hand, 1, "found", "warden")
    await merges(hand, *way)

    await strikes(hand, 1, never)

    assert (await silent_until(hand, 2), await due(hand, 2)) == ([MORNING + hours(3)], [])
    assert await is_in_order(hand)


@WAYS
async def test_what_another_contact_of_the_merged_file_did_stays_done_by_that(hand: ByHand, way: Way) -> None:
    await is_admitted(hand)
    never = await calls(hand, 1, "found")
    other = await calls(hand, 1, "found")
    await merges(hand, *way)

    await strikes(hand, 1, never)

    assert (await done(hand, 2), await due(hand, 2)) == ({"ward": other}, [])
    assert await is_in_order(hand)


@WAYS
async def test_who_is_met_again_and_asked_after_by_the_duty_of_the_silence_is_both(hand: ByHand, way: Way) -> None:
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found")
    other = await calls(hand, 1, "found")
    await merges(hand, *way)

    await strikes(hand, 1, never)

    assert (await silent_until(hand, 2), await due(hand, 2)) == ([MORNING + hours(3)], [])
    assert await done(hand, 2) == {"all-right": other}
    assert await is_in_order(hand)


@WAYS
async def test_when_that_was_never_made_either_it_is_owed_as_it_was(hand: ByHand, way: Way) -> None:
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found")
    neither = await calls(hand, 1, "found")
    await merges(hand, *way)

    await strikes(hand, 1, never)
    await strikes(hand, 1, neither)

    assert (await silent_until(hand, 2), await due(hand, 2)) == ([None], [MORNING + hours(1 + 4)])
    assert await is_in_order(hand)


@WAYS
async def test_a_meeting_before_an_attempt_that_never_was_ends_the_silence_there_too(hand: ByHand, way: Way) -> None:
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "out")
    await calls(hand, 1, "found", "warden", made_at=hand.now - timedelta(minutes=30))
    await merges(hand, *way)
    before = await due(hand, 2)

    await strikes(hand, 1, never)

    assert (before, await due(hand, 2)) == ([MORNING + hours(1 + 4)], [])
    assert await silent_until(hand, 2) == [MORNING + hours(1.5)]
    assert await is_in_order(hand)


async def test_a_silence_of_the_first_that_was_ended_under_the_second_stays_ended_under_the_third(hand: ByHand) -> None:
    """Two met them under the second; one of them never did."""
    await calls(hand, 1, "out")
    await merges(hand, (1, 4))
    never = await calls(hand, 4, "found", "warden")
    await calls(hand, 4, "found", "warden")
    await merges(hand, (4, 2))

    await strikes(hand, 4, never)

    assert (await silent_until(hand, 2), await due(hand, 2)) == ([MORNING + hours(4)], [])
    assert await is_in_order(hand)


async def test_what_was_done_under_the_second_is_done_under_the_third(hand: ByHand) -> None:
    await is_admitted(hand)
    await merges(hand, (1, 4))
    never = await calls(hand, 4, "found")
    other = await calls(hand, 4, "found")
    await merges(hand, (4, 2))

    await strikes(hand, 4, never)

    assert (await done(hand, 2), await due(hand, 2)) == ({"ward": other}, [])
    assert await is_in_order(hand)


@WAYS
async def test_a_strike_that_is_told_before_the_merge_is_worked_off_is_no_other(hand: ByHand, way: Way) -> None:
    await is_admitted(hand)
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found")
    other = await calls(hand, 1, "found")

    await tells_of_merges(hand, *way)
    await tells_of_strike(hand, 1, never)
    await hand.waits(hours(1))

    assert (await silent_until(hand, 2), await due(hand, 2)) == ([MORNING + hours(3)], [])
    assert await done(hand, 2) == {"all-right": other, "ward": other}
    assert await is_in_order(hand)


@WAYS
async def test_when_they_were_two_after_all_each_has_what_it_would_have_had(hand: ByHand, way: Way) -> None:
    await is_admitted(hand)
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found")
    other = await calls(hand, 1, "found")
    before = replace(await hand.state(Care, person(2)), duties={})
    await merges(hand, *way)
    await strikes(hand, 1, never)

    await parts(hand, way[0])

    assert (await due(hand, 1), await due(hand, 2)) == ([], [])
    assert await done(hand, 1) == {"all-right": other, "ward": other}
    assert await silent_until(hand, 1) == [MORNING + hours(3)]
    assert await silent_until(hand, 2) == []
    care: Care = await hand.state(Care, person(2))
    assert (care.last_made, care.unanswered_at) == (before.last_made, before.unanswered_at)
    assert await is_in_order(hand)


async def test_so_has_each_what_is_owed_because_of_the_strike(hand: ByHand) -> None:
    await is_admitted(hand)
    await calls(hand, 1, "out")
    never = await calls(hand, 1, "found")
    await merges(hand, (1, 2))
    await strikes(hand, 1, never)
    as_one = await due(hand, 2)

    await parts(hand, (1, 2))

    assert sorted(as_one) == sorted(await due(hand, 1)) == [MORNING + hours(1 + 4), MORNING + hours(24)]
    assert await due(hand, 2) == []
    assert await is_in_order(hand)


async def test_what_is_struck_when_they_are_two_again_is_owed_when_they_are_one_again(hand: ByHand) -> None:
    await is_admitted(hand)
    never = await calls(hand, 1, "found")
    await merges(hand, (1, 2))
    await parts(hand, (1, 2))
    await strikes(hand, 1, never)
    as_two = await due(hand, 1), await due(hand, 2)

    await merges_again(hand)

    assert as_two == ([MORNING + hours(24)], [])
    assert (await due(hand, 1), await due(hand, 2)) == ([], [MORNING + hours(24)])
    assert await is_in_order(hand)


async def test_what_is_done_when_they_are_two_again_is_done_when_they_are_one_again(hand: ByHand) -> None:
    await is_admitted(hand)
    await hand.hears(HardshipReported(hardship_id=NEED_OF, hardship="poverty", reported_at=hand.now, **where(1)))
    await merges(hand, (1, 2))
    await parts(hand, (1, 2))
    visit = await calls(hand, 1, "found")

    await merges_again(hand)

    assert (await done(hand, 2), await due(hand, 2)) == ({"ward": visit}, [MORNING + hours(168)])
    assert await is_in_order(hand)


async def merges_again(hand: ByHand) -> None:
    await tells_of_merges(hand, (1, 2), said="again")
    await hand.waits(hours(1))


async def test_heard_twice_it_is_heard_once(hand: ByHand) -> None:
    await is_admitted(hand)
    never: list[ContactId] = [await calls(hand, 1, "out")]
    await calls(hand, 1, "out")
    never.append(await calls(hand, 1, "found"))
    await calls(hand, 1, "found")
    await merges(hand, (1, 2))
    for each in never:
        await strikes(hand, 1, each)
    one, other = await hand.state(Care, person(1)), await hand.state(Care, person(2))
    left, later = elsewhere.remembered(one), hand.now + hours(1)

    again = [elsewhere.struck_elsewhere(other, one.contacts[each], left, later) for each in never]

    assert again == [(other, ()), (other, ())]
