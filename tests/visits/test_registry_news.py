"""What the registry tells after the enrolment: classes, situations, ends of care, posts that nobody holds."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.ids import derived
from contracts.registry import (
    CareEnded,
    CareResumed,
    PersonCard,
    PersonClassed,
    PostFilled,
    PostVacant,
    SituationBegan,
    SituationEnded,
)
from services.visits.domain import next_change
from services.visits.domain.care import By
from services.visits.domain.rules import OnEnd, Selector, Stack
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    PLACE,
    REPORTING,
    WARD,
    WEDNESDAY,
    admitted,
    after,
    card,
    civil,
    enrolled,
    hours,
    life,
    names,
    rule,
)

ONE: UUID = derived("test", "one")
VACANCY = derived("test", "vacancy")
MOVED = rule("moved", after("class-changed", hours(48)), who=Selector(categories=frozenset({"at-home"})))
CARED_FOR = rule("cared-for", after("situation-began", hours(48), of=frozenset({"frail"})))
FRAIL_WEEKLY = replace(GREETING, name="frail-weekly", who=Selector(situations=frozenset({"frail"})))
NAMING = rule("naming", after("post-vacant", hours(120), of=frozenset({"clerk"})), on_end=OnEnd.SUPERSEDE)


def classed(at: datetime = WEDNESDAY, category: str = "at-home", **other: Any) -> PersonClassed:
    usual: dict[str, Any] = {"change_id": ONE, "fields": ("category",), "kind": "elder", "reason": a_reason("搬去同住")}
    return PersonClassed(category=category, classed_at=at, **(usual | other), **PLACE)


def carded(version: int, category: str, classed_at: datetime | None = None, **other: Any) -> PersonCard:
    return card(version, category).model_copy(update={"classed_at": classed_at, **other})


def begins(at: datetime = WEDNESDAY, situation: str = "frail", id_: UUID = ONE) -> SituationBegan:
    return SituationBegan(situation_id=id_, situation=situation, reported_at=at, **PLACE)


def passes(at: datetime, situation: str = "frail") -> SituationEnded:
    return SituationEnded(situation_id=ONE, situation=situation, reported_at=at, **PLACE)


def leaves(at: datetime = WEDNESDAY) -> CareEnded:
    return CareEnded(end_id=ONE, why="moved-away", ended_at=at, **PLACE)


def comes_back(at: datetime) -> CareResumed:
    return CareResumed(end_id=ONE, reason=a_reason("回迁"), resumed_at=at, **PLACE)


def vacant() -> PostVacant:
    return PostVacant(vacancy_id=VACANCY, role="clerk", since=WEDNESDAY, **PLACE)


def filled(at: datetime) -> PostFilled:
    return PostFilled(vacancy_id=VACANCY, role="clerk", filled_at=at, **PLACE)


def test_another_class_is_known_with_the_news_of_it_and_the_rules_are_those_of_the_class() -> None:
    li = life(GREETING, MOVED)

    told = li.hears(classed())

    assert names(told) == ["DutySuperseded", "DutyOpened"]
    assert li.the("greeting").closed_by is By.CLASS
    assert (li.owed()["moved"].cause_kind, li.owed()["moved"].cause_id) == ("class-change", ONE)


def test_a_card_from_before_the_change_of_class_does_not_take_it_back() -> None:
    li = life(GREETING, MOVED)
    li.hears(classed())

    late = li.hears(carded(2, "alone"))
    shown = li.hears(carded(3, "at-home", classed_at=WEDNESDAY))

    assert (late, shown) == ([], [])
    assert (li.care.category, li.care.reclassed_at) == ("at-home", WEDNESDAY)


def test_news_of_a_class_that_comes_after_a_later_one_is_a_happening_alone() -> None:
    li = life(GREETING, MOVED)
    li.hears(carded(2, "alone", classed_at=WEDNESDAY + hours(2)))

    li.hears(classed(WEDNESDAY + hours(1)))

    assert (li.care.category, set(li.owed())) == ("alone", {"greeting"})


def test_the_code_of_a_change_is_the_new_category_or_what_else_alone_has_changed() -> None:
    li = life(GREETING)
    li.hears(classed(fields=("kind", "category")), classed(change_id=derived("test", 2), fields=("kind", "rank")))
    li.hears(classed(change_id=derived("test", 3), fields=("rank",), rank="chief"))

    assert [one.what for one in li.care.happenings.values()] == ["at-home", "elder", "chief"]


def test_the_card_tells_rank_birth_and_wishes() -> None:
    li = life(GREETING)

    li.hears(carded(2, "alone", rank="chief", birth_year=1932, birthday="02-29", wishes=("deaf",)))

    assert (li.care.rank, li.care.born_on, li.care.wishes) == ("chief", date(1932, 2, 29), ("deaf",))


def test_a_situation_brings_its_rules_and_takes_along_at_its_end_what_is_not_due() -> None:
    li = life(CARED_FOR, FRAIL_WEEKLY)

    li.hears(begins())
    during = set(li.owed())
    li.hears(passes(WEDNESDAY + hours(30)), at=WEDNESDAY + hours(30))

    assert during == {"cared-for", "frail-weekly"}
    assert li.owed().keys() == {"cared-for"}


def test_a_situation_whose_end_was_heard_first_has_passed() -> None:
    li = life(FRAIL_WEEKLY)

    li.hears(passes(WEDNESDAY), begins())

    assert li.owed() == {}


def test_one_of_two_that_stand_goes_on() -> None:
    li = life(FRAIL_WEEKLY)
    li.hears(begins(), begins(id_=derived("test", "two")))

    li.hears(passes(WEDNESDAY + hours(1)), at=WEDNESDAY + hours(1))

    assert li.owed().keys() == {"frail-weekly"}


def test_whose_care_has_ended_is_owed_nothing_and_what_was_owed_stands_again_when_that_is_taken_back() -> None:
    li = life(WARD, GREETING)
    li.hears(admitted())
    owed = li.owed()

    ended = li.hears(leaves())
    asked = li.hears(begins())
    back = li.hears(comes_back(WEDNESDAY + hours(1)), at=WEDNESDAY + hours(1))

    assert (names(ended), asked) == (["DutySuperseded", "DutySuperseded"], [])
    assert {duty.closed_by for duty in li.care.duties.values()} == {None}
    assert names(back) == ["DutyOpened", "DutyOpened"]
    assert li.owed() == owed


def test_the_weeks_in_which_care_had_ended_are_owed_by_nobody() -> None:
    every = replace(REPORTING, stack=Stack.EACH)
    li = life(every)
    li.hears(leaves())

    li.hears(comes_back(civil("2026-06-10 12:00")), at=civil("2026-06-10 12:00"))

    begun = sorted(duty.cause_at for duty in li.open())
    assert begun == [civil("2026-05-11 00:00"), civil("2026-06-08 00:00")]


def test_a_post_that_nobody_holds_asks_for_a_name_until_it_is_filled() -> None:
    li = life(NAMING)

    li.hears(vacant())
    owed = li.owed()["naming"]
    li.hears(filled(WEDNESDAY + hours(1)), at=WEDNESDAY + hours(1))

    assert owed.due_at == WEDNESDAY + hours(120)
    assert (li.the("naming").closed_by, li.open()) == (By.END, [])


def test_what_is_heard_before_the_person_waits_for_them() -> None:
    li = life(FRAIL_WEEKLY, NAMING, heard=())

    before = li.hears(begins(), vacant())
    li.hears(enrolled(), card())

    assert before == []
    assert li.owed().keys() == {"frail-weekly", "naming"}
    assert next_change(li.care, WEDNESDAY) is not None
