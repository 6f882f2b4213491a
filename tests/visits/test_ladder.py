"""Missed stays owed and climbs (督办): by its age, past levels that nobody holds, until somebody acts."""

from dataclasses import replace
from datetime import datetime

import pytest

from contracts.event import Event
from contracts.visits import DutyEscalated, DutyMissed
from services.visits.domain import next_change
from tests.visits.town import (
    GREETING,
    PLACE,
    ROLES,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    admitted,
    card,
    civil,
    contact,
    enrolled,
    hours,
    life,
    names,
    says_cannot,
    says_known,
)

DUE = WEDNESDAY + hours(24)


def rungs(told: list[Event]) -> list[tuple[int, str]]:
    return [(fact.rung, fact.role) for fact in told if isinstance(fact, DutyEscalated)]


def test_a_duty_whose_hour_has_passed_is_missed_once_and_stays_owed() -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.wakes(DUE)
    again = li.wakes(DUE + hours(1))

    visit = li.owed()["ward"]
    assert told[0] == DutyMissed(
        duty_id=visit.duty_id, rule="ward", kind="call-on", party="mill", due_at=DUE, missed_at=DUE, **PLACE
    )
    assert again == []


def test_it_climbs_level_by_level_by_its_age() -> None:
    li = life(WARD)
    li.hears(admitted())

    climbed = [rungs(li.wakes(DUE + hours(h))) for h in (0, 23, 24, 71, 72, 1000)]

    assert climbed == [[(1, "chief")], [], [(2, "warden")], [], [(3, "mayor")], []]


def test_a_level_that_nobody_holds_is_skipped_at_once() -> None:
    li = life(WARD, heard=(enrolled(), card(roles=("clerk", "warden", "mayor"))))
    li.hears(admitted())

    told = li.wakes(DUE)

    assert rungs(told) == [(2, "warden")]


def test_where_nobody_holds_the_duty_itself_the_next_level_learns_of_it_at_once() -> None:
    li = life(WARD, heard=(enrolled(), card(roles=("chief", "warden", "mayor"))))

    told = li.hears(admitted())

    assert names(told) == ["DutyOpened", "DutyEscalated"]
    assert rungs(told) == [(1, "chief")]


def test_a_level_that_falls_vacant_is_passed_when_we_hear_of_it() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE)

    told = li.hears(card(2, roles=("clerk", "warden", "mayor")), at=DUE + hours(1))

    assert rungs(told) == [(2, "warden")]


def test_the_top_is_told_even_where_no_level_is_held() -> None:
    li = life(WARD, heard=(enrolled(), card(roles=())))

    told = li.hears(admitted())

    assert rungs(told) == [(3, "mayor")]


def test_without_a_card_nobody_is_taken_for_absent() -> None:
    li = life(WARD, heard=(enrolled(),))

    assert rungs(li.hears(admitted())) == []


def test_who_acknowledges_holds_the_next_level_back_for_a_while_and_no_longer() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE)
    knows = DUE + hours(20)

    li.hears(says_known(li.the("ward"), "chief", knows), at=knows)

    assert li.owed()["ward"].acknowledged_at == knows
    assert rungs(li.wakes(DUE + hours(43))) == []
    assert rungs(li.wakes(DUE + hours(44))) == [(2, "warden")]


def test_knowing_a_second_time_holds_nothing() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE)

    for late in (1, 20):
        li.hears(says_known(li.the("ward"), "chief", DUE + hours(late)), at=DUE + hours(late))

    assert li.owed()["ward"].next_rung_at == DUE + hours(25)


def test_an_acknowledgement_in_time_takes_nothing_from_the_window_and_adds_nothing_to_it() -> None:
    li = life(WARD_BY_HALL)
    li.hears(admitted())

    li.hears(says_known(li.the("ward-by-hall"), "warden", WEDNESDAY), at=WEDNESDAY)

    assert next_change(li.care, WEDNESDAY) == WEDNESDAY + hours(72)
    assert rungs(li.wakes(WEDNESDAY + hours(72))) == [(1, "chief")]


def test_who_was_given_time_keeps_it_when_the_next_week_takes_over() -> None:
    li = life(replace(GREETING, party="mill", role="clerk"))
    sunday = civil("2026-05-17 20:00")

    li.hears(says_known(li.the("greeting"), "clerk", sunday), at=sunday)
    li.wakes(civil("2026-05-18 00:00"))

    heir = li.owed()["greeting"]
    assert (heir.acknowledged_at, heir.next_rung_at) == (sunday, sunday + hours(24))


@pytest.mark.parametrize("says", [says_known, says_cannot])
def test_whoever_the_climb_has_passed_stops_and_hastens_nothing(says: type) -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE)
    before = li.care

    told = li.hears(says(li.the("ward"), "clerk", DUE), at=DUE + hours(1))

    assert told == []
    assert li.care is before


def test_who_hands_over_is_followed_by_the_next_level_at_once() -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.hears(says_cannot(li.the("ward"), "clerk", WEDNESDAY), at=WEDNESDAY + hours(1))

    assert rungs(told) == [(1, "chief")]
    assert li.owed()["ward"].next_rung_at == DUE + hours(24)


def test_at_the_top_there_is_nobody_to_hand_over_to() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE + hours(72))

    told = li.hears(says_cannot(li.the("ward"), "mayor", DUE), at=DUE + hours(73))

    assert told == []
    assert li.owed().keys() == {"ward"}


def test_the_climb_stops_when_it_is_done() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(DUE)

    li.records(contact(DUE + hours(1)))

    assert li.wakes(DUE + hours(500)) == []
    assert next_change(li.care, DUE + hours(500)) is None


def test_every_role_of_the_ladder_is_one_of_the_card() -> None:
    assert {rung.role for rung in WARD.ladder} | {WARD.role} == set(ROLES)


def test_the_next_change_is_named_exactly() -> None:
    li = life(WARD)
    li.hears(admitted())
    named: list[datetime] = []

    now = WEDNESDAY
    while (at := next_change(li.care, now)) is not None:
        named.append(at)
        li.wakes(at)
        now = at

    assert named == [DUE, DUE + hours(24), DUE + hours(72)]
