"""A discharge that is written down once more: what was owed for it keeps its dates, and the certificate blames nobody for that."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import StayId, derived
from contracts.medical import PatientAdmitted, PatientDischarged
from services.visits.domain.rules import CountedFrom, Trigger
from services.visits.service import service
from tests.visits.coverage_city import counted, enrolled, install, person, policy, where
from tests.visits.town import after, hours, rule

FROM_THEN = rule("home", Trigger("stay-discharged", hours(0), hours(96), CountedFrom.HAPPENED))
STAY = StayId(derived("t", "stay"))


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    install(policy(repository, FROM_THEN, rule("call", after("stay-discharged", hours(96)))))
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


async def sent_home(hand: ByHand, *ago: timedelta) -> None:
    """Written down as often as there are hours, each time as having been so long ago."""
    await hand.hears(enrolled(1, hand.now))
    await hand.hears(PatientAdmitted(stay_id=STAY, hospital="h", admitted_at=hand.now - hours(90), **where(1)))
    for each in ago:
        await hand.hears(
            PatientDischarged(
                stay_id=STAY, hospital="h", discharged_at=MORNING - each, recorded_at=hand.now, **where(1)
            )
        )
        await hand.waits(hours(1))


@pytest.mark.parametrize("corrected", [hours(1), hours(50)], ids=["later", "earlier"])
async def test_what_keeps_the_dates_that_it_had_before_a_correction_is_no_exception(
    hand: ByHand, corrected: timedelta
) -> None:
    await sent_home(hand, hours(20), corrected)

    found = await counted(hand)

    assert (found.exceptions, found.adds_up) == ([], True)


async def test_where_nothing_was_corrected_a_due_time_that_was_moved_is_seen(hand: ByHand) -> None:
    await sent_home(hand, hours(20))
    async with hand.database.transaction() as tx:
        await tx.execute("UPDATE duties SET due_at = due_at + interval '9 days' WHERE rule = 'home'")

    found = await counted(hand)

    assert found.exceptions == [(person(1), "home", "due-too-late")]


async def test_a_due_time_that_no_record_explains_is_seen_also_where_one_was_corrected(hand: ByHand) -> None:
    await sent_home(hand, hours(20), hours(1))
    async with hand.database.transaction() as tx:
        await tx.execute("UPDATE duties SET due_at = due_at + interval '9 days' WHERE rule = 'call'")

    found = await counted(hand)

    assert found.exceptions == [(person(1), "call", "due-too-late")]
