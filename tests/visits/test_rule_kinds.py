"""What a rule may wait for: a festival, a season, a birthday, nobody having been there, a discharge, a class."""

from dataclasses import replace

import pytest

from services.visits.domain import learning, next_change, settle
from services.visits.domain.policy import Lasting
from services.visits.domain.rules import Means, OnEnd, Selector, WorkingDays
from tests.visits.almanacs import ALMANAC, DAY, under_the_almanac
from tests.visits.town import (
    GREETING,
    STAY,
    WARD,
    WEDNESDAY,
    WEEKLY,
    Life,
    admitted,
    after,
    card,
    civil,
    contact,
    discharge_cancelled,
    discharged,
    enrolled,
    hours,
    in_need,
    life,
    names,
    policy,
    rule,
)


def test_a_visit_is_owed_after_the_discharge_and_withdrawn_with_it() -> None:
    home = rule("home", after("stay-discharged", hours(168)))
    li = life(home)
    li.hears(admitted())
    out = WEDNESDAY + hours(2)

    li.hears(discharged(at=out), at=out)
    owed = li.owed()["home"]
    li.hears(discharge_cancelled(at=out + hours(1)), at=out + hours(1))

    assert (owed.cause_kind, owed.cause_id, owed.due_at) == ("discharge", STAY, out + hours(168))
    assert li.open() == []


def test_a_rule_may_want_only_one_code_of_an_event() -> None:
    ill = rule("ill", after("hardship-reported", hours(24), of=frozenset({"illness"})))
    poor = rule("poor", after("hardship-reported", hours(24), of=frozenset({"poverty"})))
    li = life(ill, poor)

    li.hears(in_need())

    assert li.owed().keys() == {"poor"}


def test_a_cause_that_is_over_takes_its_duty_along_where_the_rule_says_so() -> None:
    inside = rule("inside", after("stay-admitted", hours(240)), on_end=OnEnd.SUPERSEDE)
    li = life(inside, WARD)
    li.hears(admitted())
    out = WEDNESDAY + hours(2)

    told = li.hears(discharged(at=out), at=out)
    kept = li.owed().keys()
    back = li.hears(discharge_cancelled(at=out + hours(1)), at=out + hours(1))

    assert [(fact.rule, fact.by) for fact in told if names([fact]) == ["DutySuperseded"]] == [("inside", "end")]  # type: ignore[attr-defined]
    assert kept == {"ward"}
    assert names(back) == ["DutyOpened"]


def test_a_situation_may_begin_only_when_its_fact_has_lasted() -> None:
    long_stay = rule("long-stay", WEEKLY, who=Selector(situations=frozenset({"long-stay"})))
    li = under_the_almanac(long_stay, situations={"long-stay": Lasting("stay", 30 * DAY)})

    li.hears(admitted())
    at = next_change(li.care, WEDNESDAY)
    li.wakes(WEDNESDAY + 30 * DAY)

    assert at == WEDNESDAY + 30 * DAY
    assert li.owed().keys() == {"long-stay"}


def test_a_rule_for_an_age_begins_with_the_year_in_which_it_is_reached() -> None:
    of_ninety = rule("ninety", WEEKLY, who=Selector(age_from=90))
    li = life(of_ninety)
    li.care = replace(li.care, birth_year=1937, birthday="08-01")
    li.wakes(WEDNESDAY)

    at = next_change(li.care, WEDNESDAY)
    li.wakes(civil("2027-01-01 00:00"))

    assert at == civil("2027-01-01 00:00")
    assert li.owed()["ninety"].occurrence == "week:2026-12-28"


@pytest.mark.parametrize(
    ("knew", "due", "plainly"),
    [
        ("2026-05-13 10:00", "2026-05-19 00:00", False),  # Thursday, Friday, Monday
        ("2026-02-13 10:00", "2026-02-26 00:00", False),  # make-up Saturday the 14th, nine days of Spring Festival
        ("2026-12-31 10:00", "2027-01-04 00:00", True),  # nobody has published 2027: every day counts
    ],
)
def test_working_days_are_those_that_were_published_and_else_every_day_counts(
    knew: str, due: str, plainly: bool
) -> None:
    within = rule("within", after("stay-admitted", hours(1)))
    within = replace(within, when=replace(within.when, due=WorkingDays(3)))  # type: ignore[arg-type]
    li = Life(policy(within, almanac=ALMANAC))
    li.hears(enrolled(), admitted(), at=civil(knew))

    assert (li.owed()["within"].due_at, li.owed()["within"].counted_plainly) == (civil(due), plainly)


def test_a_county_may_have_rules_of_its_own() -> None:
    of_county = {GREETING.name: GREETING, WARD.name: replace(WARD, means=Means("hello", "voice"))}
    li = Life(policy(WARD, counties={"north": of_county, "south": {}}))

    li.hears(enrolled(), admitted())

    assert {name: duty.kind for name, duty in li.owed().items()} == {"ward": "hello", "greeting": "hello"}


def test_a_rank_chooses_whom_a_rule_is_for() -> None:
    briefing = rule("briefing", WEEKLY, who=Selector(ranks=frozenset({"alderman"})))
    li = life(briefing)
    assert li.open() == []

    li.care = replace(li.care, rank="alderman")
    li.wakes(WEDNESDAY)

    assert li.owed().keys() == {"briefing"}


def test_before_blame_the_holder_is_reminded_once() -> None:
    reminded = replace(WARD, remind=hours(6))
    li = life(reminded)
    li.hears(admitted())

    at = next_change(li.care, WEDNESDAY)
    soon, again = li.wakes(WEDNESDAY + hours(18)), li.wakes(WEDNESDAY + hours(19))
    late = li.wakes(WEDNESDAY + hours(24))

    assert at == WEDNESDAY + hours(18)
    assert (names(soon), names(again)) == (["DutyDueSoon"], [])
    assert names(late) == ["DutyMissed", "DutyEscalated"]


def test_who_would_be_reminded_at_once_is_not() -> None:
    li = life(replace(WARD, remind=hours(30)))

    told = li.hears(admitted())

    assert names(told) == ["DutyOpened"]


def test_who_slept_past_the_due_time_is_not_reminded_of_it() -> None:
    li = life(replace(WARD, remind=hours(6)))
    li.hears(admitted())

    told = li.wakes(WEDNESDAY + hours(30))

    assert names(told) == ["DutyMissed", "DutyEscalated"]


def test_what_is_joint_is_discharged_by_either_party() -> None:
    joint = replace(WARD, joint=frozenset({"hall"}))
    li = life(joint, replace(WARD, name="own"))
    li.hears(admitted())

    li.records(contact(WEDNESDAY + hours(1), party="hall", role="warden"))

    assert li.owed().keys() == {"own"}


def test_a_rule_of_a_class_does_not_look_back_past_the_hour_of_the_class() -> None:
    alone = rule("alone-ward", after("stay-admitted", hours(24)), who=Selector(categories=frozenset({"alone"})))
    li = life(alone, heard=(enrolled("at-home"),))
    li.hears(admitted())

    moved = learning.carded(li.care, card(2, "alone"), WEDNESDAY + hours(5))
    with_hour, _ = settle(replace(moved, reclassed_at=WEDNESDAY + hours(5)), WEDNESDAY + hours(5))

    assert with_hour.duties == {}
