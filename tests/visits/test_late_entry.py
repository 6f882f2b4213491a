"""A contact that was made in its period and is written down when the next has begun: nobody is blamed for what was done."""

from dataclasses import replace
from datetime import datetime, timedelta

from contracts.visits import ContactMade, DutyDone, DutyOpened, DutySuperseded
from services.visits.domain import Contact, Duty, strike
from services.visits.domain.policy import Instead
from services.visits.domain.rules import Cadence, Every, Means, Stack
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    WANG,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    card,
    civil,
    contact,
    died,
    enrolled,
    hours,
    life,
    lives,
    names,
    policy,
    rule,
)
from tests.visits.town import WHOLE_DAY_ONE as FIRST

SUNDAY, MONDAY, TUESDAY = civil("2026-05-17 18:00"), civil("2026-05-18 00:00"), civil("2026-05-19 10:00")
NEXT_MONDAY = civil("2026-05-25 00:00")
MONTHLY = rule("call", Cadence(Every.MONTH, FIRST, None), stack=Stack.SUPERSEDE, remind=timedelta(days=7))


def greeted(made_at: datetime, recorded_at: datetime, n: int = 1) -> Contact:
    return contact(made_at, n, party="street", role="neighbour", recorded_at=recorded_at)


def blamed() -> Life:
    """Nobody has written down that old Li was greeted last week; it is Tuesday, and the street and the town know of it."""
    li = life(GREETING)
    li.wakes(MONDAY)
    li.wakes(MONDAY + hours(30))
    return li


def climb(duty: Duty) -> tuple[object, ...]:
    return (
        duty.due_at, duty.missed_at, duty.rung, duty.answering, duty.next_rung_at, duty.escalated_at, duty.remind_at,
        duty.acknowledged_at, duty.acknowledged_by, duty.acknowledged_rung, duty.kind, duty.strength, duty.counts_from,
    )  # fmt: skip


def test_what_was_done_in_its_week_is_done_and_the_new_week_is_owed_for_itself_alone() -> None:
    li = blamed()
    last, this = li.care.duties.values()

    told = li.records(greeted(SUNDAY, TUESDAY))

    assert names(told) == ["ContactMade", "DutyDone", "DutySuperseded", "DutyOpened"]
    assert [fact.discharged for fact in told if isinstance(fact, ContactMade)] == [(last.duty_id,)]
    assert [(fact.duty_id, fact.late) for fact in told if isinstance(fact, DutyDone)] == [(last.duty_id, False)]
    assert [(fact.duty_id, fact.by) for fact in told if isinstance(fact, DutySuperseded)] == [(this.duty_id, "duty")]
    owed = li.owed()["greeting"]
    assert [(fact.duty_id, fact.due_at) for fact in told if isinstance(fact, DutyOpened)] == [
        (owed.duty_id, NEXT_MONDAY)
    ]
    assert (owed.due_at, owed.missed_at, owed.rung, owed.answering) == (NEXT_MONDAY, None, 0, "neighbour")


def test_an_entry_two_days_late_is_marked() -> None:
    li = blamed()

    li.records(greeted(SUNDAY, SUNDAY + hours(49)))

    assert [made.entered_late for made in li.care.contacts.values()] == [True]


def test_struck_it_puts_back_exactly_what_was() -> None:
    li = blamed()
    before = li.owed()["greeting"]
    li.records(greeted(SUNDAY, TUESDAY))

    li.care, told = strike(li.care, contact(SUNDAY).contact_id, WANG, a_reason("记成了别人"), TUESDAY + hours(1))

    assert climb(li.owed()["greeting"]) == climb(before)
    assert names(list(told)) == ["ContactStruck", "DutySuperseded", "DutyChanged"]


def test_struck_it_is_done_by_another_that_was_written_down_late() -> None:
    li = blamed()
    li.records(greeted(SUNDAY, TUESDAY, 1))
    li.records(greeted(SUNDAY, TUESDAY + hours(1), 2))

    li.care, _ = strike(li.care, contact(SUNDAY, 1).contact_id, WANG, a_reason("记成了别人"), TUESDAY + hours(2))

    assert li.owed()["greeting"].due_at == NEXT_MONDAY


