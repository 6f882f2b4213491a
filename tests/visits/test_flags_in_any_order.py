"""Flags are the same in whatever order contacts are written down or struck, and an honest officer has none."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.ids import derived
from contracts.visits import ContactFlagged, FlagLifted
from services.visits.domain.anomalies import KEPT, Trace
from services.visits.domain.rounds import Rounds, follow, unfollow
from tests.visits.town import WANG, WEDNESDAY, civil, hours, names
from tests.visits.traces import (
    BOOK,
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
    copied,
    followed,
    ids,
    standing,
    trace,
    visits,
)


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
