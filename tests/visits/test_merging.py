"""Two files were one person's: what was raised under the one is owed under the other, with its old dates, and only once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, PersonId, derived
from contracts.registry import CareEnded, CareResumed, HardshipReported, HardshipRetracted
from contracts.visits import DutyOpened, DutySuperseded
from services.visits.domain import Care, Rule
from services.visits.domain.merging import give_back, handover_of, take_over
from services.visits.domain.rules import Cadence, Every, Stack, Without
from services.visits.policy import Installed, load_files
from services.visits.requests.contacts import RecordContact
from services.visits.service import service
from services.visits.store import care_store
from tests.reasons import a_reason
from tests.visits.shuangta import GRAIN, LI, OFFICER, ZHANG, admitted, carded, enrolled
from tests.visits.town import GREETING as GREETING_TOWN
from tests.visits.town import (
    NEED,
    OLD_LI,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    WHOLE_DAY_ONE,
    Life,
    civil,
    contact,
    discharged,
    hours,
    in_need,
    life,
    policy,
    rule,
)
from tests.visits.town import admitted as a_stay
from tests.visits.town import enrolled as enrolled_in_town

END = derived("test", "merged")
NEED_OF_ZHANG = derived("test", "the need of Zhang")
LATER = civil("2030-03-01 10:00")
YEARLY = rule("yearly", Cadence(Every.YEAR, WHOLE_DAY_ONE, None), stack=Stack.SUPERSEDE)
UNVISITED = rule("unvisited", Without(timedelta(days=365), timedelta(days=30)))


def two_files() -> tuple[Life, Life]:
    """The one was admitted and is in need; the other knows nothing of it."""
    one, other = life(WARD, WARD_BY_HALL, NEED), life(WARD, WARD_BY_HALL, NEED)
    one.hears(a_stay(), in_need())
    other.care = replace(other.care, person_id=PersonId(derived("test", "the other file")))
    return one, other


def goes_on(one: Life, other: Life, at: Any = WEDNESDAY + hours(30)) -> list[Any]:
    other.care, told = take_over(other.care, handover_of(one.care, at), at)
    return list(told)


def test_what_was_raised_under_the_one_is_owed_under_the_other_with_its_old_dates() -> None:
    one, other = two_files()

    goes_on(one, other)

    assert {name: duty.due_at for name, duty in other.owed().items()} == {
        name: duty.due_at for name, duty in one.owed().items()
    }
    assert other.the("ward").missed_at is not None
    assert other.the("ward").duty_id != one.the("ward").duty_id


def test_what_was_done_under_the_one_is_not_owed_again_under_the_other() -> None:
    one, other = two_files()
    one.records(contact(WEDNESDAY + hours(1)))

    goes_on(one, other)

    assert other.owed().keys() == {"ward-by-hall", "need"}
    assert other.care.last_made == one.care.last_made


def test_taken_over_twice_it_is_owed_once() -> None:
    one, other = two_files()
    goes_on(one, other)
    before = other.care

    told = goes_on(one, other)

    assert (told, other.care) == ([], before)


def test_what_the_other_has_heard_since_is_not_pushed_away() -> None:
    one, other = two_files()
    other.hears(a_stay(), discharged(at=WEDNESDAY + hours(2)))

    goes_on(one, other)

    assert [stay.is_discharged for stay in other.care.stays.values()] == [True]


def test_when_they_were_two_after_all_it_is_owed_under_the_one_again_alone() -> None:
    one, other = two_files()
    given = handover_of(one.care, WEDNESDAY + hours(30))
    goes_on(one, other)

    other.care, _ = give_back(other.care, given, WEDNESDAY + hours(40))
    apart = other.owed()
    goes_on(one, other, WEDNESDAY + hours(50))

    assert apart == {}
    assert other.owed().keys() == one.owed().keys()
    assert one.care.person_id == OLD_LI


def forgotten(*rules: Rule) -> tuple[Life, Life]:
    """The one has been under care for years and nobody came; the other was enrolled yesterday."""
    one, other = life(*rules), Life(policy(*rules))
    one.wakes(LATER)
    other.hears(enrolled_in_town(), at=LATER - hours(24))
    other.care = replace(other.care, person_id=PersonId(derived("test", "the other file")))
    return one, other


@pytest.mark.parametrize("rules", [(YEARLY,), (UNVISITED,), (GREETING_TOWN,)], ids=lambda rules: rules[0].name)
def test_of_an_overdue_duty_neither_age_nor_rung_is_lost(rules: tuple[Rule, ...]) -> None:
    one, other = forgotten(*rules)
    (old,) = one.open()

    goes_on(one, other, LATER)

    (owed,) = other.open()
    assert (owed.due_at, owed.rung, owed.answering) == (old.due_at, old.rung, old.answering)
    assert (owed.missed_at, owed.next_rung_at) == (old.missed_at, old.next_rung_at)


@pytest.mark.parametrize("rules", [(YEARLY,), (UNVISITED,)], ids=lambda rules: rules[0].name)
def test_taken_over_twice_the_age_is_taken_once(rules: tuple[Rule, ...]) -> None:
    one, other = forgotten(*rules)
    goes_on(one, other, LATER)
    before = other.care

    told = goes_on(one, other, LATER)

    assert (told, other.care) == ([], before)


@pytest.mark.parametrize("rules", [(YEARLY,), (UNVISITED,)], ids=lambda rules: rules[0].name)
def test_when_they_were_two_after_all_the_age_is_the_one_s_alone(rules: tuple[Rule, ...]) -> None:
    one, other = forgotten(*rules)
    young = [(duty.rule, duty.due_at, duty.rung) for duty in other.open()]
    given = handover_of(one.care, LATER)
    goes_on(one, other, LATER)

    other.care, _ = give_back(other.care, given, LATER + hours(1))

    assert [(duty.rule, duty.due_at, duty.rung) for duty in other.open()] == young


def test_what_was_done_under_the_other_since_is_not_overdue() -> None:
    one, other = forgotten(YEARLY)
    other.records(contact(LATER - hours(1)))

    goes_on(one, other, LATER)

    assert other.open() == []


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


async def test_on_the_road_a_merge_loses_no_visit_and_its_undoing_gives_it_back(hand: ByHand) -> None:
    await hand.hears(enrolled(), carded(), admitted())
    await hand.hears(enrolled(LI), carded().model_copy(update={"person_id": LI, "unit_id": GRAIN}))
    visit = RecordContact(
        contact_id=ContactId(derived("test", "visit")), person_id=ZHANG, kind="visit", strength="in-person",
        outcome="met", made_at=MORNING,
    )  # fmt: skip
    await hand.asked(visit, by=OFFICER)
    of_zhang: dict[str, Any] = {"city": "双塔市", "county": "东区", "person_id": ZHANG}
    place: dict[str, Any] = {**of_zhang, "end_id": END}
    await hand.hears(HardshipReported(hardship_id=NEED_OF_ZHANG, hardship="poverty", reported_at=MORNING, **of_zhang))

    await hand.hears(CareEnded(why="merged", into=LI, ended_at=MORNING, **place))
    merged = await hand.waits(timedelta(seconds=1))
    await hand.hears(
        HardshipRetracted(hardship_id=NEED_OF_ZHANG, reason=a_reason("另有其人"), retracted_at=MORNING, **of_zhang)
    )
    recalled = await hand.waits(timedelta())
    await hand.hears(CareResumed(reason=a_reason("两个人"), resumed_at=MORNING, **place))
    parted = await hand.waits(timedelta())

    assert {(e.person_id, e.rule) for e in merged if isinstance(e, DutyOpened)} == {
        (LI, "hospital-visit-liaison"),
        (LI, "hardship-visit"),
    }
    assert [(e.person_id, e.rule, e.by) for e in recalled if isinstance(e, DutySuperseded)] == [
        (LI, "hardship-visit", "retraction")
    ]
    assert [(e.person_id, e.rule, e.by) for e in parted if isinstance(e, DutySuperseded)] == [
        (LI, "hospital-visit-liaison", "retraction")
    ]
    zhang: Care = await hand.state(Care, ZHANG)
    assert {duty.rule for duty in zhang.duties.values() if duty.is_open and duty.cause_kind == "stay"} == {
        "hospital-visit-liaison"
    }
    assert await hand.differences() == []


@pytest.mark.parametrize("before", [0, 22], ids=["of-one-age", "younger"])
async def test_on_the_road_the_age_goes_back_with_the_file_that_it_came_with(hand: ByHand, before: int) -> None:
    """The file that ended keeps none of its calendar duties open: what it gave is known by what it has again."""
    await hand.hears(enrolled(), carded())
    await hand.waits(timedelta(days=before))
    late = enrolled(LI).model_copy(update={"enrolled_at": hand.now})
    await hand.hears(late, carded().model_copy(update={"person_id": LI, "unit_id": GRAIN, "stated_at": hand.now}))
    await hand.waits(timedelta(days=22 - before, seconds=1))
    own = await due(hand)
    place: dict[str, Any] = {"city": "双塔市", "county": "东区", "person_id": ZHANG, "end_id": END}

    await hand.hears(CareEnded(why="merged", into=LI, ended_at=hand.now, **place))
    await hand.waits(timedelta(seconds=1))
    older = await due(hand)
    await hand.hears(CareResumed(reason=a_reason("两个人"), resumed_at=hand.now, **place))
    parted = await hand.waits(timedelta(seconds=1))

    assert before > 0 or [fact for fact in parted if getattr(fact, "person_id", None) == LI] == []
    assert any(older[rule] < at for rule, at in own.items()) == (before > 0)
    assert await due(hand) == own
    assert await hand.differences() == []


async def due(hand: ByHand) -> dict[str, datetime]:
    """Until when each rule of the calendar is owed to Li."""
    care: Care = await hand.state(Care, LI)
    return {duty.rule: duty.due_at for duty in care.duties.values() if duty.is_open and duty.cause_id is None}
