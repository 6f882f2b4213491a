"""What is odd about one holder's contacts is flagged for a human to look at, in whatever order they are written down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.ids import ContactId, derived
from contracts.visits import ContactFlagged, FlagLifted
from services.visits.domain.anomalies import LATEST, Trace
from services.visits.domain.rounds import follow
from tests.visits.town import WANG, WEDNESDAY, civil, hours
from tests.visits.traces import (
    DAY,
    FAR,
    HALL,
    HOME,
    ILL,
    MILL_LANE,
    MINUTE,
    NEAR,
    WELL,
    at_places,
    contact,
    copied,
    followed,
    ids,
    in_one_minute,
    standing,
    trace,
    trace_of,
    visits,
)


def test_a_visit_is_followed_where_it_was_made_and_a_call_is_at_no_place() -> None:
    visit, in_vain, by_phone = (trace_of(contact(**how)) for how in ({}, {"outcome": "away"}, {"strength": "voice"}))

    assert visit == trace(
        0, contact_id=ContactId(derived("test", "contact")), place=HALL, community_id=HOME, new_facts=0,
    )  # fmt: skip
    assert (in_vain, by_phone) == (replace(visit, counts=False), replace(visit, in_person=False, place=None))
    assert trace_of(contact(kind="hello", strength="voice")) is None


def test_the_same_words_of_three_people_are_flagged_once_and_a_fourth_is_added() -> None:
    three, fourth = copied(0, 1, 2), trace(9, WEDNESDAY + 5 * DAY, 3, note_index=WELL)
    before = followed(three[:2])

    rounds, (told,) = follow(before, three[2], WEDNESDAY + 2 * DAY)
    more, nothing = follow(rounds, fourth, WEDNESDAY + 5 * DAY)

    (flag_id,) = rounds.flags
    in_order = tuple(sorted(ids(three)))
    assert told == ContactFlagged(
        city="town", county="north", holder_id=WANG, flag_id=flag_id, flag="same-words", contact_ids=in_order,
        raised_at=WEDNESDAY + 2 * DAY,
    )  # fmt: skip
    assert (standing(before), standing(more), nothing) == ({}, {"same-words": ids([*three, fourth])}, ())


@pytest.mark.parametrize(
    "harmless",
    [
        copied(0, 1, 0),
        copied(0, 1, 2, every=16 * DAY),
        copied(0, 1, 2, counts=False),
        copied(0, 1, 2, kind="hello"),
        [*copied(0, 1), trace(9, person=2, note_index=ILL), trace(10, person=3)],
    ],
    ids=["of two people", "in more than a month", "of attempts", "of greetings", "in other words, or in none"],
)
def test_words_are_not_odd(harmless: list[Trace]) -> None:
    assert standing(followed(harmless)) == {}


@pytest.mark.parametrize(
    ("made", "odd"),
    [
        (at_places(HALL, FAR, timedelta()), "two-places"),
        (at_places(HALL, FAR, timedelta(seconds=59)), "two-places"),
        (at_places(HALL, FAR, MINUTE), "too-fast"),
        (at_places(HALL, FAR, 9 * MINUTE), "too-fast"),
        (at_places(HALL, FAR, 11 * MINUTE), None),
        (at_places(HALL, HALL, timedelta()), None),
        (at_places(HALL, NEAR, timedelta()), None),
        (at_places(HALL, "26.670,119.550", timedelta()), None),  # 1.1 km, or less, for all that rounding tells
        (at_places(HALL, "26.672,119.550", timedelta()), "two-places"),
        (at_places(HALL, FAR, timedelta(), community_id=HOME), None),
        (at_places("0.000,0.000", "0.000,180.000", 23 * hours(1)), "too-fast"),
        (at_places("0.000,0.000", "0.000,180.000", 25 * hours(1)), None),
    ],
)
def test_nobody_is_at_two_places_in_one_minute_or_faster_than_a_car(made: list[Trace], odd: str | None) -> None:
    assert standing(followed(made)) == ({odd: ids(made)} if odd else {})


def test_when_the_minute_ends_between_two_near_places_that_is_no_journey() -> None:
    made = [trace(1, WEDNESDAY - timedelta(seconds=1), 0, place=HALL), trace(2, WEDNESDAY, 1, place=NEAR)]

    assert standing(followed(made)) == {}


def test_of_two_other_communities_the_places_are_compared() -> None:
    one, other = at_places(HALL, FAR, timedelta())

    made = [replace(one, community_id=HOME), replace(other, community_id=MILL_LANE)]

    assert standing(followed(made)) == {"two-places": ids(made)}


def test_who_leaves_out_the_place_is_where_people_live_and_of_one_minute_there_is_one_flag() -> None:
    made = in_one_minute(HOME, MILL_LANE, HOME, None)

    assert standing(followed(made)) == {"two-places": ids(made[:3])}
    assert len(followed(made).flags) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        in_one_minute(HOME, HOME, HOME),
        in_one_minute(HOME, None, None),
        in_one_minute(HOME, MILL_LANE, in_person=False),
        in_one_minute(HOME, MILL_LANE, kind="outing"),
        in_one_minute(HOME, MILL_LANE, place=HALL),
    ],
    ids=["in one community", "nobody knows where", "calls", "all came to an outing", "all came to the hall"],
)
def test_in_one_minute_one_may_see_many(harmless: list[Trace]) -> None:
    assert standing(followed(harmless)) == {}


def test_a_month_of_visits_without_a_new_fact_is_flagged_until_one_is_found() -> None:
    rounds = followed(visits((4, 11, 18, 25)))
    new = trace(29, civil("2026-05-29 10:00"), new_facts=1)

    found, (told,) = follow(rounds, new, new.recorded_at)

    assert standing(rounds) == {"no-new-fact": ids(visits((4, 11, 18, 25)))}
    assert (standing(found), type(told)) == ({}, FlagLifted)


@pytest.mark.parametrize(
    "harmless",
    [
        visits((4, 11, 18)),
        [*visits((11, 18, 25)), trace(99, civil("2026-06-01 00:00"), new_facts=0)],
        [trace(99, civil("2026-06-01 00:00"), new_facts=0), *visits((11, 18, 25))],
        visits((4, 11, 18, 25), counts=False),
        [replace(each, kind="hello") for each in visits((4, 11, 18, 25))],
    ],
    ids=["too few", "in two months", "the later one first", "attempts", "greetings"],
)
def test_that_nothing_new_was_learnt_is_not_odd(harmless: list[Trace]) -> None:
    assert standing(followed(harmless)) == {}


def test_what_is_written_down_a_month_later_is_compared_with_nothing() -> None:
    *two, third = copied(0, 1, 2)

    late = replace(third, recorded_at=third.made_at + LATEST + MINUTE)

    assert standing(followed([*two, late])) == {}
