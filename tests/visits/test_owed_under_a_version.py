"""What a version of the policy asks: nothing of the time before it, and nothing less of what runs."""

from dataclasses import replace

from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    REPORTING,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    admitted,
    civil,
    enrolled,
    hours,
    life,
    names,
    policy,
)


def test_a_new_rule_asks_nothing_of_the_time_before_it() -> None:
    li = life(WARD)
    li.under(policy(WARD, GREETING, version="v2"), at=civil("2026-07-01 09:00"))

    li.wakes(civil("2026-07-01 10:00"))

    greeting = li.owed()["greeting"]
    assert (greeting.occurrence, greeting.due_at) == ("week:2026-06-29", civil("2026-07-06 00:00"))


def test_a_rule_that_the_next_version_has_too_knows_no_break() -> None:
    li = life(REPORTING)
    li.under(policy(REPORTING, version="v2"), at=civil("2026-05-26 09:00"))

    li.wakes(civil("2026-05-26 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-05-18", "week:2026-05-25"]


def test_a_rule_that_is_brought_back_asks_nothing_of_the_time_without_it() -> None:
    li = life(REPORTING, heard=())
    li.under(policy(WARD, version="v2"), at=civil("2026-05-14 09:00"))
    li.under(policy(REPORTING, version="v3"), at=civil("2026-06-10 09:00"))

    li.hears(enrolled(), at=WEDNESDAY)
    li.wakes(civil("2026-06-10 10:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-06-08"]


def test_a_running_duty_keeps_its_version_and_climbs_as_that_says() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.under(policy(replace(WARD, ladder=()), version="v2"))

    told = li.wakes(WEDNESDAY + hours(24))

    assert li.the("ward").policy == "v1"
    assert names(told) == ["DutyMissed", "DutyEscalated"]


def test_a_new_rule_does_not_look_back_at_what_was_known_before_it() -> None:
    li = life(WARD)
    li.hears(admitted())

    li.under(policy(WARD, WARD_BY_HALL, version="v2"), at=WEDNESDAY + hours(1))
    li.wakes(WEDNESDAY + hours(2))
    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(3))

    assert [duty.cause_id for duty in li.open() if duty.rule == "ward-by-hall"] == [OTHER_STAY]


def test_a_duty_whose_rule_is_gone_stays_owed() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.under(policy(GREETING, version="v2"))

    li.wakes(WEDNESDAY + hours(24))

    assert li.owed()["ward"].missed_at == WEDNESDAY + hours(24)
