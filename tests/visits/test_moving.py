"""Who is put into another class or county: what both ask goes on, what neither asks ends, and no outage hides it."""

from dataclasses import replace
from datetime import timedelta

from contracts.registry import PersonClassed
from contracts.visits import DutySuperseded
from services.visits.domain import next_change
from services.visits.domain.happened import with_happening
from services.visits.domain.happenings import Happening
from services.visits.domain.rules import Selector, Stack, Without
from tests.reasons import a_reason
from tests.visits.town import (
    CHANGE,
    CLIMB,
    GREETING,
    HARDSHIP,
    PLACE,
    REPORT,
    REPORTING,
    STAY,
    WARD,
    WEDNESDAY,
    WEEKLY,
    Life,
    admitted,
    after,
    card,
    civil,
    discharged,
    enrolled,
    hours,
    in_need,
    life,
    policy,
    rule,
)

DAY = timedelta(days=1)
UNVISITED = rule("unvisited", Without(lasting=90 * DAY, due=7 * DAY), stack=Stack.SUPERSEDE)
BOTH_CLASSES = Selector(categories=frozenset({"alone", "at-home"}))


def reclassed(li: Life, version: int, category: str, days: int) -> None:
    li.hears(card(version, category), at=WEDNESDAY + days * DAY)
    li.care = replace(li.care, reclassed_at=WEDNESDAY + days * DAY)
    li.wakes(WEDNESDAY + days * DAY)


def moves(li: Life, version: int, county: str, days: int) -> None:
    li.hears(card(version).model_copy(update={"county": county}), at=WEDNESDAY + days * DAY)


def test_who_changes_class_again_and_again_is_not_left_unvisited() -> None:
    li = life(UNVISITED)

    reclassed(li, 2, "at-home", days=80)

    assert next_change(li.care, WEDNESDAY + 80 * DAY) == WEDNESDAY + 90 * DAY


def test_what_was_to_open_later_opens_also_when_the_class_has_changed_to_one_that_the_rule_is_for() -> None:
    li = life(rule("home", after("stay-admitted", hours(240), opens=hours(168)), who=BOTH_CLASSES))
    li.hears(admitted())

    reclassed(li, 2, "at-home", days=3)
    li.wakes(WEDNESDAY + 8 * DAY)

    assert li.owed().keys() == {"home"}


def test_what_was_to_open_later_does_not_open_for_who_came_into_the_class_meanwhile() -> None:
    alone = Selector(categories=frozenset({"alone"}))
    li = life(
        rule("home", after("stay-admitted", hours(240), opens=hours(168)), who=alone), heard=(enrolled("at-home"),)
    )
    li.hears(admitted())

    reclassed(li, 2, "alone", days=3)
    li.wakes(WEDNESDAY + 8 * DAY)

    assert li.open() == []


def test_after_an_outage_who_leaves_a_class_owes_what_had_become_overdue_meanwhile() -> None:
    li = life(GREETING, REPORTING)
    li.wakes(civil("2026-05-18 00:00"))

    li.hears(card(2, "at-home"), at=civil("2026-06-10 10:00"))

    weeks = ["week:2026-05-11", "week:2026-05-18", "week:2026-05-25", "week:2026-06-01", "week:2026-06-08"]
    assert sorted(duty.occurrence for duty in li.open() if duty.rule == "reporting") == weeks
    assert [duty.due_at for duty in li.open() if duty.rule == "greeting"] == [civil("2026-05-18 00:00")]


