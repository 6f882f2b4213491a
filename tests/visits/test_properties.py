"""What must hold of any life whatever: the engine against thousands of invented ones."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event
from contracts.visits import DutyEscalated, DutyMissed
from services.visits.domain import By, ClosedAs, next_change, settle
from services.visits.domain.episode import episode
from tests.visits.any_life import LIVES, RULES, Act, a_few, burden, live
from tests.visits.town import (
    OTHER_STAY,
    admitted,
    cancelled,
    card,
    died,
    discharge_cancelled,
    discharged,
    enrolled,
    in_need,
    life,
    lives,
    widowed,
)


@a_few
@given(LIVES)
def test_settling_twice_changes_nothing(acts: list[tuple[timedelta, Act]]) -> None:
    li, now = live(acts)

    again, told = settle(li.care, now)

    assert told == ()
    assert again is li.care


@a_few
@given(LIVES, st.floats(0, 1, exclude_max=True))
def test_nothing_happens_before_the_hour_that_is_named_and_something_does_then(
    acts: list[tuple[timedelta, Act]], part: float
) -> None:
    li, now = live(acts)

    at = next_change(li.care, now)

    horizon = at or now + timedelta(days=400)
    between = now + (horizon - now) * part
    assert settle(li.care, min(between, horizon - timedelta(microseconds=1)))[0] is li.care
    if at is not None:
        assert at > now
        assert settle(li.care, at)[0] != li.care


@a_few
@given(LIVES)
def test_a_duty_ends_in_one_way_and_each_word_about_it_is_told_once(acts: list[tuple[timedelta, Act]]) -> None:
    li, _ = live(acts)

    for duty in li.care.duties.values():
        ends = {end is None for end in (duty.closed_at, duty.closed_as, duty.closed_by)}
        of_a_card = duty.closed_by is By.CLASS  # a card that tells of another class names no change
        assert len(ends) == 1
        assert (duty.closed_by_id is None) in ({True, False} if of_a_card else ends)
    missed = Counter(fact.duty_id for fact in li.told if isinstance(fact, DutyMissed))
    climbed = Counter((fact.duty_id, fact.rung) for fact in li.told if isinstance(fact, DutyEscalated))
    assert {*missed.values(), *climbed.values()} <= {1}


@a_few
@given(LIVES)
def test_where_the_next_period_supersedes_at_most_one_is_owed(acts: list[tuple[timedelta, Act]]) -> None:
    li, _ = live(acts)

    owed = Counter(duty.rule for duty in li.open())

    assert owed["greeting"] <= 1
    assert owed["monthly"] <= 1


@a_few
@given(LIVES)
def test_a_cause_that_stands_is_owed_its_duty_or_had_it(acts: list[tuple[timedelta, Act]]) -> None:
    li, _ = live(acts)

    standing = {stay.stay_id for stay in li.care.stays.values() if stay.stands}
    of_ward = [duty for duty in li.care.duties.values() if duty.rule == "ward"]
    owed_or_done = {duty.cause_id for duty in of_ward if duty.is_open or duty.closed_as is ClosedAs.DONE}
    assert episode(li.care) or standing <= owed_or_done


@a_few
@given(LIVES)
def test_of_the_causes_that_supersede_one_another_one_is_owed(acts: list[tuple[timedelta, Act]]) -> None:
    li, _ = live(acts)

    stands = any(stay.stands for stay in li.care.stays.values()) and not episode(li.care)
    latest = [duty for duty in li.care.duties.values() if duty.rule == "latest-ward"]
    done = any(duty.closed_as is ClosedAs.DONE for duty in latest)
    assert done or sum(duty.is_open for duty in latest) == stands


@a_few
@given(LIVES, st.integers(1, 60))
def test_who_slept_owes_in_the_end_what_the_wakeful_owes(acts: list[tuple[timedelta, Act]], days: int) -> None:
    li, now = live(acts)
    end = now + timedelta(days=days)

    wakeful = li.care
    while (at := next_change(wakeful, now)) is not None and at <= end:
        wakeful, now = settle(wakeful, at)[0], at
    slept, _ = settle(li.care, end)

    assert burden(slept) == burden(wakeful)


@a_few
@given(LIVES, st.integers(1, 60))
def test_what_has_ended_and_was_followed_need_not_be_at_hand(acts: list[tuple[timedelta, Act]], days: int) -> None:
    li, now = live(acts)
    end = now + timedelta(days=days)
    at_hand = {
        id_: duty
        for id_, duty in li.care.duties.items()
        if duty.is_open or duty.followed_by is None or duty.closed_by is By.DEATH
    }

    few = replace(li.care, duties=at_hand)

    assert settle(few, end)[1] == settle(li.care, end)[1]
    assert next_change(few, now) == next_change(li.care, now)


STORY = (
    enrolled(),
    card(1),
    card(2),
    admitted(),
    discharged(),
    discharge_cancelled(),
    admitted(OTHER_STAY),
    cancelled(OTHER_STAY),
    died(),
    lives(),
    widowed(),
    in_need(),
)


@a_few
@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=8))
def test_in_whatever_order_and_however_often_we_hear_the_same_is_owed(order: list[Event], again: list[Event]) -> None:
    in_order, out_of_order = life(*RULES, heard=STORY), life(*RULES, heard=(*order, *again))

    assert {duty.duty_id: duty for duty in out_of_order.open()} == {duty.duty_id: duty for duty in in_order.open()}
