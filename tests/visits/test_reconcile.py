"""What must be owed: from facts, policy and hour, in whatever order they were heard."""

from dataclasses import replace
from datetime import time

import pytest

from contracts.ids import DutyId, StayId, derived
from contracts.visits import Cause, DutyOpened, DutySuperseded
from services.visits.domain import ClosedAs, facts, next_change, settle
from services.visits.domain.care import By
from services.visits.domain.rules import Cadence, CountedFrom, Every, Hour, Selector, Stack
from tests.visits.town import (
    CHANGE,
    GREETING,
    OLD_LI,
    OTHER_STAY,
    PLACE,
    REPORTING,
    STAY,
    WARD,
    WEDNESDAY,
    WEEKLY,
    admitted,
    after,
    cancelled,
    card,
    civil,
    contact,
    discharge_cancelled,
    discharged,
    duty_id,
    enrolled,
    hours,
    life,
    names,
    policy,
    rule,
    widowed,
)


def test_an_admission_becomes_what_the_policy_says_told_with_its_cause() -> None:
    li = life(WARD)

    told = li.hears(admitted(), at=WEDNESDAY + hours(1))

    assert told == [
        DutyOpened(
            duty_id=DutyId(derived("duty", OLD_LI, "ward", "mill", f"stay-admitted:{STAY}")),
            rule="ward",
            policy="v1",
            kind="call-on",
            party="mill",
            role="clerk",
            cause=Cause(kind="stay", id=STAY, at=WEDNESDAY + hours(1)),
            due_at=WEDNESDAY + hours(25),
            message="told",
            lane="normal",
            opened_at=WEDNESDAY + hours(1),
            **PLACE,
        )
    ]


def test_a_stay_counts_once_however_often_we_hear_of_it() -> None:
    li = life(WARD)

    li.hears(admitted(), admitted())
    again = li.hears(admitted(), at=WEDNESDAY + hours(30))

    assert "DutyOpened" not in names(again)
    assert len(li.care.duties) == 1


def test_hearing_nothing_new_leaves_the_very_same_state() -> None:
    li = life(WARD)
    li.hears(admitted())
    before = li.care

    li.hears(admitted(), card(), enrolled(), at=WEDNESDAY + hours(1))

    assert li.care is before


def test_a_stay_of_somebody_unknown_waits_and_is_owed_from_when_it_was_heard() -> None:
    li = life(WARD, heard=())

    first = li.hears(admitted(), at=WEDNESDAY)
    li.hears(enrolled(), at=WEDNESDAY + hours(2))

    assert first == []
    assert li.owed()["ward"].due_at == WEDNESDAY + hours(24)


def test_a_card_alone_makes_a_person_known() -> None:
    li = life(WARD, heard=(admitted(), card()))

    assert li.owed().keys() == {"ward"}


def test_the_visit_stays_owed_when_the_stay_has_ended_in_whatever_order_we_hear() -> None:
    for heard in ((admitted(), discharged()), (discharged(), admitted())):
        assert life(WARD, heard=(enrolled(), *heard)).owed().keys() == {"ward"}


def test_a_discharge_of_which_no_admission_is_known_raises_nothing() -> None:
    assert life(WARD, heard=(enrolled(), discharged())).care.duties == {}


def test_a_cancelled_admission_recalls_its_visit_by_name() -> None:
    li = life(WARD)
    li.hears(admitted())
    visit = li.the("ward")

    told = li.hears(cancelled(), at=WEDNESDAY + hours(1))

    assert told == [
        DutySuperseded(
            duty_id=visit.duty_id,
            rule="ward",
            by="retraction",
            by_id=STAY,
            superseded_at=WEDNESDAY + hours(1),
            **PLACE,
        )
    ]
    assert li.open() == []


def test_an_admission_that_was_cancelled_before_it_was_heard_raises_nothing() -> None:
    li = life(WARD)

    told = li.hears(cancelled(), admitted())

    assert told == []
    assert li.care.duties == {}


def test_a_visit_that_was_done_is_not_undone_by_a_cancelled_admission() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(WEDNESDAY + hours(1)))

    told = li.hears(cancelled(), at=WEDNESDAY + hours(2))

    assert told == []
    assert li.the("ward").closed_as is ClosedAs.DONE


def test_two_stays_are_two_visits() -> None:
    li = life(WARD)

    li.hears(admitted(), admitted(OTHER_STAY))

    assert sorted(str(duty.cause_id) for duty in li.open()) == sorted((str(STAY), str(OTHER_STAY)))


def test_where_the_newer_cause_supersedes_its_recall_gives_the_older_one_back() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    first = li.the("ward")
    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(1))
    assert [duty.cause_id for duty in li.open()] == [OTHER_STAY]

    told = li.hears(cancelled(OTHER_STAY), at=WEDNESDAY + hours(2))

    assert names(told) == ["DutySuperseded", "DutyOpened"]
    assert li.open() == [first]