def test_after_an_outage_a_discharge_does_not_hide_the_weeks_in_the_ward() -> None:
    li = life(rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"}))))
    li.hears(admitted())

    li.hears(discharged(at=civil("2026-05-27 10:00")), at=civil("2026-05-27 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-05-18"]


def test_a_county_asks_nothing_of_what_was_known_before_they_came() -> None:
    tide = rule("tide", after("hardship-reported", hours(24)))
    li = Life(policy(WARD, counties={"south": {"tide": tide}}))
    li.hears(enrolled(), in_need())

    moves(li, 1, "south", days=100)
    li.care = with_happening(li.care, Happening(REPORT, "hardship-reported", "illness", None, WEDNESDAY + 101 * DAY))
    li.wakes(WEDNESDAY + 101 * DAY)

    assert [duty.cause_id for duty in li.open()] == [REPORT]


def test_what_only_the_old_county_asks_climbs_as_that_says() -> None:
    tide = rule("tide", after("hardship-reported", hours(24)))
    li = Life(policy(WARD, counties={"north": {"tide": tide}}))
    li.hears(enrolled(), in_need())

    moves(li, 1, "south", days=0)
    li.wakes(WEDNESDAY + 10 * DAY)

    assert (li.owed()["tide"].cause_id, li.owed()["tide"].rung) == (HARDSHIP, len(CLIMB))


def test_who_left_the_class_while_believed_dead_owes_nothing_by_its_age_alone() -> None:
    ended = Happening(REPORT, "care-ended", "moved-away", WEDNESDAY, WEDNESDAY)
    li = life(GREETING)
    li.care = with_happening(li.care, ended)
    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))
    li.care = with_happening(li.care, replace(ended, retracted_at=WEDNESDAY + hours(2)))

    li.wakes(WEDNESDAY + hours(2))
    li.wakes(WEDNESDAY + 30 * DAY)

    assert li.open() == []


def test_the_weeks_in_which_nobody_was_to_care_for_them_are_not_asked_for() -> None:
    ended = Happening(REPORT, "care-ended", "moved-away", WEDNESDAY, WEDNESDAY)
    li = life(REPORTING)
    li.care = with_happening(li.care, ended)
    li.wakes(WEDNESDAY)

    li.care = with_happening(li.care, replace(ended, until=civil("2026-06-10 10:00")))
    li.wakes(civil("2026-06-10 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-06-08"]


def test_the_ward_of_both_counties_is_asked_once() -> None:
    li = Life(policy(WARD, counties={"south": {"ward": replace(WARD, party="hall", role="warden")}}))
    li.hears(enrolled(), admitted())

    moves(li, 1, "south", days=1)

    assert [(duty.cause_id, duty.party) for duty in li.open()] == [(STAY, "mill")]


def test_who_left_a_class_whose_rule_has_been_dropped_since_is_asked_nothing() -> None:
    li = life(GREETING)
    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))
    li.under(policy(WARD, version="v2"), at=WEDNESDAY + hours(2))

    li.hears(card(3, "alone"), at=WEDNESDAY + 30 * DAY)

    assert li.open() == []


def test_what_ends_with_the_class_names_the_change() -> None:
    li = life(GREETING)
    change = PersonClassed(
        change_id=CHANGE, fields=("category",), kind="elder", category="at-home", reason=a_reason("搬去女儿家"),
        classed_at=WEDNESDAY + DAY, **PLACE,
    )  # fmt: skip

    told = li.hears(change, at=WEDNESDAY + DAY)

    assert [(fact.by, fact.by_id) for fact in told if isinstance(fact, DutySuperseded)] == [("class", CHANGE)]


def test_what_ends_with_a_situation_names_what_ended() -> None:
    li = life(rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"}))))
    li.hears(admitted())

    told = li.hears(discharged(), at=WEDNESDAY + DAY)

    assert [(fact.by, fact.by_id) for fact in told if isinstance(fact, DutySuperseded)] == [("class", STAY)]


def test_where_a_card_alone_tells_of_another_class_nothing_is_named() -> None:
    li = life(GREETING)

    told = li.hears(card(2, "at-home"), at=WEDNESDAY + DAY)

    assert [(fact.by, fact.by_id) for fact in told if isinstance(fact, DutySuperseded)] == [("class", None)]
