"""Files that are merged, parted and merged again before any of it is worked off: nothing is lost, nothing is owed twice.

What one file tells another is worked off in the order in which it was told, by one clock at a time. What goes over a third
file may be overtaken.
"""

from datetime import timedelta

import pytest

from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import ContactId, StayId, derived
from contracts.registry import CareEnded, CareResumed, HardshipRetracted
from services.visits.requests.contacts import RecordContact, StrikeContact
from tests.reasons import a_reason
from tests.visits.shuangta import LI, OFFICER, ZHANG, admitted
from tests.visits.test_merged_twice import NEED, OF_THE_STAY, SOON, WU, again, ended, hand, owed, resumed, where

__all__ = ["hand"]
ALL = ["hardship-visit", *OF_THE_STAY]


async def tells(hand: ByHand, *said: Event) -> None:
    for each in said:
        hand.now += timedelta(milliseconds=5)
        await hand.hears(each)


async def in_a_breath(hand: ByHand, *said: Event) -> None:
    """All is told before any of it is worked off."""
    await tells(hand, *said)
    await hand.waits(SOON)


async def all_owed(hand: ByHand) -> list[list[str]]:
    return [await owed(hand, who) for who in (ZHANG, LI, WU)]


def back(end: CareEnded) -> CareResumed:
    return resumed(end.person_id).model_copy(update={"end_id": end.end_id})


async def test_parted_and_merged_again_it_is_owed_where_it_goes_on(hand: ByHand) -> None:
    await tells(hand, ended(ZHANG, LI))
    await hand.waits(SOON)

    await in_a_breath(hand, resumed(ZHANG), again(ended(ZHANG, LI)))

    assert await all_owed(hand) == [[], ALL, []]
    assert await hand.differences() == []


async def test_merged_and_parted_it_is_owed_under_its_own_file_alone(hand: ByHand) -> None:
    await in_a_breath(hand, ended(ZHANG, LI), resumed(ZHANG))

    assert await all_owed(hand) == [ALL, [], []]


async def test_so_it_is_where_both_fall_into_one_millisecond(hand: ByHand) -> None:
    """In what order is not known by their ids."""
    end = ended(ZHANG, LI)
    await hand.hears(end)
    for _ in range(8):
        await hand.hears(back(end), end := again(end))
        await hand.waits(SOON)

        assert await all_owed(hand) == [[], ALL, []]


async def test_an_admission_that_was_told_under_the_merged_file_before_it_was_parted_is_its_own(hand: ByHand) -> None:
    await tells(hand, ended(ZHANG, LI))
    await hand.waits(SOON)
    another = admitted().model_copy(update={"stay_id": StayId(derived("t", "another stay"))})

    await in_a_breath(hand, another, resumed(ZHANG))

    assert (await all_owed(hand))[1:] == [[], []]


async def test_what_never_was_is_not_owed_though_that_is_told_first(hand: ByHand) -> None:
    never = HardshipRetracted(hardship_id=NEED, reason=a_reason("另有其人"), retracted_at=MORNING, **where(ZHANG))

    await in_a_breath(hand, ended(ZHANG, LI), never)

    assert await all_owed(hand) == [[], OF_THE_STAY, []]


async def test_a_contact_that_was_struck_since_discharges_nothing_there(hand: ByHand) -> None:
    visit = RecordContact(
        contact_id=ContactId(derived("test", "visit")), person_id=ZHANG, kind="visit", strength="in-person", outcome="met",
        made_at=MORNING,
    )  # fmt: skip
    await hand.asked(visit, by=OFFICER)
    await tells(hand, ended(ZHANG, LI))
    hand.now += timedelta(milliseconds=5)
    await hand.asked(
        StrikeContact(
            strike_id=derived("t", "s"),
            contact_id=visit.contact_id,
            person_id=ZHANG,
            reason=a_reason("记错了人，没有去过"),
        ),
        by=OFFICER,
    )
    await hand.waits(SOON)

    assert set(OF_THE_STAY) <= set(await owed(hand, LI))


THIRD = {
    "parted from the one between, which goes on": ((resumed(ZHANG), ended(LI, WU)), [ALL, [], []]),
    "and then merged into the third": ((resumed(ZHANG), ended(LI, WU), again(ended(ZHANG, WU))), [[], [], ALL]),
    "and parted from the third, too": (
        (resumed(ZHANG), ended(LI, WU), again(ended(ZHANG, WU)), back(again(ended(ZHANG, WU)))),
        [ALL, [], []],
    ),
    "into the third before the one between": ((resumed(ZHANG), again(ended(ZHANG, WU)), ended(LI, WU)), [[], [], ALL]),
}


@pytest.mark.parametrize("said", THIRD)
async def test_through_a_third_file_nothing_is_lost_or_doubled(hand: ByHand, said: str) -> None:
    told, expected = THIRD[said]
    await tells(hand, ended(ZHANG, LI))
    await hand.waits(SOON)

    await in_a_breath(hand, *told)

    assert await all_owed(hand) == expected
    assert await hand.differences() == []
