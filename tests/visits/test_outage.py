"""After any outage everything overdue happens once: nothing is skipped, nothing is told twice (feature 76)."""

from contracts.visits import DutyEscalated, DutyMissed, DutyOpened
from tests.visits.town import (
    CLIMB,
    GREETING,
    REPORTING,
    WARD,
    WEDNESDAY,
    admitted,
    civil,
    contact,
    enrolled,
    hours,
    life,
    names,
)

THREE_WEEKS_LATER = civil("2026-06-03 10:00")


def test_each_level_whose_hour_has_passed_is_told_once_in_order() -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.wakes(WEDNESDAY + hours(24 * 30))
    again = li.wakes(WEDNESDAY + hours(24 * 31))

    assert names(told) == ["DutyMissed", "DutyEscalated", "DutyEscalated", "DutyEscalated"]
    assert [fact.rung for fact in told if isinstance(fact, DutyEscalated)] == [1, 2, 3]
    assert again == []


def test_what_was_missed_in_the_dark_keeps_its_due_time() -> None:
    li = life(WARD)
    li.hears(admitted())

    li.wakes(WEDNESDAY + hours(24 * 30))

    visit = li.owed()["ward"]
    assert (visit.due_at, visit.missed_at) == (WEDNESDAY + hours(24), WEDNESDAY + hours(24 * 30))


def test_a_greeting_that_slept_three_weeks_is_one_overdue_greeting_not_three() -> None:
    li = life(GREETING)

    told = li.wakes(THREE_WEEKS_LATER)

    greeting = li.owed()["greeting"]
    assert names(told) == ["DutyOpened", "DutySuperseded", "DutyMissed"] + ["DutyEscalated"] * len(CLIMB)
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-01", civil("2026-05-18 00:00"))


def test_it_is_as_old_as_the_first_that_slept_also_when_the_last_one_had_been_given() -> None:
    li = life(GREETING)
    li.records(contact(WEDNESDAY, party="street", role="neighbour"))

    told = li.wakes(THREE_WEEKS_LATER)

    greeting = li.owed()["greeting"]
    assert names(told) == ["DutyOpened", "DutyMissed"] + ["DutyEscalated"] * len(CLIMB)
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-01", civil("2026-05-25 00:00"))


def test_reports_that_must_each_be_made_are_all_owed() -> None:
    li = life(REPORTING)

    told = li.wakes(THREE_WEEKS_LATER)

    assert [fact.due_at for fact in told if isinstance(fact, DutyOpened)] == [
        civil("2026-05-22 18:00"),
        civil("2026-05-29 18:00"),
        civil("2026-06-05 18:00"),
    ]
    assert sum(isinstance(fact, DutyMissed) for fact in told) == 3
    assert len(li.open()) == 4


def test_a_greeting_three_weeks_late_settles_all_three_weeks_at_once() -> None:
    li = life(GREETING)
    li.wakes(THREE_WEEKS_LATER)

    li.records(contact(THREE_WEEKS_LATER, party="street", role="neighbour"))

    assert li.open() == []


def test_a_heir_does_not_climb_again_what_was_climbed() -> None:
    li = life(GREETING)
    for week in ("2026-05-18 00:00", "2026-05-19 00:00", "2026-05-21 00:00"):
        li.wakes(civil(week))

    told = li.wakes(civil("2026-05-25 00:00"))

    assert names(told) == ["DutyOpened", "DutySuperseded"]
    assert li.owed()["greeting"].rung == len(CLIMB)


def test_who_came_to_be_known_and_was_then_slept_through_is_not_forgotten() -> None:
    li = life(REPORTING, heard=())

    li.hears(enrolled(), at=civil("2026-05-16 09:00"))

    li.wakes(THREE_WEEKS_LATER)

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-18", "week:2026-05-25", "week:2026-06-01"]
