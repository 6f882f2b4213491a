"""What is odd about one holder's contacts is flagged for a human to look at, in whatever order they are written down."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.ids import ContactId, HolderId, PersonId, UnitId, derived
from contracts.refused import Refused
from contracts.visits import ContactFlagged, FlagConfirmed, FlagDismissed, FlagLifted
from services.visits.domain import Activation, Book, Care, Contact
from services.visits.domain.anomalies import KEPT, LATEST, Limits, Trace
from services.visits.domain.rounds import Flag, Review, Rounds, follow, review, unfollow
from services.visits.requests import FollowContact
from services.visits.tracing import traced
from tests.reasons import a_reason
from tests.visits.town import BEFORE, WANG, WEDNESDAY, civil, hours, names, policy

CHEN = HolderId(derived("test", "Chen, who audits"))
LIMITS = Limits(contacts=4, kinds=frozenset({"call-on"}))
BOOK = Book.of([Activation("installed", BEFORE, policy(limits=LIMITS))])
PEOPLE = [PersonId(derived("test", "person", n)) for n in range(5)]
WELL, ILL = derived("test", "well"), derived("test", "ill")
HOME, MILL_LANE = UnitId(derived("test", "home for the old")), UnitId(derived("test", "mill lane"))
HALL, NEAR, FAR = "26.660,119.550", "26.660,119.552", "26.660,119.750"
"""0.2 and 20 km from each other."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def trace(n: int, at: datetime = WEDNESDAY, person: int = 0, **other: Any) -> Trace:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact", n)),
        "person_id": PEOPLE[person],
        "city": "town",
        "county": "north",
        "kind": "call-on",
        "made_at": at,
        "recorded_at": at,
        "counts": True,
        "in_person": True,
        "place": None,
        "community_id": None,
        "note_index": None,
        "new_facts": 1,
    }
    return Trace(**(usual | other))


def contact(**other: Any) -> Contact:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact")), "kind": "call-on", "party": "office", "role": "officer",
        "strength": "there", "outcome": "found", "made_by": WANG, "made_at": WEDNESDAY, "recorded_at": WEDNESDAY, "place": HALL,
    }  # fmt: skip
    return Contact(**(usual | other))


def trace_of(made: Contact) -> Trace | None:
    """What the rounds of who made it are told; None = nothing."""
    for told in traced(Care(PEOPLE[0], "town", "north", community_id=HOME, book=BOOK), made):
        assert (told.of, told.value) == ("rounds", WANG) and isinstance(told.request, FollowContact)
        return told.request.trace
    return None


def test_a_visit_is_followed_where_it_was_made_and_a_call_is_at_no_place() -> None:
    visit, in_vain, by_phone = (trace_of(contact(**how)) for how in ({}, {"outcome": "away"}, {"strength": "voice"}))

    assert visit == trace(
        0, contact_id=ContactId(derived("test", "contact")), place=HALL, community_id=HOME, new_facts=0,
    )  # fmt: skip
    assert (in_vain, by_phone) == (replace(visit, counts=False), replace(visit, in_person=False, place=None))
    assert trace_of(contact(kind="hello", strength="voice")) is None


def followed(traces: Iterable[Trace], before: Rounds | None = None) -> Rounds:
    rounds = before or Rounds(WANG, book=BOOK)
    for each in traces:
        rounds, _ = follow(rounds, each, each.recorded_at)
    return rounds


def standing(rounds: Rounds) -> dict[str, set[ContactId]]:
    return {flag.kind: {*flag.contact_ids} for flag in rounds.flags.values() if flag.stands}


def ids(traces: Iterable[Trace]) -> set[ContactId]:
    return {each.contact_id for each in traces}


def copied(*people: int, every: timedelta = DAY, **other: Any) -> list[Trace]:
    """The same words, of one after the other."""
    return [trace(n, WEDNESDAY + n * every, person, note_index=WELL, **other) for n, person in enumerate(people)]


def at_places(first: str, then: str, between: timedelta, **other: Any) -> list[Trace]:
    return [trace(1, WEDNESDAY, 0, place=first, **other), trace(2, WEDNESDAY + between, 1, place=then, **other)]


def visits(days: Iterable[int], **other: Any) -> list[Trace]:
    """In May."""
    return [trace(day, civil(f"2026-05-{day:02} 10:00"), day % 5, **({"new_facts": 0} | other)) for day in days]


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


def in_one_minute(*communities: UnitId | None, **other: Any) -> list[Trace]:
    return [trace(n, WEDNESDAY, n, community_id=each, **other) for n, each in enumerate(communities)]


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


