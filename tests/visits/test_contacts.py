"""A duty is done by a contact of the party that owes it, strong enough, of a fitting kind, that met the person."""

from typing import Any

import pytest

from contracts.visits import ContactMade, DutyDone
from services.visits.domain import ClosedAs, strike
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    PLACE,
    WANG,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    admitted,
    after,
    civil,
    contact,
    hours,
    life,
    names,
    policy,
    rule,
)

VISITED = WEDNESDAY + hours(3)


def test_a_visit_discharges_what_its_party_owed_and_says_so() -> None:
    li = life(WARD)
    li.hears(admitted())
    owed = li.the("ward")

    told = li.records(contact(VISITED))

    made = contact(VISITED)
    assert told == [
        ContactMade(
            contact_id=made.contact_id,
            kind="call-on",
            party="mill",
            role="clerk",
            strength="there",
            outcome="found",
            discharged=(owed.duty_id,),
            made_by=WANG,
            made_at=VISITED,
            recorded_at=VISITED,
            **PLACE,
        ),
        DutyDone(
            duty_id=owed.duty_id,
            rule="ward",
            contact_id=made.contact_id,
            late=False,
            done_at=VISITED,
            **PLACE,
        ),
    ]
    assert (li.the("ward").closed_as, li.the("ward").closed_by_id) == (ClosedAs.DONE, made.contact_id)


def test_the_visit_of_one_party_never_clears_what_another_owes() -> None:
    li = life(WARD, WARD_BY_HALL)
    li.hears(admitted())

    li.records(contact(VISITED, party="hall", role="warden"))

    assert li.owed().keys() == {"ward"}


def test_one_visit_discharges_every_duty_of_its_party_each_recorded() -> None:
    li = life(WARD)
    li.hears(admitted(), admitted(OTHER_STAY))

    told = li.records(contact(VISITED))

    assert li.open() == []
    assert names(told) == ["ContactMade", "DutyDone", "DutyDone"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"strength": "voice"}, id="weaker"),
        pytest.param({"outcome": "out"}, id="an attempt"),
        pytest.param({"kind": "chore"}, id="something else"),
        pytest.param({"made_at": WEDNESDAY - hours(1)}, id="before the cause"),
    ],
)
def test_what_is_not_what_was_owed_is_kept_and_discharges_nothing(other: dict[str, Any]) -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.records(contact(VISITED, **other))

    assert names(told) == ["ContactMade"]
    assert len(li.care.contacts) == 1
    assert li.owed().keys() == {"ward"}


@pytest.mark.parametrize("strength", ["there", "voice"])
def test_a_greeting_is_given_by_voice_or_better(strength: str) -> None:
    li = life(GREETING)

    li.records(contact(VISITED, party="street", role="neighbour", strength=strength))

    assert li.open() == []


def test_a_visit_after_we_knew_but_written_of_the_time_before_counts_from_the_admission() -> None:
    li = life(WARD)
    li.hears(admitted(at=WEDNESDAY - hours(5)))

    li.records(contact(VISITED, made_at=WEDNESDAY - hours(1)))

    assert li.open() == []


def test_a_visit_after_the_due_time_is_late() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(WEDNESDAY + hours(24))

    told = li.records(contact(WEDNESDAY + hours(25)))

    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [True]


def test_a_visit_in_time_that_is_written_down_late_is_neither_late_nor_missed() -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.records(contact(WEDNESDAY + hours(30), made_at=VISITED))

    assert names(told) == ["ContactMade", "DutyDone"]
    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [False]


def test_what_else_is_overdue_at_that_hour_is_missed() -> None:
    li = life(WARD, WARD_BY_HALL)
    li.hears(admitted())

    told = li.records(contact(WEDNESDAY + hours(25), party="hall", role="warden"))

    assert names(told) == ["ContactMade", "DutyDone", "DutyMissed", "DutyEscalated"]


def test_a_greeting_at_the_very_hour_of_the_new_week_greets_for_the_new_week() -> None:
    li = life(GREETING)
    monday = civil("2026-05-18 00:00")

    li.records(contact(monday, party="street", role="neighbour"))

    assert li.open() == []
    assert li.wakes(monday + hours(1)) == []


def test_one_contact_is_recorded_once() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(VISITED))
    before = li.care

    told = li.records(contact(VISITED + hours(1), made_at=VISITED))

    assert told == []
    assert li.care is before


def test_a_kind_of_contact_that_the_policy_lists_for_a_duty_fulfils_it() -> None:
    li = life(GREETING)
    li.under(policy(GREETING, version="v1", fulfilled_by={"hello": frozenset({"chore"})}))

    li.records(contact(VISITED, party="street", role="neighbour", kind="chore"))

    assert li.open() == []


def test_that_somebody_has_moved_is_a_fact_that_a_rule_can_wait_for() -> None:
    correct = rule("correct", after("contact-outcome", hours(72), of=frozenset({"gone"})))
    li = life(correct)

    told = li.records(contact(VISITED, 1, outcome="gone", kind="chore", recorded_at=VISITED + hours(1)))

    assert names(told) == ["ContactMade", "DutyOpened"]
    assert (li.owed()["correct"].cause_kind, li.owed()["correct"].due_at) == ("outcome", VISITED + hours(73))


def test_struck_it_never_was_one() -> None:
    li = life(rule("correct", after("contact-outcome", hours(72))))
    li.records(contact(VISITED, 1, outcome="gone"))

    li.care, told = strike(li.care, contact(VISITED, 1).contact_id, WANG, a_reason("记成了别人"), VISITED + hours(1))

    assert (names(list(told)), li.open()) == (["ContactStruck", "DutySuperseded"], [])
