"""A stay that is told under a file which has gone into another: what follows from it is owed under that one, in any order."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import PersonId, derived
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientDischarged
from contracts.visits import DutySuperseded
from services.visits.domain import Care, Stay
from services.visits.domain.merging import Handover, give_back, handover_of, take_over
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.shuangta import GRAIN, LI, ZHANG, admitted, carded, enrolled
from tests.visits.test_merged_twice import OF_THE_STAY, SOON, WU, ended, owed, resumed, where
from tests.visits.town import (
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    Life,
    cancelled,
    discharge_cancelled,
    discharged,
    hours,
    life,
)
from tests.visits.town import admitted as a_stay

STAY = admitted().stay_id


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Three people, of whom nothing is known but who they are."""
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        by_hand = ByHand(service, database, MORNING)
        await by_hand.hears(enrolled(), carded())
        for who in (LI, WU):
            await by_hand.hears(enrolled(who), carded().model_copy(update={"person_id": who, "unit_id": GRAIN}))
        yield by_hand


async def merged(hand: ByHand) -> None:
    """Zhang's file goes on under Li's, and that under Wu's."""
    await hand.hears(ended(ZHANG, LI), ended(LI, WU))
    await hand.waits(SOON)


async def the_stay(hand: ByHand, who: PersonId) -> Stay:
    care: Care = await hand.state(Care, who)
    return care.stays[STAY]


def at_hospital() -> dict[str, Any]:
    return {"stay_id": STAY, "hospital": "第一医院", **where(ZHANG)}


async def test_an_admission_heard_after_the_merge_is_owed_under_the_file_that_goes_on(hand: ByHand) -> None:
    await merged(hand)

    await hand.hears(admitted())
    await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, LI), await owed(hand, WU)) == ([], [], OF_THE_STAY)
    assert await hand.differences() == []


async def test_when_they_were_two_after_all_the_stay_is_that_of_the_one(hand: ByHand) -> None:
    await merged(hand)
    await hand.hears(admitted())
    await hand.waits(SOON)

    await hand.hears(resumed(ZHANG))
    await hand.waits(SOON)

    assert (await owed(hand, ZHANG), await owed(hand, WU)) == (OF_THE_STAY, [])


async def test_an_admission_that_never_was_is_recalled_there(hand: ByHand) -> None:
    await hand.hears(admitted())
    await merged(hand)
    before = await owed(hand, WU)

    await hand.hears(AdmissionCancelled(cancelled_at=MORNING + hours(1), **at_hospital()))
    told = await hand.waits(SOON)

    assert (before, await owed(hand, WU)) == (OF_THE_STAY, [])
    assert {(e.person_id, e.rule, e.by) for e in told if isinstance(e, DutySuperseded) and e.person_id == WU} == {
        (WU, rule, "retraction") for rule in OF_THE_STAY
    }


async def test_who_is_sent_home_is_so_under_the_file_that_goes_on(hand: ByHand) -> None:
    await hand.hears(admitted())
    await merged(hand)

    await hand.hears(PatientDischarged(discharged_at=MORNING + hours(1), **at_hospital()))
    await hand.waits(SOON)
    home = await the_stay(hand, WU)
    await hand.hears(DischargeCancelled(cancelled_at=MORNING + hours(2), **at_hospital()))
    await hand.waits(SOON)

    assert (home.goes_on, (await the_stay(hand, WU)).goes_on) == (False, True)
    assert await hand.differences() == []


def snapshots() -> list[Stay]:
    """One stay as its file knew it, from hour to hour: admitted, sent home, not so, and never there."""
    one, known = life(WARD), list[Stay]()
    for said in (a_stay(), discharged(at=WEDNESDAY), discharge_cancelled(), cancelled()):
        one.hears(said)
        known += one.care.stays.values()
    return known


def given(*stays: Stay) -> Handover:
    return Handover(stays, (), (), {})


def heard_by_another(*stays: Stay) -> Life:
    other = life(WARD, WARD_BY_HALL)
    other.care = replace(other.care, person_id=PersonId(derived("test", "the other file")))
    for stay in stays:
        other.care, _ = take_over(other.care, given(stay), WEDNESDAY + hours(8))
    return other


@pytest.mark.parametrize("until", [2, 3, 4])
def test_whichever_is_handed_over_first_the_stay_ends_the_same(until: int) -> None:
    known = snapshots()[:until]

    ends = [heard_by_another(*order).care.stays for order in permutations(known)]

    assert all(stays == {known[-1].stay_id: known[-1]} for stays in ends)


def test_a_stay_that_was_given_back_is_taken_over_again_and_one_that_never_was_is_not() -> None:
    admitted_, *_, never = snapshots()
    back, false = heard_by_another(admitted_), heard_by_another(never)
    back.care, _ = give_back(back.care, given(admitted_), WEDNESDAY + hours(9))
    between = back.open()

    for other in (back, false):
        other.care, _ = take_over(other.care, given(admitted_), WEDNESDAY + hours(10))

    assert (between, set(back.owed()), false.open()) == ([], {"ward", "ward-by-hall"}, [])


def test_what_another_file_has_given_back_is_not_handed_over() -> None:
    (admitted_, *_) = snapshots()
    other = heard_by_another(admitted_)
    third = heard_by_another(admitted_)
    other.care, _ = give_back(other.care, given(admitted_), WEDNESDAY + hours(9))

    third.care, _ = take_over(third.care, handover_of(other.care, WEDNESDAY + hours(10)), WEDNESDAY + hours(10))

    assert third.owed().keys() == {"ward", "ward-by-hall"}
