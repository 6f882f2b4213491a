"""A contact that is struck in a file which has gone into another: what it discharged is owed under the one that goes on."""

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, PersonId, derived
from services.visits.requests.contacts import RecordContact, StrikeContact
from tests.reasons import a_reason
from tests.visits.shuangta import LI, OFFICER, ZHANG
from tests.visits.test_merged_twice import OF_THE_STAY, SOON, WU, ended, hand, owed

__all__ = ["hand"]
VISIT = RecordContact(
    contact_id=ContactId(derived("test", "visit")), person_id=ZHANG, kind="visit", strength="in-person", outcome="met",
    made_at=MORNING,
)  # fmt: skip


@pytest.mark.parametrize("goes_on", [LI, WU])
async def test_what_it_discharged_is_owed_under_the_file_that_goes_on(hand: ByHand, goes_on: PersonId) -> None:
    await hand.asked(VISIT, by=OFFICER)
    await hand.hears(ended(ZHANG, LI))
    await hand.waits(SOON)
    if goes_on == WU:
        await hand.hears(ended(LI, WU))
        await hand.waits(SOON)
    done = await owed(hand, goes_on)

    strike = StrikeContact(
        strike_id=derived("test", "strike"),
        contact_id=VISIT.contact_id,
        person_id=ZHANG,
        reason=a_reason("记错了人，没有去过"),
    )
    await hand.asked(strike, by=OFFICER)
    await hand.waits(SOON)

    assert "hospital-visit-bureau" not in done
    assert set(OF_THE_STAY) <= set(await owed(hand, goes_on))
    assert await hand.differences() == []
