"""What is owed to whom: a class and a situation, and their change."""

from services.visits.domain.rules import Selector
from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    REPORTING,
    STAY,
    WARD,
    WEDNESDAY,
    WEEKLY,
    admitted,
    card,
    civil,
    contact,
    discharge_cancelled,
    discharged,
    enrolled,
    hours,
    life,
    rule,
)


def test_who_moves_to_another_class_keeps_what_is_overdue_and_is_asked_nothing_new_by_the_old_rules() -> None:
    li = life(GREETING)
    first = li.the("greeting")

    li.hears(card(2, "at-home"), at=civil("2026-05-18 00:00"))
    li.wakes(civil("2026-05-27 10:00"))

    assert [(duty.occurrence, duty.due_at) for duty in li.open()] == [("week:2026-05-18", first.due_at)]


def test_what_is_not_yet_due_ends_by_name_when_the_rule_is_for_them_no_more() -> None:
    li = life(GREETING)

    told = li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))

    assert [(type(fact).__name__, getattr(fact, "by", None)) for fact in told] == [("DutySuperseded", "class")]
    assert li.open() == []


def test_who_is_back_in_the_class_within_the_period_is_owed_the_same_again() -> None:
    li = life(GREETING)
    before = li.the("greeting")

    li.hears(card(2, "at-home"), at=WEDNESDAY + hours(1))
    li.hears(card(3, "alone"), at=WEDNESDAY + hours(2))

    assert li.open() == [before]


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


def test_a_rule_for_a_situation_holds_while_the_situation_lasts() -> None:
    lying_in = rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"})))
    li = life(lying_in)
    assert li.open() == []

    li.hears(admitted())
    li.hears(discharged(), at=WEDNESDAY + hours(2))
    li.wakes(civil("2026-05-18 00:00"))
    assert li.open() == []

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