def test_the_first_is_given_back_when_all_that_came_after_it_are_recalled() -> None:
    third = StayId(derived("test", "third stay"))
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted(), admitted(OTHER_STAY), admitted(third))

    li.hears(cancelled(OTHER_STAY), cancelled(third), at=WEDNESDAY + hours(1))

    assert [duty.cause_id for duty in li.open()] == [STAY]


def test_what_was_done_for_a_recalled_stay_was_done_for_the_one_it_superseded() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted(), admitted(OTHER_STAY))
    li.records(contact(WEDNESDAY + hours(1)))

    li.hears(cancelled(OTHER_STAY), at=WEDNESDAY + hours(2))

    assert li.open() == []


def test_a_deadline_may_count_from_when_it_happened() -> None:
    li = life(rule("ward", after("stay-admitted", hours(24), counted_from=CountedFrom.HAPPENED)))

    li.hears(admitted(at=WEDNESDAY - hours(5)))

    assert li.owed()["ward"].due_at == WEDNESDAY + hours(19)


def test_a_window_that_opens_later_opens_later() -> None:
    li = life(rule("after-a-week", after("family-changed", hours(240), opens=hours(168))))

    at_once = li.hears(widowed())
    later = li.wakes(WEDNESDAY + hours(168))

    assert at_once == []
    assert [(fact.rule, fact.cause.id) for fact in later if isinstance(fact, DutyOpened)] == [("after-a-week", CHANGE)]


def test_each_week_owes_one_greeting_to_those_who_live_alone() -> None:
    li = life(GREETING)

    greeting = li.owed()["greeting"]

    assert (greeting.occurrence, greeting.due_at) == ("week:2026-05-11", civil("2026-05-18 00:00"))
    assert life(GREETING, heard=(enrolled("at-home"),)).care.duties == {}


def test_a_greeting_that_was_given_does_not_reopen_before_the_next_week() -> None:
    li = life(GREETING)
    li.records(contact(WEDNESDAY, party="street", role="neighbour"))

    this_week = li.wakes(civil("2026-05-17 23:59"))
    next_week = li.wakes(civil("2026-05-18 00:00"))

    assert this_week == []
    assert names(next_week) == ["DutyOpened"]


def test_the_next_week_supersedes_an_undone_greeting_by_name_and_inherits_its_age() -> None:
    li = life(GREETING)
    first = li.the("greeting")

    told = li.wakes(civil("2026-05-18 00:00"))

    heir = li.owed()["greeting"]
    assert names(told) == ["DutyOpened", "DutySuperseded", "DutyMissed", "DutyEscalated"]
    assert (heir.occurrence, heir.due_at, heir.rung) == ("week:2026-05-18", first.due_at, 1)
    assert (li.care.duties[first.duty_id].closed_by, li.care.duties[first.duty_id].closed_by_id) == (
        By.DUTY,
        heir.duty_id,
    )


def test_reports_that_must_each_be_made_stand_beside_one_another() -> None:
    li = life(REPORTING)

    li.wakes(civil("2026-05-18 00:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-05-18"]


def test_a_person_who_comes_after_the_due_hour_is_owed_from_the_next_period() -> None:
    saturday = civil("2026-05-16 09:00")
    li = life(REPORTING, heard=())

    li.hears(enrolled(), at=saturday)
    assert li.open() == []
    li.wakes(civil("2026-05-18 00:00"))

    assert li.owed()["reporting"].occurrence == "week:2026-05-18"


def test_what_opens_at_an_hour_of_the_period_opens_then() -> None:
    li = life(rule("thursday", Cadence(Every.WEEK, Hour(4, time(8)), None)))
    assert li.open() == []

    li.wakes(civil("2026-05-14 08:00"))

    assert li.owed()["thursday"].opened_at == civil("2026-05-14 08:00")


def test_who_moves_to_another_class_keeps_what_is_owed_and_is_asked_nothing_new_by_the_old_rules() -> None:
    li = life(GREETING)

    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))
    li.wakes(civil("2026-05-27 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11"]


def test_who_returns_to_a_class_is_not_asked_for_the_time_between() -> None:
    li = life(GREETING)
    li.records(contact(WEDNESDAY, party="street", role="neighbour"))
    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))

    li.hears(card(3, "alone"), at=civil("2026-07-01 10:00"))

    greeting = li.owed()["greeting"]
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-29", civil("2026-07-06 00:00"))


def test_an_older_card_changes_nothing() -> None:
    li = life(GREETING)
    li.hears(card(3))

    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))

    assert li.care.category == "alone"


def test_a_class_that_the_policy_has_never_heard_of_is_owed_what_everybody_is_owed() -> None:
    li = life(GREETING, REPORTING, heard=(enrolled("on-the-moon"),))

    assert li.owed().keys() == {"reporting"}


