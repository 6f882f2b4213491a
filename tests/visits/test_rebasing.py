"""A named person puts running duties under the version in force: what it asks stays owed, what it does not ask ends by name."""

from dataclasses import replace

import pytest

from contracts.ids import derived
from contracts.visits import DutyChanged, DutySuperseded
from services.visits.domain import ClosedAs, settle
from services.visits.domain.care import By
from services.visits.domain.rebasing import rebase
from services.visits.domain.rules import Cadence, CountedFrom, Every, Hour, Means, Rule, Rung, Selector
from tests.visits.rebases import LATER_WARD, ORDER, in_ward, rebased
from tests.visits.town import (
    GREETING,
    PLACE,
    WARD,
    WEDNESDAY,
    WEEKLY,
    Life,
    admitted,
    after,
    civil,
    hours,
    life,
    names,
    policy,
    says_known,
)


def test_a_running_duty_comes_under_the_version_in_force_and_is_told_so() -> None:
    li = in_ward()
    was = li.the("ward")
    mended = replace(
        LATER_WARD, means=Means("hello", "voice"), ladder=(Rung("hall", hours(5), "warden", None, "normal"),)
    )

    told = rebased(li, mended)

    assert told == [
        DutyChanged(
            duty_id=was.duty_id,
            rule="ward",
            policy="v2",
            kind="hello",
            strength="voice",
            due_at=WEDNESDAY + hours(72),
            changed_at=WEDNESDAY + hours(2),
            **PLACE,
        )
    ]
    assert li.the("ward") == replace(
        was,
        policy="v2",
        kind="hello",
        strength="voice",
        due_at=WEDNESDAY + hours(72),
        next_rung_at=WEDNESDAY + hours(77),
    )


def test_without_a_re_base_it_keeps_its_own_version() -> None:
    li = in_ward()
    was = li.the("ward")

    li.under(policy(LATER_WARD, version="v2"))
    li.wakes(WEDNESDAY + hours(2))

    assert li.the("ward") == was


def test_a_re_base_forgives_nobody() -> None:
    li = in_ward()
    li.wakes(WEDNESDAY + hours(30))
    was = li.the("ward")
    assert (was.missed_at, was.rung) == (WEDNESDAY + hours(30), 1)

    told = rebased(li, LATER_WARD, at=WEDNESDAY + hours(31))

    now = li.the("ward")
    assert names(told) == ["DutyChanged"]
    assert (now.due_at, now.missed_at, now.rung, now.next_rung_at) == (
        was.due_at, was.missed_at, 1, was.due_at + hours(24)
    )  # fmt: skip


def test_a_shorter_window_is_due_at_this_hour_and_not_before() -> None:
    li = in_ward()
    hour = WEDNESDAY + hours(2)

    told = rebased(li, replace(WARD, when=after("stay-admitted", hours(1))), at=hour)

    assert names(told) == ["DutyChanged", "DutyMissed", "DutyEscalated"]
    assert (li.the("ward").due_at, li.the("ward").missed_at) == (hour, hour)


def test_the_window_counts_from_what_the_new_version_counts_from() -> None:
    li = life(WARD)
    li.hears(admitted(at=WEDNESDAY - hours(5)))

    rebased(li, replace(WARD, when=after("stay-admitted", hours(24), counted_from=CountedFrom.HAPPENED)))

    assert li.the("ward").due_at == WEDNESDAY + hours(19)


def test_what_the_version_in_force_does_not_ask_for_ends_by_it() -> None:
    li = in_ward()
    duty = li.the("ward").duty_id

    told = rebased(li)

    assert told == [
        DutySuperseded(
            duty_id=duty,
            rule="ward",
            by="policy",
            by_id=derived("test", "re-base", "v2"),
            superseded_at=WEDNESDAY + hours(2),
            **PLACE,
        )
    ]
    assert (li.the("ward").closed_as, li.the("ward").closed_by) == (ClosedAs.SUPERSEDED, By.POLICY)


@pytest.mark.parametrize(
    "other",
    [
        replace(WARD, who=Selector(categories=frozenset({"at-home"}))),
        replace(WARD, when=after("stay-discharged", hours(24))),
        replace(WARD, when=WEEKLY),
    ],
    ids=["for others", "after another event", "of another sort"],
)
def test_a_rule_of_the_same_name_that_asks_something_else_does_not_ask_for_it(other: Rule) -> None:
    li = in_ward()
    duty = li.the("ward").duty_id

    told = rebased(li, other)

    assert li.care.duties[duty].closed_by is By.POLICY
    assert names(told)[0] == "DutySuperseded"


def test_what_an_event_raised_does_not_end_because_a_situation_has_passed() -> None:
    li = in_ward()

    rebased(li, replace(WARD, who=Selector(situations=frozenset({"lost"}))))

    assert li.the("ward").is_open


def test_a_greeting_is_due_by_the_new_hour_of_its_week() -> None:
    li = life(GREETING)
    assert li.the("greeting").due_at == civil("2026-05-18 00:00")

    rebased(li, replace(GREETING, when=Cadence(Every.WEEK, Hour(1, civil("2026-05-11 08:00").time()), Hour(5, civil("2026-05-15 18:00").time()))))  # fmt: skip  # noqa: E501

    assert li.the("greeting").due_at == civil("2026-05-15 10:00")
    assert settle(li.care, WEDNESDAY + hours(3)) == (li.care, ())


def test_a_period_of_another_length_keeps_the_due_time_of_its_own() -> None:
    li = life(GREETING)
    was = li.the("greeting")

    rebased(li, replace(GREETING, when=Cadence(Every.MONTH, Hour(1, civil("2026-05-11 08:00").time()), None)))

    assert li.care.duties[was.duty_id].due_at == was.due_at


def test_only_one_rule_may_be_re_based() -> None:
    li = life(WARD, GREETING)
    li.hears(admitted())

    rebased(li, LATER_WARD, GREETING, only="ward")

    assert {duty.rule: duty.policy for duty in li.open()} == {"ward": "v2", "greeting": "v1"}


def test_who_has_said_that_they_know_keeps_the_time_that_it_gave_them() -> None:
    li = in_ward()
    li.wakes(WEDNESDAY + hours(25))
    li.hears(says_known(li.the("ward"), "chief", WEDNESDAY + hours(40)), at=WEDNESDAY + hours(40))

    rebased(li, WARD, at=WEDNESDAY + hours(41))

    assert li.the("ward").next_rung_at == WEDNESDAY + hours(64)


def test_a_ladder_that_has_lost_rungs_ends_where_it_ends() -> None:
    li = in_ward()
    li.wakes(WEDNESDAY + hours(200))
    assert li.the("ward").rung == 3

    rebased(li, replace(WARD, ladder=WARD.ladder[:1]), at=WEDNESDAY + hours(201))

    assert (li.the("ward").rung, li.the("ward").next_rung_at) == (1, None)


def test_a_reminder_comes_before_the_new_due_time() -> None:
    li = in_ward()

    rebased(li, replace(LATER_WARD, remind=hours(10)))

    assert li.the("ward").remind_at == WEDNESDAY + hours(62)


def test_twice_changes_nothing() -> None:
    li = in_ward()
    rebased(li, LATER_WARD)

    assert rebase(li.care, ORDER, None, WEDNESDAY + hours(3)) == (li.care, ())


def test_of_whom_nothing_is_known_nothing_is_re_based() -> None:
    li = Life(policy(WARD))
    li.hears(admitted())

    assert rebased(li, LATER_WARD) == []
