"""What was not done after all hands its age to what is owed in its place, and to nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.ids import ContactId, StayId, derived
from contracts.refused import Refused
from services.visits.domain import next_change, strike
from services.visits.domain.rules import Stack, Without
from tests.visits.strikes import LATER, VISITED, WHY, struck
from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    WANG,
    WARD,
    WEDNESDAY,
    admitted,
    cancelled,
    card,
    civil,
    contact,
    hours,
    life,
    rule,
)


def test_where_the_next_has_come_it_inherits_the_age_of_what_was_not_done_after_all() -> None:
    li = life(GREETING)
    greeted = contact(VISITED, party="street", role="neighbour")
    li.records(greeted)
    li.wakes(civil("2026-05-18 00:00"))
    young = li.owed()["greeting"].due_at

    struck(li, at=civil("2026-05-19 10:00"))

    (owed,) = li.open()
    assert (young, owed.due_at) == (civil("2026-05-25 00:00"), civil("2026-05-18 00:00"))
    assert owed.missed_at == civil("2026-05-19 10:00")


def test_where_a_later_one_was_done_the_struck_one_is_superseded_by_it() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-19 10:00"))

    first, second = li.care.duties.values()
    assert li.open() == []
    assert (first.closed_by_id, second.closed_as) == (second.duty_id, "done")


def test_time_without_a_visit_is_counted_without_the_struck_one() -> None:
    unvisited = rule("unvisited", Without(timedelta(days=90), timedelta(days=7)), stack=Stack.SUPERSEDE)
    li = life(unvisited)
    li.records(contact(WEDNESDAY + timedelta(days=10), 1))
    li.records(contact(WEDNESDAY + timedelta(days=50), 2))

    struck(li, contact(VISITED, 2).contact_id, at=WEDNESDAY + timedelta(days=51))

    assert next_change(li.care, WEDNESDAY + timedelta(days=51)) == WEDNESDAY + timedelta(days=100)


def test_striking_names_a_contact_that_stands() -> None:
    li = life(WARD)
    li.records(contact(VISITED))

    with pytest.raises(Refused) as refused:
        strike(li.care, ContactId(derived("test", "contact", 9)), WANG, WHY, LATER)

    assert refused.value.rule == "contact-unknown"


def test_of_the_causes_that_supersede_one_another_one_is_owed_also_after_a_strike() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(1))

    struck(li, at=VISITED + hours(2))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, WEDNESDAY + hours(24))]


def test_what_was_raised_in_error_hands_its_age_to_nobody_when_it_is_owed_after_all() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(cancelled(), at=VISITED + hours(1))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(2))

    struck(li, at=VISITED + hours(3))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, VISITED + hours(26))]


def test_of_several_causes_each_has_the_age_of_a_struck_one_also_when_the_last_proves_false() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    third = StayId(derived("test", "a third stay"))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(1))
    li.hears(admitted(third), at=VISITED + hours(2))
    struck(li, at=VISITED + hours(3))

    li.hears(cancelled(), cancelled(third), at=VISITED + hours(4))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, WEDNESDAY + hours(24))]


def test_the_age_of_a_struck_one_ends_with_the_later_one_that_was_done() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))
    li.wakes(civil("2026-05-25 00:00"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-25 10:00"))

    assert li.owed()["greeting"].due_at == civil("2026-06-01 00:00")


def test_what_has_climbed_is_not_set_back_by_the_age_that_it_is_given() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-26 10:00"))
    climbed = li.owed()["greeting"]

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-26 11:00"))

    older = li.owed()["greeting"]
    assert (older.missed_at, older.due_at) == (climbed.missed_at, civil("2026-05-18 00:00"))
    assert older.rung > climbed.rung


def test_what_was_overdue_after_all_did_not_end_with_the_class() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.hears(card(2, "at-home"), at=civil("2026-05-19 10:00"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-20 10:00"))

    assert li.owed()["greeting"].due_at == civil("2026-05-18 00:00")


def test_what_took_the_place_of_a_struck_one_has_its_age_also_when_it_is_struck_itself() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))

    struck(li, contact(VISITED, 1).contact_id, at=civil("2026-05-19 10:00"))
    struck(li, contact(VISITED, 2).contact_id, at=civil("2026-05-19 11:00"))

    assert li.owed()["greeting"].due_at == civil("2026-05-18 00:00")
