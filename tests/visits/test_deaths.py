"""A death is the most dangerous event: greetings stop, the family is owed a visit, and a false report undoes it all."""

from datetime import datetime, timedelta

from contracts.visits import DutyOpened, DutySuperseded
from services.visits.domain import ClosedAs, next_change
from tests.visits.town import (
    GREETING,
    MOURNING,
    OTHER_REPORT,
    REPORT,
    REPORTING,
    STAY,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    cancelled,
    civil,
    contact,
    died,
    enrolled,
    hours,
    life,
    lives,
    names,
)


def test_a_death_stops_what_was_owed_to_the_dead_and_opens_what_is_owed_to_the_family() -> None:
    li = life(WARD, GREETING, MOURNING)
    li.hears(admitted())

    told = li.hears(died(), at=WEDNESDAY + hours(1))

    stopped = [(fact.rule, fact.by, fact.by_id) for fact in told if isinstance(fact, DutySuperseded)]
    opened = [(fact.rule, fact.due_at) for fact in told if isinstance(fact, DutyOpened)]
    assert stopped == [("greeting", "death", REPORT), ("ward", "death", REPORT)]
    assert opened == [("mourning", WEDNESDAY + hours(73))]
    assert li.owed().keys() == {"mourning"}


def test_nothing_new_is_owed_to_the_dead() -> None:
    li = life(WARD, GREETING)
    li.hears(died())

    told = li.hears(admitted(), at=WEDNESDAY + hours(1))

    assert told == []
    assert next_change(li.care, WEDNESDAY + hours(1)) is None


def test_a_false_report_restores_exactly_what_was() -> None:
    li = life(WARD, GREETING, MOURNING)
    li.hears(admitted())
    li.wakes(WEDNESDAY + hours(24))
    before = li.owed()

    li.hears(died(), at=WEDNESDAY + hours(25))
    told = li.hears(lives(), at=WEDNESDAY + hours(26))

    assert li.owed() == before
    assert names(told) == ["DutySuperseded", "DutyOpened", "DutyOpened"]


def test_what_is_owed_again_is_told_with_its_old_due_time_and_a_new_opening() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.hears(died(), at=WEDNESDAY + hours(1))

    (again,) = li.hears(lives(), at=WEDNESDAY + hours(2))

    assert isinstance(again, DutyOpened)
    assert (again.due_at, again.opened_at) == (WEDNESDAY + hours(24), WEDNESDAY + hours(2))


def test_what_fell_due_under_a_false_report_is_missed_when_the_report_is_retracted() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.hears(died(), at=WEDNESDAY + hours(1))

    told = li.hears(lives(), at=WEDNESDAY + hours(30))

    assert names(told) == ["DutyOpened", "DutyMissed", "DutyEscalated"]


def test_the_family_visit_is_recalled_by_the_name_of_the_report() -> None:
    li = life(MOURNING)
    li.hears(died())

    (recalled,) = li.hears(lives(), at=WEDNESDAY + hours(1))

    assert isinstance(recalled, DutySuperseded)
    assert (recalled.rule, recalled.by, recalled.by_id) == ("mourning", "retraction", REPORT)


def test_a_visit_that_was_done_before_the_death_is_not_owed_again() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(WEDNESDAY + hours(1)))

    li.hears(died(), at=WEDNESDAY + hours(2))
    li.hears(lives(), at=WEDNESDAY + hours(3))

    assert li.the("ward").closed_as is ClosedAs.DONE


def test_two_reports_of_one_death_are_one_visit_to_the_family() -> None:
    li = life(MOURNING)

    li.hears(died(), at=WEDNESDAY)
    li.hears(died(OTHER_REPORT, WEDNESDAY + hours(1)), at=WEDNESDAY + hours(1))

    assert li.owed().keys() == {"mourning"}


def test_while_another_report_stands_a_retracted_one_undoes_nothing() -> None:
    li = life(GREETING, MOURNING)
    li.hears(died(), at=WEDNESDAY)
    li.hears(died(OTHER_REPORT, WEDNESDAY + hours(1)), at=WEDNESDAY + hours(1))
    before = li.owed()

    told = li.hears(lives(at=WEDNESDAY + hours(2)), at=WEDNESDAY + hours(2))

    assert told == []
    assert li.owed() == before


def test_a_death_after_a_false_report_is_a_new_death() -> None:
    li = life(MOURNING)
    li.hears(died(), at=WEDNESDAY)
    li.hears(lives(), at=WEDNESDAY + hours(1))
    later = WEDNESDAY + hours(500)

    li.hears(died(OTHER_REPORT, later), at=later)

    mourning = li.owed()["mourning"]
    assert (mourning.cause_id, mourning.due_at) == (OTHER_REPORT, later + hours(72))


def test_a_retraction_that_is_heard_before_its_report_holds() -> None:
    li = life(GREETING, MOURNING)

    li.hears(lives())
    told = li.hears(died(), at=WEDNESDAY + hours(1))

    assert told == []
    assert li.owed().keys() == {"greeting"}


def test_a_death_of_somebody_unknown_waits_for_the_person() -> None:
    li = life(GREETING, MOURNING, heard=(died(), enrolled()))

    assert li.owed().keys() == {"mourning"}


def test_a_stay_that_was_cancelled_under_a_false_report_stays_recalled() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.hears(died(), at=WEDNESDAY + hours(1))
    li.hears(cancelled(STAY), at=WEDNESDAY + hours(2))

    told = li.hears(lives(), at=WEDNESDAY + hours(3))

    assert told == []


def test_weeks_that_lay_wholly_under_a_false_report_are_asked_of_nobody() -> None:
    li = _reported_dead_for_three_weeks(life(REPORTING))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-06-01"]


def test_a_greeting_resumes_with_this_week_after_a_false_report() -> None:
    li = life(GREETING)
    li.records(contact(WEDNESDAY, party="street", role="neighbour"))

    _reported_dead_for_three_weeks(li)

    greeting = li.owed()["greeting"]
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-01", civil("2026-06-08 00:00"))


def _reported_dead_for_three_weeks(li: Life) -> Life:
    false, known_false = WEDNESDAY + timedelta(hours=1), _days_later(21)
    li.hears(died(at=false), at=false)
    li.hears(lives(at=known_false), at=known_false)
    return li


def _days_later(days: int) -> datetime:
    return WEDNESDAY + timedelta(days=days)