def test_a_struck_contact_takes_its_flag_along_also_when_it_is_struck_first() -> None:
    made = at_places(HALL, FAR, MINUTE)

    rounds, (told,) = unfollow(followed(made), made[0], WEDNESDAY + DAY)
    before, nothing = unfollow(followed(made[1:]), made[0], WEDNESDAY + DAY)

    assert isinstance(told, FlagLifted) and (told.flag, told.lifted_at) == ("too-fast", WEDNESDAY + DAY)
    assert (standing(rounds), nothing) == ({}, ())
    assert standing(followed(made[:1], before)) == {}


def test_without_the_place_between_the_way_is_as_impossible() -> None:
    one, other = at_places(HALL, FAR, 9 * MINUTE)
    between = trace(3, WEDNESDAY + 4 * MINUTE, 2, place=NEAR)

    rounds, told = unfollow(followed([one, between, other]), between, WEDNESDAY + DAY)

    assert (standing(rounds), names(list(told))) == ({"too-fast": ids([one, other])}, ["FlagLifted", "ContactFlagged"])


def test_in_more_than_a_day_one_gets_anywhere_also_when_the_place_between_is_struck() -> None:
    one, other = at_places("0.000,0.000", "0.000,180.000", 25 * hours(1))
    between = trace(3, WEDNESDAY + hours(2), 2, place="0.000,0.000")

    rounds, told = unfollow(followed([one, between, other]), between, WEDNESDAY + 2 * DAY)

    assert (standing(rounds), names(list(told))) == ({}, ["FlagLifted"])


def test_of_four_with_the_same_words_three_are_left() -> None:
    four = copied(0, 1, 2, 3)

    rounds, told = unfollow(followed(four), four[0], WEDNESDAY + 9 * DAY)

    assert (standing(rounds), told) == ({"same-words": ids(four[1:])}, ())


def test_a_flag_that_comes_back_is_told_again_and_is_another_telling() -> None:
    made, new = visits((4, 11, 18, 25)), trace(29, civil("2026-05-29 10:00"), new_facts=1)
    lifted = followed([*made, new])

    back, (told,) = unfollow(lifted, new, WEDNESDAY + 30 * DAY)

    assert isinstance(told, ContactFlagged) and told.times == 2
    assert standing(back) == {"no-new-fact": ids(made)}


def only(rounds: Rounds) -> Flag:
    (flag,) = rounds.flags.values()
    return flag


def test_who_looks_says_what_it_was_and_is_not_asked_again() -> None:
    made = copied(0, 1, 2)
    rounds = followed(made)
    flag, at = only(rounds), WEDNESDAY + 4 * DAY

    dismissed, (false_alarm,) = review(
        rounds, flag.flag_id, Review.DISMISSED, CHEN, a_reason("三人同住一院，同日走访"), at
    )
    confirmed, (odd_indeed,) = review(
        rounds, flag.flag_id, Review.CONFIRMED, CHEN, a_reason("与三家核对，都没有去"), at
    )
    struck, nothing = unfollow(dismissed, made[0], WEDNESDAY + 6 * DAY)

    said: dict[str, Any] = {
        "city": "town",
        "county": "north",
        "holder_id": WANG,
        "flag_id": flag.flag_id,
        "flag": "same-words",
    }
    assert false_alarm == FlagDismissed(
        **said, dismissed_by=CHEN, reason=a_reason("三人同住一院，同日走访"), dismissed_at=at
    )
    assert odd_indeed == FlagConfirmed(
        **said, confirmed_by=CHEN, reason=a_reason("与三家核对，都没有去"), confirmed_at=at
    )
    assert [each.stands for each in (flag, only(dismissed), only(confirmed), only(struck))] == [
        True,
        False,
        False,
        False,
    ]
    assert nothing == ()


def test_a_month_at_which_somebody_has_looked_stays_as_it_was() -> None:
    rounds = followed(visits((4, 11, 18, 25)))
    looked, _ = review(
        rounds, only(rounds).flag_id, Review.CONFIRMED, CHEN, a_reason("与本人谈过话"), WEDNESDAY + 20 * DAY
    )

    more, nothing = follow(looked, *visited(29, new_facts=0))
    found, no_more = follow(looked, *visited(29, new_facts=1))

    assert (more.flags, nothing) == (looked.flags, ())
    assert (found.flags, no_more) == (looked.flags, ())


def visited(day: int, new_facts: int) -> tuple[Trace, datetime]:
    (made,) = visits((day,), new_facts=new_facts)
    return made, made.recorded_at


