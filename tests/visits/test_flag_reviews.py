"""Whoever looks at a flag says what it was, and is not asked again; nobody looks at what is about themselves."""

from datetime import datetime
from typing import Any

import pytest

from contracts.refused import Refused
from contracts.visits import ContactFlagged, FlagConfirmed, FlagDismissed
from services.visits.domain.anomalies import Trace
from services.visits.domain.rounds import Review, Rounds, follow, review, unfollow
from tests.reasons import a_reason
from tests.visits.town import WANG, WEDNESDAY
from tests.visits.traces import BOOK, CHEN, DAY, WELL, copied, followed, ids, only, trace, visits


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
