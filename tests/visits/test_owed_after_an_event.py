"""What an event raises: from an admission to its duty, and back when it is taken back."""

from dataclasses import replace

from contracts.ids import DutyId, StayId, derived
from contracts.visits import Cause, DutyOpened, DutySuperseded
from services.visits.domain import ClosedAs
from services.visits.domain.rules import CountedFrom, Stack
from tests.visits.town import (
    CHANGE,
    OLD_LI,
    OTHER_STAY,
    PLACE,
    STAY,
    WARD,
    WEDNESDAY,
    admitted,
    after,
    cancelled,
    card,
    contact,
    discharged,
    enrolled,
    hours,
    life,
    names,
    rule,
    widowed,
)


def test_an_admission_becomes_what_the_policy_says_told_with_its_cause() -> None:
    li = life(WARD)

    told = li.hears(admitted(), at=WEDNESDAY + hours(1))

    assert told == [
        DutyOpened(
            duty_id=DutyId(derived("duty", OLD_LI, "ward", "mill", f"stay-admitted:{STAY}")),
            rule="ward",
            policy="v1",
            kind="call-on",
            strength="there",
            party="mill",
            role="clerk",
            cause=Cause(kind="stay", id=STAY, at=WEDNESDAY + hours(1)),
            due_at=WEDNESDAY + hours(25),
            message="told",
            lane="normal",
            opened_at=WEDNESDAY + hours(1),
            **PLACE,
        )
    ]


def test_a_stay_counts_once_however_often_we_hear_of_it() -> None:
    li = life(WARD)

    li.hears(admitted(), admitted())
    again = li.hears(admitted(), at=WEDNESDAY + hours(30))

    assert "DutyOpened" not in names(again)
    assert len(li.care.duties) == 1


def test_hearing_nothing_new_leaves_the_very_same_state() -> None:
    li = life(WARD)
    li.hears(admitted())
    before = li.care

    li.hears(admitted(), card(), enrolled(), at=WEDNESDAY + hours(1))

    assert li.care is before


def test_a_stay_of_somebody_unknown_waits_and_is_owed_from_when_it_was_heard() -> None:
    li = life(WARD, heard=())

    first = li.hears(admitted(), at=WEDNESDAY)
    li.hears(enrolled(), at=WEDNESDAY + hours(2))

    assert first == []
    assert li.owed()["ward"].due_at == WEDNESDAY + hours(24)


def test_a_card_alone_makes_a_person_known() -> None:
    li = life(WARD, heard=(admitted(), card()))

    assert li.owed().keys() == {"ward"}


def test_the_visit_stays_owed_when_the_stay_has_ended_in_whatever_order_we_hear() -> None:
    for heard in ((admitted(), discharged()), (discharged(), admitted())):
        assert life(WARD, heard=(enrolled(), *heard)).owed().keys() == {"ward"}


def test_a_discharge_of_which_no_admission_is_known_raises_nothing() -> None:
    assert life(WARD, heard=(enrolled(), discharged())).care.duties == {}


def test_a_cancelled_admission_recalls_its_visit_by_name() -> None:
    li = life(WARD)
    li.hears(admitted())
    visit = li.the("ward")

    told = li.hears(cancelled(), at=WEDNESDAY + hours(1))

    assert told == [
        DutySuperseded(
            duty_id=visit.duty_id,
            rule="ward",
            by="retraction",
            by_id=STAY,
            superseded_at=WEDNESDAY + hours(1),
            **PLACE,
        )
    ]
    assert li.open() == []


def test_an_admission_that_was_cancelled_before_it_was_heard_raises_nothing() -> None:
    li = life(WARD)

    told = li.hears(cancelled(), admitted())

    assert told == []
    assert li.care.duties == {}


def test_a_visit_that_was_done_is_not_undone_by_a_cancelled_admission() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(WEDNESDAY + hours(1)))

    told = li.hears(cancelled(), at=WEDNESDAY + hours(2))

    assert told == []
    assert li.the("ward").closed_as is ClosedAs.DONE


def test_two_stays_are_two_visits() -> None:
    li = life(WARD)

    li.hears(admitted(), admitted(OTHER_STAY))

    assert sorted(str(duty.cause_id) for duty in li.open()) == sorted((str(STAY), str(OTHER_STAY)))


def test_where_the_newer_cause_supersedes_its_recall_gives_the_older_one_back() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    first = li.the("ward")
    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(1))
    assert [duty.cause_id for duty in li.open()] == [OTHER_STAY]

    told = li.hears(cancelled(OTHER_STAY), at=WEDNESDAY + hours(2))

    assert names(told) == ["DutySuperseded", "DutyOpened"]
    assert li.open() == [first]


def test_the_first_is_given_back_when_all_that_came_after_it_are_recalled() -> None:
    third = StayId(derived("test", "third stay"))
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted(), admitted(OTHER_STAY), admitted(third))

    li.hears(cancelled(OTHER_STAY), cancelled(third), at=WEDNESDAY + hours(1))

    assert [duty.cause_id for duty in li.open()] == [STAY]


def test_what_was_done_for_a_recalled_stay_was_done_for_the_one_it_superseded() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted(), admitted(OTHER_STAY))
    li.records(contact(WEDNESDAY + hours(1)))

    li.hears(cancelled(OTHER_STAY), at=WEDNESDAY + hours(2))

    assert li.open() == []


def test_a_deadline_may_count_from_when_it_happened() -> None:
    li = life(rule("ward", after("stay-admitted", hours(24), counted_from=CountedFrom.HAPPENED)))

    li.hears(admitted(at=WEDNESDAY - hours(5)))

    assert li.owed()["ward"].due_at == WEDNESDAY + hours(19)


def test_a_window_that_opens_later_opens_later() -> None:
    li = life(rule("after-a-week", after("family-changed", hours(240), opens=hours(168))))

    at_once = li.hears(widowed())
    later = li.wakes(WEDNESDAY + hours(168))

    assert at_once == []
    assert [(fact.rule, fact.cause.id) for fact in later if isinstance(fact, DutyOpened)] == [("after-a-week", CHANGE)]
