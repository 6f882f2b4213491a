"""A named person puts running duties under the version in force: what it asks stays owed, what it does not ask ends by name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import DutyId, derived
from contracts.visits import DutyChanged, DutySuperseded
from services.visits.domain import ClosedAs, settle
from services.visits.domain.care import By, Duty
from services.visits.domain.policy import Instead
from services.visits.domain.rebasing import rebase
from services.visits.domain.rules import (
    Cadence,
    CountedFrom,
    Every,
    Hour,
    Means,
    OnDeath,
    Rule,
    Rung,
    Selector,
    Without,
)
from tests.visits.town import (
    GREETING,
    OLD_LI,
    PLACE,
    WARD,
    WEDNESDAY,
    WEEKLY,
    Life,
    admitted,
    after,
    cancelled,
    card,
    civil,
    contact,
    died,
    hours,
    life,
    names,
    policy,
    rule,
    says_known,
)

ORDER = derived("test", "re-base")
THURSDAY = WEDNESDAY + hours(24)
LATER_WARD = replace(WARD, when=after("stay-admitted", hours(72)))


def rebased(li: Life, *rules: Rule, at: Any = WEDNESDAY + hours(2), only: str | None = None, **other: Any) -> list[Any]:
    """A new version with these rules comes into force, and a named person re-bases old Li on it."""
    version = f"v{len(li.activations) + 1}"
    li.under(policy(*rules, version=version, **other), at=at)
    li.care, told = rebase(li.care, derived("test", "re-base", version), only, at)
    return list(told)


def in_ward() -> Life:
    li = life(WARD)
    li.hears(admitted())
    return li


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


def test_where_nobody_came_it_is_due_so_long_after_that() -> None:
    lonely = rule("lonely", Without(timedelta(days=3), hours(24)))
    li = life(lonely)
    at = WEDNESDAY + timedelta(days=3)
    li.wakes(at)

    rebased(li, replace(lonely, when=Without(timedelta(days=3), hours(48))), at=at + hours(1))

    assert li.the("lonely").due_at == at + hours(48)


def test_where_another_must_do_it_now_another_duty_of_the_same_age_takes_its_place() -> None:
    li = in_ward()
    li.wakes(WEDNESDAY + hours(30))
    was = li.the("ward")

    told = rebased(li, replace(WARD, party="hall", role="warden"), at=WEDNESDAY + hours(31))

    heir = li.owed()["ward"]
    assert names(told) == ["DutyOpened", "DutySuperseded"]
    assert (heir.party, heir.role, heir.due_at, heir.missed_at, heir.rung, heir.cause_id) == (
        "hall", "warden", was.due_at, was.missed_at, was.rung, was.cause_id
    )  # fmt: skip
    gone = li.care.duties[was.duty_id]
    assert (gone.closed_by, gone.followed_by) == (By.POLICY, heir.duty_id)
    assert settle(li.care, WEDNESDAY + hours(32)) == (li.care, ())


def test_the_heir_of_a_greeting_is_not_opened_twice() -> None:
    li = life(GREETING)

    rebased(li, replace(GREETING, party="hall", role="warden"))
    li.wakes(THURSDAY)
    assert [duty.party for duty in li.open()] == ["hall"]

    li.wakes(civil("2026-05-18 00:00"))
    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-18"]


def test_what_a_re_base_took_away_is_owed_again_when_it_is_rolled_back() -> None:
    li = in_ward()
    was = li.the("ward")
    rebased(li)

    told = rebased(li, WARD, at=THURSDAY - hours(1))

    assert names(told) == ["DutyOpened"]
    assert li.the("ward") == replace(was, policy="v3")


def test_of_what_was_taken_away_nothing_comes_back_that_has_lost_its_ground() -> None:
    for ground in (cancelled(), died()):
        li = in_ward()
        rebased(li)
        li.hears(ground)

        assert rebased(li, WARD) == []
        assert li.open() == []


def test_what_was_done_or_waived_stays_so() -> None:
    li = in_ward()
    li.records(contact(WEDNESDAY + hours(1)))

    assert rebased(li) == []
    assert li.the("ward").closed_as is ClosedAs.DONE


def test_only_one_rule_may_be_re_based() -> None:
    li = life(WARD, GREETING)
    li.hears(admitted())

    rebased(li, LATER_WARD, GREETING, only="ward")

    assert {duty.rule: duty.policy for duty in li.open()} == {"ward": "v2", "greeting": "v1"}


def test_by_other_means_it_is_owed_as_the_wish_says_under_the_new_version_too() -> None:
    deaf: dict[str, Any] = {"wishes": {"deaf": Instead({"hello": Means("call-on", "there")})}}
    li = Life(policy(GREETING, **deaf))
    li.hears(card())
    li.care = replace(li.care, wishes=("deaf",))
    li.wakes(WEDNESDAY)
    assert li.the("greeting").instead == "deaf"

    told = rebased(li, GREETING, **deaf)

    assert [(fact.kind, fact.because, fact.policy) for fact in told] == [("call-on", "deaf", "v2")]


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


def test_the_family_of_the_dead_stays_owed_what_the_version_in_force_keeps() -> None:
    mourning = rule("mourning", after("death-reported", hours(72)), on_death=OnDeath.KEEP)
    li = life(mourning)
    li.hears(died())

    rebased(li, replace(mourning, when=after("death-reported", hours(96))))

    assert li.the("mourning").due_at == WEDNESDAY + hours(96)


def test_twice_changes_nothing() -> None:
    li = in_ward()
    rebased(li, LATER_WARD)

    assert rebase(li.care, ORDER, None, WEDNESDAY + hours(3)) == (li.care, ())


def test_of_whom_nothing_is_known_nothing_is_re_based() -> None:
    li = Life(policy(WARD))
    li.hears(admitted())

    assert rebased(li, LATER_WARD) == []


def test_its_id_is_its_own_also_when_it_goes_to_and_fro() -> None:
    li = in_ward()
    first: Duty = li.the("ward")
    by_hall = replace(WARD, party="hall", role="warden")
    for n in range(3):
        rebased(li, by_hall if n % 2 == 0 else WARD)

    assert len(li.open()) == 1
    assert len(li.care.duties) == 4
    assert first.duty_id == DutyId(derived("duty", OLD_LI, "ward", "mill", first.occurrence))
