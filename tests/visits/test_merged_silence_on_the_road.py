"""Two files were one person's, and two after all: through the database, the auditor and the journal agree about each silence."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, derived
from contracts.registry import CareEnded, CareResumed
from services.visits.domain import Care
from services.visits.domain.rules import OnEnd
from services.visits.requests.contacts import RecordContact
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import CLERK, counted, enrolled, install, person, policy, where
from tests.visits.merges import merges, tells_of_merges, tells_of_partings
from tests.visits.town import NOTE, after, hours, rule

END = derived("test", "merged")
ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE)


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """The first and the second of the city, both of the north."""
    install(policy(repository, ALL_RIGHT))
    async with fresh(service) as database:
        by_hand = ByHand(service, database, MORNING)
        await by_hand.hears(enrolled(1, MORNING), enrolled(2, MORNING))
        yield by_hand


async def tries(hand: ByHand, n: int) -> None:
    await hand.waits(hours(1))
    tried = RecordContact(
        contact_id=ContactId(derived("t", n, str(hand.now))), person_id=person(n), kind="call-on", strength="there",
        outcome="out", note=NOTE, made_at=hand.now,
    )  # fmt: skip
    await hand.asked(tried, by=CLERK)


async def owed(hand: ByHand, n: int) -> list[datetime]:
    """To the second: a state never hears two things at one instant."""
    care: Care = await hand.state(Care, person(n))
    return [duty.due_at.replace(microsecond=0) for duty in care.duties.values() if duty.is_open]


async def test_the_attempt_in_vain_while_they_were_one_is_a_silence_of_the_file_in_which_it_stands(
    hand: ByHand,
) -> None:
    await tries(hand, 1)
    await hand.hears(CareEnded(end_id=END, why="merged", into=person(2), ended_at=hand.now, **where(1)))
    await tries(hand, 2)
    as_one = await owed(hand, 2)

    await hand.hears(CareResumed(end_id=END, reason=a_reason("两个人"), resumed_at=hand.now, **where(1)))
    await hand.waits(hours(1))

    assert as_one == [MORNING + hours(1 + 4)]
    assert (await owed(hand, 1), await owed(hand, 2)) == ([MORNING + hours(1 + 4)], [MORNING + hours(2 + 4)])
    assert (await counted(hand)).exceptions == []
    assert await hand.differences() == []


async def test_the_file_between_has_a_silence_of_its_own_where_it_goes_on(hand: ByHand) -> None:
    """While the three were one there was one silence: that of the first, which is its own again."""
    await hand.hears(enrolled(4, hand.now))
    await tries(hand, 1)
    await hand.hears(CareEnded(end_id=END, why="merged", into=person(2), ended_at=hand.now, **where(1)))
    await tries(hand, 2)
    await hand.hears(
        CareEnded(end_id=derived("test", "of two"), why="merged", into=person(4), ended_at=hand.now, **where(2))
    )
    await hand.waits(hours(1))

    await hand.hears(CareResumed(end_id=END, reason=a_reason("两个人"), resumed_at=hand.now, **where(1)))
    await hand.waits(hours(1))

    assert await owed(hand, 4) == [MORNING + hours(2 + 4)]
    assert (await counted(hand)).exceptions == []


async def test_it_has_it_also_where_the_first_went_to_the_third_by_itself_since(hand: ByHand) -> None:
    """What the file between hands on of the first is overtaken; what it has itself is not."""
    await hand.hears(enrolled(4, hand.now))
    await tries(hand, 1)
    await merges(hand, (1, 2))
    await tries(hand, 2)
    await merges(hand, (2, 4))

    await tells_of_partings(hand, (1, 2))
    await tells_of_merges(hand, (1, 4))
    await tells_of_partings(hand, (1, 4))
    await hand.waits(hours(1))

    assert (await owed(hand, 1), await owed(hand, 4)) == ([MORNING + hours(1 + 4)], [MORNING + hours(3 + 4)])
    await hand.waits(timedelta(minutes=11))
    assert (await counted(hand)).exceptions == []
    assert await hand.differences() == []