def test_a_new_rule_asks_nothing_of_the_time_before_it() -> None:
    li = life(WARD)
    li.under(policy(WARD, GREETING, version="v2"))

    li.wakes(civil("2026-07-01 10:00"))

    greeting = li.owed()["greeting"]
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-29", civil("2026-07-06 00:00"))


def test_a_running_duty_names_its_version_and_climbs_as_its_rule_says_now() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.under(policy(replace(WARD, ladder=()), version="v2"))

    told = li.wakes(WEDNESDAY + hours(24))

    assert li.the("ward").policy == "v1"
    assert names(told) == ["DutyMissed"]


def test_a_duty_whose_rule_is_gone_stays_owed() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.under(policy(GREETING, version="v2"))

    li.wakes(WEDNESDAY + hours(24))

    assert li.owed()["ward"].missed_at == WEDNESDAY + hours(24)


def test_a_rule_for_a_situation_holds_while_the_situation_lasts() -> None:
    lying_in = rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"})))
    li = life(lying_in)
    assert li.open() == []

    li.hears(admitted())
    li.hears(discharged(), at=WEDNESDAY + hours(2))
    li.wakes(civil("2026-05-18 00:00"))
    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11"]

    li.hears(discharge_cancelled(), at=civil("2026-05-18 09:00"))
    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-05-18"]


def test_a_discharge_that_is_recorded_again_with_its_true_hour_ends_the_stay() -> None:
    """Typed for eleven, taken back at noon, typed again at one for half past eleven."""
    eleven = WEDNESDAY + hours(1)
    li = life(WARD)
    li.hears(admitted())
    li.hears(discharged(at=eleven, recorded_at=eleven), at=eleven)
    li.hears(discharge_cancelled(at=eleven + hours(1)), at=eleven + hours(1))
    went_on = li.care.stays[STAY].goes_on

    li.hears(discharged(at=eleven + hours(0.5), recorded_at=eleven + hours(2)), at=eleven + hours(2))

    assert (went_on, li.care.stays[STAY].goes_on) == (True, False)


def test_who_comes_into_a_situation_again_is_not_asked_for_the_time_between() -> None:
    li = life(rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"}))))
    li.hears(admitted())
    li.records(contact(WEDNESDAY))
    li.hears(discharged(), at=WEDNESDAY + hours(2))

    li.hears(admitted(OTHER_STAY), at=civil("2026-07-01 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-06-29"]


def test_a_card_knows_better_than_an_enrolment_that_is_heard_after_it() -> None:
    li = life(GREETING, heard=(card(1, "at-home"), enrolled("alone")))

    assert (li.care.category, li.care.enrolled_at) == ("at-home", WEDNESDAY)


def test_duties_may_be_given_in_any_order() -> None:
    li = life(GREETING, REPORTING)
    for monday in ("2026-05-18 00:00", "2026-05-25 00:00"):
        li.wakes(civil(monday))

    backwards = replace(li.care, duties=dict(reversed(list(li.care.duties.items()))))

    assert settle(backwards, civil("2026-05-26 10:00"))[1] == settle(li.care, civil("2026-05-26 10:00"))[1]


def test_the_newest_of_a_rule_is_the_newest_also_where_nothing_says_what_followed() -> None:
    li = life(REPORTING)
    li.wakes(civil("2026-05-18 00:00"))
    newest, oldest = li.the("reporting"), li.open()[0]

    unsaid = replace(oldest, followed_by=None)
    told = settle(replace(li.care, duties={newest.duty_id: newest, oldest.duty_id: unsaid}), civil("2026-05-18 01:00"))[
        1
    ]

    assert told == ()


def test_a_state_that_contradicts_itself_is_refused_and_not_settled_for_ever() -> None:
    li = life(WARD)
    li.hears(admitted())
    misplaced = replace(li.care, duties={duty_id("elsewhere"): li.the("ward")})

    with pytest.raises(RuntimeError):
        settle(facts.admission_cancelled(misplaced, cancelled(), WEDNESDAY), WEDNESDAY)


def test_what_is_not_settled_yet_changes_now() -> None:
    li = life(WARD)

    unsettled = facts.admitted(li.care, admitted(), WEDNESDAY)

    assert next_change(unsettled, WEDNESDAY) == WEDNESDAY


def test_settling_twice_changes_nothing() -> None:
    li = life()
    li.hears(admitted(), widowed())

    once = li.care

    assert settle(once, WEDNESDAY) == (once, ())
    assert settle(once, WEDNESDAY)[0] is once


def test_what_did_not_change_is_the_very_same() -> None:
    li = life()
    li.hears(admitted())
    before = li.care

    li.hears(widowed(), at=WEDNESDAY + hours(1))

    assert li.care.stays is before.stays
    assert all(li.care.duties[id_] is duty for id_, duty in before.duties.items())