def test_who_copies_on_after_somebody_has_looked_is_flagged_for_the_others_alone() -> None:
    rounds = followed(copied(0, 1, 2))
    looked, _ = review(
        rounds, only(rounds).flag_id, Review.DISMISSED, CHEN, a_reason("核实过，没有问题"), WEDNESDAY + 4 * DAY
    )
    on = [trace(n, WEDNESDAY + n * DAY, n - 6, note_index=WELL) for n in (6, 7, 8)]

    two = followed(on[:2], looked)
    three, (told,) = follow(two, on[2], on[2].recorded_at)

    assert (only(two), len(three.flags)) == (only(looked), 2)
    assert isinstance(told, ContactFlagged) and {*told.contact_ids} == ids(on)


def test_nobody_reviews_what_is_about_themselves() -> None:
    rounds = followed(copied(0, 1, 2))

    with pytest.raises(Refused) as refused:
        review(rounds, only(rounds).flag_id, Review.DISMISSED, WANG, a_reason("是我亲自去的"), WEDNESDAY)

    assert refused.value.rule == "flag-of-their-own"


def test_what_is_not_there_is_not_reviewed() -> None:
    made = copied(0, 1, 2)
    rounds = followed(made)
    flag_id = only(rounds).flag_id
    dismissed, _ = review(rounds, flag_id, Review.DISMISSED, CHEN, a_reason("核实过，没有问题"), WEDNESDAY)
    lifted, _ = unfollow(rounds, made[0], WEDNESDAY)

    def broken(of: Rounds) -> str:
        with pytest.raises(Refused) as refused:
            review(of, flag_id, Review.CONFIRMED, CHEN, a_reason("核实过，没有去过"), WEDNESDAY)
        return refused.value.rule

    assert [broken(of) for of in (Rounds(WANG, book=BOOK), dismissed, lifted)] == [
        "flag-unknown", "flag-reviewed", "flag-lifted",
    ]  # fmt: skip


def test_an_honest_officer_is_never_flagged() -> None:
    """Six a day, four kilometres from each other, by car; three live in one institution; of one something new is learnt."""
    made = [
        trace(
            10 * day + n, WEDNESDAY + day * DAY + (n // 3) * hours(1), n % 5, note_index=derived("said", day, n),
            place=f"26.{660 + 36 * (n // 3):03},119.550", community_id=HOME if n < 3 else None,
            new_facts=int(n == 0),
        )
        for day in range(25)
        for n in range(6)
    ]  # fmt: skip

    assert followed(made).flags == {}


@st.composite
def lived(draw: st.DrawFn, days: int = 40) -> list[Trace]:
    """Contacts of one holder, few enough kinds of each that they meet."""
    return [
        trace(
            n,
            at := WEDNESDAY + draw(st.integers(0, days)) * DAY + draw(st.sampled_from((0, 0, 5, 600))) * MINUTE,
            draw(st.integers(0, 3)),
            kind=draw(st.sampled_from(("call-on", "hello"))),
            note_index=draw(st.sampled_from((None, WELL, WELL, ILL))),
            place=draw(st.sampled_from((None, HALL, NEAR, FAR))),
            community_id=draw(st.sampled_from((None, HOME, MILL_LANE))),
            new_facts=draw(st.sampled_from((0, 0, 0, 1))),
            recorded_at=at + draw(st.sampled_from((0, 0, 1, 20, 30, 31))) * DAY,
        )
        for n in range(draw(st.integers(3, 12)))
    ]


@given(lived(days=4), st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_in_which_contacts_come_changes_no_flag(made: list[Trace], data: st.DataObject) -> None:
    """Also of those that are struck: before they are heard of, or after."""
    gone = data.draw(st.sets(st.sampled_from(made), max_size=3))
    acts = data.draw(st.permutations([(follow, each) for each in made] + [(unfollow, each) for each in gone]))

    rounds = Rounds(WANG, book=BOOK)
    for act, each in acts:
        rounds, _ = act(rounds, each, WEDNESDAY + 60 * DAY)

    assert {flag.flag_id: flag.contact_ids for flag in rounds.flags.values() if flag.stands} == {
        flag.flag_id: flag.contact_ids for flag in followed(each for each in made if each not in gone).flags.values()
        if flag.stands
    }  # fmt: skip


@given(lived(days=200))
@settings(max_examples=80, deadline=None)
def test_what_was_written_down_long_ago_is_not_needed(made: list[Trace]) -> None:
    """So decisions need not load it, and the rebuilt rounds equal the live ones."""
    whole = recent = Rounds(WANG, book=BOOK)
    for each in sorted(made, key=lambda each: each.recorded_at):
        now = each.recorded_at
        kept = {id_: known for id_, known in recent.traces.items() if known.recorded_at > now - KEPT}
        recent, _ = follow(replace(recent, traces=kept), each, now)
        whole, _ = follow(whole, each, now)

    assert recent.flags == whole.flags
