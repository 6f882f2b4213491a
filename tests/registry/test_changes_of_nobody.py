"""Of somebody who is not under care or has died nothing is asked that is of the living, and it is said why."""

from collections.abc import Callable

import pytest

from bus.decisions import Request
from bus.testing import MORNING
from contracts.refused import Refused
from contracts.registry import (
    CardEnd,
    CareEnded,
    CareResumed,
)
from services.registry.decisions import person
from services.registry.decisions.changes import end_care
from services.registry.domain import Person, care, report_death
from services.registry.requests.changes import (
    EndCare,
)
from tests.reasons import a_reason
from tests.registry.changing import ASKS, DAY, NOT_ONLY_OF_THE_LIVING, ONE, OTHER, card_of, refusal, zhang
from tests.registry.town import (
    OFFICES,
    ZHANG,
)


def test_care_that_ended_twice_is_resumed_when_no_end_stands() -> None:
    person, first = care.end_care(zhang(), ONE, "moved-away", None, MORNING)
    person, _ = care.end_care(person, OTHER, "death-retracted", None, MORNING + DAY)
    assert (type(first[0]), card_of(first).care_ended) == (CareEnded, CardEnd(end_id=ONE, why="moved-away"))

    person, said = care.resume_care(person, ONE, a_reason("已迁回"), MORNING + DAY)
    assert (type(said[0]), card_of(said).care_ended) == (CareResumed, CardEnd(end_id=OTHER, why="death-retracted"))
    _, said = care.resume_care(person, OTHER, a_reason("再次成立"), MORNING + DAY)
    assert card_of(said).care_ended is None


@pytest.mark.parametrize("ask", [*ASKS, *NOT_ONLY_OF_THE_LIVING])
def test_of_somebody_whose_care_has_ended_nothing_is_asked_and_it_is_said_why(ask: Callable[[], Request]) -> None:
    moved, _ = care.end_care(zhang(), ONE, "moved-away", None, MORNING)
    merged, _ = care.end_care(zhang(), ONE, "merged", ZHANG, MORNING)

    assert refusal(moved, ask()) == ("care-ended", "此人已迁出", 409)
    assert refusal(merged, ask()) == ("care-ended", f"此人的档案已并入另一份（{ZHANG}）", 409)
    assert refusal(Person(ZHANG, offices=OFFICES), ask())[::2] == ("person-unknown", 404)


@pytest.mark.parametrize("ask", ASKS)
def test_of_the_dead_nothing_is_asked_that_is_of_the_living(ask: Callable[[], Request]) -> None:
    dead, _ = report_death(zhang(), ONE, "family", None, MORNING)

    assert refusal(dead, ask())[::2] == ("person-dead", 409)


@pytest.mark.parametrize("ask", NOT_ONLY_OF_THE_LIVING)
def test_to_the_family_of_the_dead_somebody_answers(ask: Callable[[], Request]) -> None:
    dead, _ = report_death(zhang(), ONE, "family", None, MORNING)

    assert person.asks[type(ask())](dead, ask(), MORNING).facts


@pytest.mark.parametrize("why", ["merged", "death-retracted"])
def test_an_end_that_followed_from_something_else_is_not_taken_back_by_itself(why: str) -> None:
    ended, _ = care.end_care(zhang(), ONE, why, None, MORNING)

    with pytest.raises(Refused, match="not-ended-here"):
        care.assert_ended_at_the_door(ended, ONE)


def test_care_is_ended_once() -> None:
    ended = end_care(zhang(), EndCare(person_id=ZHANG, end_id=ONE, why="ended"), MORNING).state

    assert care.end_care(ended, ONE, "ended", None, MORNING) == (ended, ())