def test_what_was_done_since_and_struck_has_not_the_old_age_again() -> None:
    li = blamed()
    li.records(greeted(SUNDAY, TUESDAY, 1))
    li.records(greeted(TUESDAY + hours(1), TUESDAY + hours(1), 2))

    li.care, _ = strike(li.care, contact(SUNDAY, 2).contact_id, WANG, a_reason("记成了别人"), TUESDAY + hours(2))

    assert (li.owed()["greeting"].due_at, li.owed()["greeting"].rung) == (NEXT_MONDAY, 0)


def test_of_several_weeks_what_came_after_is_still_owed_with_its_own_age() -> None:
    li = blamed()
    li.wakes(NEXT_MONDAY)

    li.records(greeted(SUNDAY, NEXT_MONDAY + hours(1)))

    owed = li.owed()["greeting"]
    assert (owed.due_at, owed.missed_at) == (NEXT_MONDAY, NEXT_MONDAY + hours(1))


def test_a_contact_of_the_second_week_settles_the_first_too() -> None:
    li = blamed()
    li.wakes(NEXT_MONDAY)

    told = li.records(greeted(TUESDAY, NEXT_MONDAY + hours(1)))

    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [True]
    assert li.owed()["greeting"].due_at == civil("2026-06-01 00:00")


def test_the_call_of_april_that_is_entered_in_may_leaves_may_its_own_time_and_reminder() -> None:
    li = life(MONTHLY)
    li.wakes(civil("2026-06-01 00:00"))

    li.records(contact(civil("2026-05-31 17:00"), recorded_at=civil("2026-06-06 09:00")))

    owed = li.owed()["call"]
    assert (owed.due_at, owed.remind_at) == (civil("2026-07-01 00:00"), civil("2026-06-24 00:00"))


def test_so_it_is_with_stays_of_which_the_next_takes_the_place_of_the_last() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    li.hears(admitted(OTHER_STAY, at=WEDNESDAY + hours(20)), at=WEDNESDAY + hours(20))

    told = li.records(contact(WEDNESDAY + hours(3), recorded_at=WEDNESDAY + hours(25)))

    assert "DutyMissed" not in names(told)
    assert li.owed()["ward"].due_at == WEDNESDAY + hours(44)


def test_too_weak_or_of_another_party_it_was_not_done_then_either() -> None:
    li = blamed()

    li.records(contact(SUNDAY, 1, recorded_at=TUESDAY))
    li.records(contact(SUNDAY, 2, party="street", role="neighbour", strength="word", recorded_at=TUESDAY))

    assert li.owed()["greeting"].due_at == MONDAY


def test_what_has_been_done_since_is_left_alone() -> None:
    li = blamed()
    li.records(greeted(TUESDAY, TUESDAY, 1))

    told = li.records(greeted(SUNDAY, TUESDAY + hours(1), 2))

    assert names(told) == ["ContactMade"]


def test_what_was_superseded_more_than_five_weeks_before_is_not_looked_for() -> None:
    li = life(GREETING)
    for week in range(8):
        li.wakes(MONDAY + timedelta(days=7 * week))
    late = MONDAY + timedelta(days=49, hours=9)

    told = li.records(greeted(SUNDAY, late))

    assert [fact.discharged for fact in told if isinstance(fact, ContactMade)] == [()]


def test_a_new_class_between_does_not_matter() -> None:
    li = blamed()
    li.hears(card(2, "at-home"), at=TUESDAY)

    li.records(greeted(SUNDAY, TUESDAY + hours(1)))

    assert li.open() == []


def test_what_comes_back_after_a_false_report_when_the_next_is_due_was_owed_as_it_last_was() -> None:
    li = Life(policy(GREETING, wishes={"by-word": Instead({"hello": Means("hello", "word")})}))
    li.hears(enrolled(), card().model_copy(update={"wishes": ("by-word",)}))
    li.hears(died(), card(2))
    li.hears(lives(at=TUESDAY), at=TUESDAY)
    by_word = replace(greeted(WEDNESDAY + hours(1), TUESDAY + hours(1)), kind="hello", strength="word")

    told = li.records(by_word)

    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [False]
    assert li.owed()["greeting"].due_at == NEXT_MONDAY
