"""What takes the place of a duty under another version has its age; what went with a version comes back with it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.ids import DutyId, derived
from services.visits.domain import ClosedAs, settle
from services.visits.domain.care import By, Duty
from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means, OnDeath, Without
from tests.visits.rebases import THURSDAY, in_ward, rebased
from tests.visits.town import (
    GREETING,
    OLD_LI,
    WARD,
    WEDNESDAY,
    Life,
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
)


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


def test_by_other_means_it_is_owed_as_the_wish_says_under_the_new_version_too() -> None:
    deaf: dict[str, Any] = {"wishes": {"deaf": Instead({"hello": Means("call-on", "there")})}}
    li = Life(policy(GREETING, **deaf))
    li.hears(card())
    li.care = replace(li.care, wishes=("deaf",))
    li.wakes(WEDNESDAY)
    assert li.the("greeting").instead == "deaf"

    told = rebased(li, GREETING, **deaf)

    assert [(fact.kind, fact.because, fact.policy) for fact in told] == [("call-on", "deaf", "v2")]


def test_the_family_of_the_dead_stays_owed_what_the_version_in_force_keeps() -> None:
    mourning = rule("mourning", after("death-reported", hours(72)), on_death=OnDeath.KEEP)
    li = life(mourning)
    li.hears(died())

    rebased(li, replace(mourning, when=after("death-reported", hours(96))))

    assert li.the("mourning").due_at == WEDNESDAY + hours(96)


def test_its_id_is_its_own_also_when_it_goes_to_and_fro() -> None:
    li = in_ward()
    first: Duty = li.the("ward")
    by_hall = replace(WARD, party="hall", role="warden")
    for n in range(3):
        rebased(li, by_hall if n % 2 == 0 else WARD)

    assert len(li.open()) == 1
    assert len(li.care.duties) == 4
    assert first.duty_id == DutyId(derived("duty", OLD_LI, "ward", "mill", first.occurrence))
