"""Files that go on under another, and that one under a third: what is owed reaches the file that goes on, and leaves it again."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import PersonId, derived
from contracts.registry import CareEnded, CareResumed, HardshipReported, HardshipRetracted
from services.visits.domain import Care
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.reasons import a_reason
from tests.visits.shuangta import GRAIN, LI, ZHANG, admitted, carded, enrolled

WU, ZHAO = (PersonId(derived("test", name)) for name in ("Wu", "Zhao"))
NEED = derived("test", "the need of Zhang")
OF_THE_STAY = ["hospital-visit-bureau", "hospital-visit-liaison"]
SOON = timedelta(seconds=1)


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Zhang was admitted and is in need; of the others nothing is known but who they are."""
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        by_hand = ByHand(service, database, MORNING)
        await by_hand.hears(enrolled(), carded(), admitted())
        await by_hand.hears(HardshipReported(hardship_id=NEED, hardship="poverty", reported_at=MORNING, **where(ZHANG)))
        for who in (LI, WU, ZHAO):
            await by_hand.hears(enrolled(who), carded().model_copy(update={"person_id": who, "unit_id": GRAIN}))
        yield by_hand


def where(who: PersonId) -> dict[str, Any]:
    return {"city": "双塔市", "county": "东区", "person_id": who}


def ended(who: PersonId, into: PersonId) -> CareEnded:
    return CareEnded(end_id=derived("end", who), why="merged", into=into, ended_at=MORNING, **where(who))


def resumed(who: PersonId) -> CareResumed:
    return CareResumed(end_id=derived("end", who), reason=a_reason("两个人"), resumed_at=MORNING, **where(who))


async def owed(hand: ByHand, who: PersonId) -> list[str]:
    care: Care = await hand.state(Care, who)
    return sorted(
        duty.rule for duty in care.duties.values() if duty.is_open and duty.cause_kind in ("stay", "hardship")
    )


async def test_two_merges_in_one_breath_lose_nothing(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)

    await hand.hears(ended(ZHANG, LI))
    await hand.hears(ended(LI, WU))
    await hand.waits(SOON)
    await hand.waits(SOON)

    assert await owed(hand, WU) == before == ["hardship-visit", *OF_THE_STAY]
    assert (await owed(hand, ZHANG), await owed(hand, LI)) == ([], [])
    assert await hand.differences() == []


async def test_so_do_three_in_whatever_order_they_are_heard(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)

    await hand.hears(ended(WU, ZHAO))
    await hand.hears(ended(LI, WU))
    await hand.hears(ended(ZHANG, LI))
    await hand.waits(SOON)

    assert await owed(hand, ZHAO) == before
    assert await hand.differences() == []


async def test_a_retraction_reaches_the_file_that_goes_on_over_every_file_between(hand: ByHand) -> None:
    await hand.hears(ended(ZHANG, LI))
    await hand.waits(SOON)
    await hand.hears(ended(LI, WU))
    await hand.waits(SOON)

    await hand.hears(
        HardshipRetracted(hardship_id=NEED, reason=a_reason("另有其人"), retracted_at=MORNING, **where(ZHANG))
    )
    await hand.waits(SOON)

    assert await owed(hand, WU) == OF_THE_STAY


async def test_when_the_first_two_were_two_after_all_it_is_owed_under_the_first_alone(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)
    await hand.hears(ended(ZHANG, LI))
    await hand.hears(ended(LI, WU))
    await hand.waits(SOON)

    await hand.hears(resumed(ZHANG))
    await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, LI), await owed(hand, WU)) == (before, [], [])


async def test_when_the_last_two_were_two_after_all_it_is_owed_under_the_one_between(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)
    await hand.hears(ended(ZHANG, LI))
    await hand.hears(ended(LI, WU))
    await hand.waits(SOON)

    await hand.hears(resumed(LI))
    await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, LI), await owed(hand, WU)) == ([], before, [])


async def test_files_that_were_merged_the_other_way_round_since_hand_nothing_on_for_ever(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)
    await hand.hears(ended(LI, ZHANG))  # that it was undone is heard last
    await hand.hears(ended(ZHANG, LI))
    await hand.waits(SOON)

    await hand.hears(resumed(LI))
    await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, LI)) == ([], before)


async def test_merged_the_wrong_way_round_first_each_keeps_its_own(hand: ByHand) -> None:
    """What the other had and gave back is not its own to take back."""
    before = await owed(hand, ZHANG)
    for said in (ended(ZHANG, LI), resumed(ZHANG), ended(LI, ZHANG), resumed(LI)):
        await hand.hears(said)
        await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, LI)) == (before, [])


async def test_of_what_two_files_had_told_a_third_the_one_takes_back_its_own_alone(hand: ByHand) -> None:
    before = await owed(hand, ZHANG)
    for said in (ended(ZHANG, LI), resumed(ZHANG), again(ended(ZHANG, WU)), ended(LI, WU), resumed(LI)):
        await hand.hears(said)
        await hand.waits(SOON)

    assert await owed(hand, WU) == before


def again(end: CareEnded) -> CareEnded:
    return end.model_copy(update={"end_id": derived("again", end.end_id)})
