"""Two or three of the north, who is called on, whose files are merged and parted, and the contacts that are struck."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, derived
from contracts.registry import CareEnded, CareResumed
from services.visits.domain import Care
from services.visits.domain.rules import Rule
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import by, enrolled, install, person, policy, where
from tests.visits.town import NOTE, hours

AT_ONCE, OVER_ANOTHER = ((1, 2),), ((1, 4), (4, 2))


@asynccontextmanager
async def living(fresh: Callable[..., Any], repository: Path, *rules: Rule) -> AsyncIterator[ByHand]:
    """Three of the north, under these rules."""
    install(policy(repository, *rules))
    async with fresh(service) as database:
        by_hand = ByHand(service, database, MORNING)
        await by_hand.hears(*(enrolled(n, MORNING) for n in (1, 2, 4)))
        yield by_hand


async def calls(hand: ByHand, n: int, outcome: str, role: str = "clerk", made_at: datetime | None = None) -> ContactId:
    """An hour later."""
    await hand.waits(hours(1))
    contact_id = ContactId(derived("t", n, str(hand.now)))
    made = RecordContact(
        contact_id=contact_id, person_id=person(n), kind="call-on", strength="there", outcome=outcome, note=NOTE,
        made_at=made_at or hand.now,
    )  # fmt: skip
    await hand.asked(made, by=by(role))
    return contact_id


async def tells_of_merges(hand: ByHand, *merged: tuple[int, int], said: str = "end") -> None:
    """It is not worked off yet."""
    for n, into in merged:
        end_id = derived("t", said, n, into)
        await hand.hears(CareEnded(end_id=end_id, why="merged", into=person(into), ended_at=hand.now, **where(n)))


async def merges(hand: ByHand, *merged: tuple[int, int]) -> None:
    await tells_of_merges(hand, *merged)
    await hand.waits(hours(1))


async def tells_of_partings(hand: ByHand, *merged: tuple[int, int]) -> None:
    """They were two after all."""
    for n, into in merged:
        end_id = derived("t", "end", n, into)
        await hand.hears(CareResumed(end_id=end_id, reason=a_reason("两个人"), resumed_at=hand.now, **where(n)))


async def parts(hand: ByHand, *merged: tuple[int, int]) -> None:
    await tells_of_partings(hand, *merged)
    await hand.waits(hours(1))


async def tells_of_strike(hand: ByHand, n: int, contact_id: ContactId, role: str = "clerk") -> None:
    struck = StrikeContact(
        strike_id=derived("t", contact_id), person_id=person(n), contact_id=contact_id, reason=a_reason("登记错了人")
    )
    await hand.asked(struck, by=by(role))


async def strikes(hand: ByHand, n: int, contact_id: ContactId) -> None:
    await tells_of_strike(hand, n, contact_id)
    await hand.waits(hours(1))


async def due(hand: ByHand, n: int) -> list[datetime]:
    """Of all that is owed; to the second: a state never hears two things at one instant."""
    care: Care = await hand.state(Care, person(n))
    return [duty.due_at.replace(microsecond=0) for duty in care.duties.values() if duty.is_open]
