"""A silence that was taken over from another file: one while the files are one, and each file its own when they were two."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.ids import ContactId, PersonId, derived
from contracts.visits import DutyOpened
from services.visits.domain import Contact, strike
from services.visits.domain.merging import give_back, handover_of, take_over
from services.visits.domain.rules import OnEnd, Stack, Without
from tests.reasons import a_reason
from tests.visits.town import (
    WANG,
    WEDNESDAY,
    Life,
    after,
    card,
    contact,
    enrolled,
    hours,
    policy,
    rule,
)

OTHER_FILE = PersonId(derived("test", "the other file"))
ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), party="hall", role="warden", on_end=OnEnd.SUPERSEDE)
UNVISITED = rule("unvisited", Without(hours(240), hours(24)), stack=Stack.SUPERSEDE)


def two_files(*rules: Any) -> tuple[Life, Life]:
    """Of the one nobody answered on Wednesday; the other is as it was enrolled."""
    one, other = (Life(policy(*(rules or (ALL_RIGHT,)), outcomes_silent=frozenset({"out"}))) for _ in range(2))
    for life in (one, other):
        life.hears(enrolled(), card(), at=WEDNESDAY - hours(1))
    other.care = replace(other.care, person_id=OTHER_FILE)
    one.records(in_vain(WEDNESDAY))
    return one, other


def in_vain(at: datetime, n: int = 1) -> Contact:
    return contact(at, n, outcome="out")


def merges(one: Life, other: Life, at: datetime) -> None:
    other.care, _ = take_over(other.care, handover_of(one.care, at), at)


def parts(one: Life, other: Life, at: datetime) -> list[Any]:
    other.care, told = give_back(other.care, handover_of(one.care, at), at)
    return list(told)


def strikes(life: Life, n: int, at: datetime) -> None:
    contact_id = ContactId(derived("test", "contact", n))
    life.care, _ = strike(life.care, contact_id, WANG, a_reason("记成了别人"), at)


def due(life: Life) -> list[datetime]:
    return [duty.due_at for duty in life.open()]


def test_an_attempt_in_vain_while_the_files_are_one_is_of_the_silence_that_goes_on() -> None:
    one, other = two_files()
    merges(one, other, WEDNESDAY + hours(1))

    other.records(in_vain(WEDNESDAY + hours(2), n=2))

    assert due(other) == [WEDNESDAY + hours(4)]


def test_when_they_were_two_after_all_the_silence_of_each_is_its_own() -> None:
    one, other = two_files()
    merges(one, other, WEDNESDAY + hours(1))
    other.records(in_vain(WEDNESDAY + hours(2), n=2))

    told = parts(one, other, WEDNESDAY + hours(3))

    assert due(other) == [WEDNESDAY + hours(6)]
    assert [fact.due_at for fact in told if isinstance(fact, DutyOpened)] == [WEDNESDAY + hours(6)]
    assert due(one) == [WEDNESDAY + hours(4)]


def test_who_was_met_since_the_attempt_of_their_own_file_is_silent_in_none() -> None:
    one, other = two_files()
    merges(one, other, WEDNESDAY + hours(1))
    other.records(in_vain(WEDNESDAY + hours(2), n=2))
    other.records(contact(WEDNESDAY + hours(3), n=3))

    parts(one, other, WEDNESDAY + hours(4))

    assert due(other) == []


def test_a_meeting_before_the_attempt_that_was_taken_over_ends_no_silence() -> None:
    one, other = two_files()
    one.records(in_vain(WEDNESDAY + hours(2), n=2))
    merges(one, other, WEDNESDAY + hours(3))

    other.records(contact(WEDNESDAY + hours(1), n=3, party="hall", role="warden", recorded_at=WEDNESDAY + hours(4)))

    assert due(other) == [WEDNESDAY + hours(4)]


def test_when_a_meeting_was_recorded_in_error_the_silence_that_was_taken_over_goes_on() -> None:
    one, other = two_files()
    merges(one, other, WEDNESDAY + hours(1))
    other.records(contact(WEDNESDAY + hours(2), n=2))
    ended = due(other)

    strikes(other, 2, WEDNESDAY + hours(3))

    assert ended == []
    assert due(other) == [WEDNESDAY + hours(4)]


def test_an_attempt_that_never_was_hides_no_earlier_one_of_the_other_file() -> None:
    """They were met before nobody answered, not since."""
    one, other = two_files()
    other.records(contact(WEDNESDAY - hours(0.5), n=3))
    merges(one, other, WEDNESDAY + hours(1))
    other.records(in_vain(WEDNESDAY + hours(2), n=2))

    strikes(other, 2, WEDNESDAY + hours(3))

    assert due(other) == [WEDNESDAY + hours(4)]


def test_a_strike_forgets_no_visit_that_the_other_file_knows_of() -> None:
    one, other = two_files(UNVISITED)
    one.records(contact(WEDNESDAY + hours(100), n=2))
    merges(one, other, WEDNESDAY + hours(101))
    other.records(contact(WEDNESDAY + hours(90), n=3, recorded_at=WEDNESDAY + hours(102)))

    strikes(other, 3, WEDNESDAY + hours(103))
    other.wakes(WEDNESDAY + hours(250))

    assert due(other) == []


def test_when_they_were_two_after_all_the_visit_to_the_one_was_none_to_the_other() -> None:
    one, other = two_files(UNVISITED)
    one.records(contact(WEDNESDAY + hours(100), n=2))
    merges(one, other, WEDNESDAY + hours(101))

    parts(one, other, WEDNESDAY + hours(102))
    other.wakes(WEDNESDAY + hours(239))

    assert due(other) == [WEDNESDAY + hours(239 + 24)]
