"""A contact that is struck in a file which has gone into another: what is known there of the person is as if it had never been."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, derived
from contracts.registry import CareEnded
from services.visits.domain import Care
from services.visits.domain.rules import OnEnd
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import CLERK, counted, enrolled, install, person, policy, where
from tests.visits.town import NOTE, after, hours, rule

ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE)
VISITS = "mill/call-on/there"


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Three of the north."""
    install(policy(repository, ALL_RIGHT))
    async with fresh(service) as database:
        by_hand = ByHand(service, database, MORNING)
        await by_hand.hears(*(enrolled(n, MORNING) for n in (1, 2, 4)))
        yield by_hand


async def calls(hand: ByHand, n: int, outcome: str) -> ContactId:
    """An hour later."""
    await hand.waits(hours(1))
    contact_id = ContactId(derived("t", n, str(hand.now)))
    made = RecordContact(
        contact_id=contact_id, person_id=person(n), kind="call-on", strength="there", outcome=outcome, note=NOTE,
        made_at=hand.now,
    )  # fmt: skip
    await hand.asked(made, by=CLERK)
    return contact_id


async def merges(hand: ByHand, *merged: tuple[int, int]) -> None:
    for n, into in merged:
        end_id: UUID = derived("t", "end", n)
        await hand.hears(CareEnded(end_id=end_id, why="merged", into=person(into), ended_at=hand.now, **where(n)))
    await hand.waits(hours(1))


async def strikes(hand: ByHand, n: int, contact_id: ContactId) -> None:
    struck = StrikeContact(
        strike_id=derived("t", contact_id), person_id=person(n), contact_id=contact_id, reason=a_reason("登记错了人")
    )
    await hand.asked(struck, by=CLERK)
    await hand.waits(hours(1))


async def silent_until(hand: ByHand, n: int) -> list[datetime]:
    care: Care = await hand.state(Care, person(n))
    return [duty.due_at.replace(microsecond=0) for duty in care.duties.values() if duty.is_open]


WAYS = [((1, 2),), ((1, 4), (4, 2))]


@pytest.mark.parametrize("way", WAYS, ids=["at once", "over another"])
async def test_the_silence_that_it_had_ended_goes_on(hand: ByHand, way: tuple[tuple[int, int], ...]) -> None:
    await calls(hand, 1, "out")
    met = await calls(hand, 1, "found")
    await merges(hand, *way)
    before = await silent_until(hand, 2)

    await strikes(hand, 1, met)

    assert (before, await silent_until(hand, 2)) == ([], [MORNING + hours(1 + 4)])
    assert (await counted(hand)).exceptions == []
    assert await hand.differences() == []


async def test_unless_they_were_met_under_the_file_that_goes_on_since(hand: ByHand) -> None:
    await calls(hand, 1, "out")
    met = await calls(hand, 1, "found")
    await merges(hand, (1, 2))
    await calls(hand, 2, "found")

    await strikes(hand, 1, met)

    assert await silent_until(hand, 2) == []


async def test_of_two_attempts_in_vain_the_one_that_is_left_begins_the_silence(hand: ByHand) -> None:
    never = await calls(hand, 1, "out")
    await calls(hand, 1, "out")
    await merges(hand, (1, 2))
    before = await silent_until(hand, 2)

    await strikes(hand, 1, never)

    assert (before, await silent_until(hand, 2)) == ([MORNING + hours(1 + 4)], [MORNING + hours(2 + 4)])
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
