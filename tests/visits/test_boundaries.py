"""The very instants at which something turns: each is one line that could as well have been written the other way."""

from dataclasses import replace
from datetime import datetime

from contracts.registry import AbsenceEnded
from services.visits.domain import By, Contact, Happening, strike
from services.visits.domain.causes import ABSENCE
from services.visits.domain.happened import with_happening
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    MOURNING,
    OTHER_REPORT,
    PLACE,
    REPORT,
    REPORTING,
    STAY,
    WANG,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    after,
    card,
    civil,
    contact,
    died,
    discharge_cancelled,
    discharged,
    hours,
    life,
    lives,
    policy,
    rule,
    says_known,
)

BACK = rule("back", after("absence-ended", hours(24)))
SECOND_WEEK, THIRD_WEEK = civil("2026-05-18 00:00"), civil("2026-05-25 00:00")


def test_what_becomes_known_at_the_instant_at_which_a_rule_comes_into_force_is_asked_by_it() -> None:
    li = life(GREETING)
    li.hears(admitted())

    li.under(policy(GREETING, WARD, version="v2"), at=WEDNESDAY)
    li.wakes(WEDNESDAY)

    assert "ward" in li.owed()


def test_who_leaves_a_class_after_an_outage_keeps_what_became_overdue_in_it() -> None:
    li = life(GREETING)
    li.records(greeting(WEDNESDAY))

    li.hears(card(2, "at-home"), at=THIRD_WEEK + hours(1))

    assert [duty.due_at for duty in li.open()] == [THIRD_WEEK]


def test_what_opened_in_an_outage_is_done_by_the_contact_that_is_recorded_first() -> None:
    li = life(GREETING)

    li.records(greeting(SECOND_WEEK + hours(10)))

    assert li.open() == []


def test_who_says_twice_that_they_know_is_given_time_once() -> None:
    li = life(WARD)
    li.hears(admitted())
    for at in (WEDNESDAY + hours(20), WEDNESDAY + hours(30)):
        li.hears(says_known(li.the("ward"), "clerk", at), at=at)

    assert li.owed()["ward"].next_rung_at == WEDNESDAY + hours(20 + 24)


def test_who_comes_back_as_was_expected_is_asked_after_from_then_on() -> None:
    li = away(until_known=True)

    before = li.wakes(WEDNESDAY + hours(47))
    li.wakes(WEDNESDAY + hours(48))

    assert before == []
    assert li.owed()["back"].due_at == WEDNESDAY + hours(48 + 24)


def test_who_was_back_before_anybody_knew_is_asked_after_from_when_it_was_known() -> None:
    li = away(until_known=False)
    back = AbsenceEnded(
        absence_id=REPORT,
        ended_at=WEDNESDAY + hours(24),
        reason=a_reason("回来了"),
        reported_at=WEDNESDAY + hours(48),
        **PLACE,
    )

    li.hears(back, at=WEDNESDAY + hours(48))

    assert li.owed()["back"].due_at == WEDNESDAY + hours(48 + 24)


def away(*, until_known: bool) -> Life:
    li = life(BACK)
    gone = Happening(REPORT, ABSENCE, "travelling", WEDNESDAY, WEDNESDAY)
    until = WEDNESDAY + hours(48)
    li.care = with_happening(li.care, replace(gone, until=until, until_known_at=WEDNESDAY) if until_known else gone)
    return li


def test_when_a_contact_is_struck_the_age_goes_to_the_last_in_its_place_that_is_owed() -> None:
    li = life(GREETING)
    li.records(greeting(WEDNESDAY))
    li.wakes(SECOND_WEEK)
    li.wakes(THIRD_WEEK)

    strikes(li, THIRD_WEEK + hours(1))

    first = next(iter(li.care.duties.values()))
    assert (first.closed_by, first.closed_by_id) == (By.DUTY, li.owed()["greeting"].duty_id)
    assert li.owed()["greeting"].due_at == SECOND_WEEK


def test_when_a_contact_is_struck_the_age_goes_no_further_than_to_what_was_done_since() -> None:
    li = life(GREETING)
    li.records(greeting(WEDNESDAY))
    li.wakes(SECOND_WEEK)
    li.records(greeting(SECOND_WEEK + hours(1), n=2))
    li.wakes(THIRD_WEEK)

    strikes(li, THIRD_WEEK + hours(1))

    first, second, third = li.care.duties.values()
    assert (first.closed_by, first.closed_by_id) == (By.DUTY, second.duty_id)
    assert third.due_at == THIRD_WEEK + hours(7 * 24)


def greeting(at: datetime, n: int = 1) -> Contact:
    return contact(at, n, kind="hello", strength="voice", party="street", role="neighbour")


def strikes(li: Life, at: datetime) -> None:
    li.care, _ = strike(li.care, next(iter(li.care.contacts)), WANG, a_reason("记成了别人"), at)


def test_a_report_of_death_that_is_retracted_at_the_instant_of_the_next_leaves_one_visit_owed() -> None:
    li = life(MOURNING)
    li.hears(died(REPORT, WEDNESDAY))
    then = WEDNESDAY + hours(5)
    li.hears(died(OTHER_REPORT, then), at=then)

    li.hears(lives(REPORT, then), at=then)

    assert [(duty.cause_id, duty.due_at) for duty in li.care.duties.values()] == [(REPORT, WEDNESDAY + hours(72))]


def test_a_period_that_lay_from_its_first_instant_to_its_last_under_a_false_report_is_not_asked_for() -> None:
    li = life(REPORTING)
    li.records(contact(WEDNESDAY, party="hall", role="warden"))
    li.hears(died(REPORT, SECOND_WEEK), at=SECOND_WEEK - hours(1))

    friday = civil("2026-05-22 18:00")
    li.hears(lives(REPORT, friday), at=friday)

    assert li.open() == []


def test_a_discharge_that_was_taken_back_when_it_was_written_down_is_none() -> None:
    li = life(rule("home", after("stay-discharged", hours(24))))
    at = WEDNESDAY + hours(2)

    li.hears(admitted(), discharged(at=at), discharge_cancelled(at=at))

    assert li.open() == []
    assert li.care.stays[STAY].goes_on
