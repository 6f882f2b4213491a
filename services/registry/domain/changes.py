"""What changes about a person: their class, situations, wishes and absences, each by an event with its reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import (
    AbsenceEnded,
    AbsenceReported,
    PersonClassed,
    SituationBegan,
    SituationEnded,
    WishStated,
    WishWithdrawn,
)
from contracts.zone import CITY
from services.registry.domain.card import is_meant, state_card
from services.registry.domain.circumstances import Absence, Situation, Wish
from services.registry.domain.holders import around
from services.registry.domain.person import Decided, Person, about

LONGEST_ABSENCE = timedelta(days=366)


def morning(day: date) -> datetime:
    """A day begins at midnight in the city."""
    return datetime.combine(day, time(), CITY).astimezone(UTC)


def classify(
    person: Person, change_id: UUID, new: Mapping[str, Any], reason: SealedCare, happened_on: date | None, now: datetime
) -> Decided:
    """Kind, category or rank is another from that day on. The class of today is the one that began last."""
    fields = tuple(field for field, value in new.items() if value != getattr(person, field))
    if not fields:
        raise Refused("class-as-before", "类别、居住类别、职级均与现有的相同", "category")
    began = morning(happened_on) if happened_on is not None else now
    if person.classed_since is not None and began < person.classed_since:
        last = f"{person.classed_since.astimezone(CITY):%Y-%m-%d}"
        raise Refused("class-out-of-order", f"早于上一次变更（{last}）", "happened_on")
    person = replace(person, **new, classed_at=now, classed_since=began)
    assert person.kind and person.category
    said = PersonClassed(
        **about(person), change_id=change_id, fields=fields, kind=person.kind, category=person.category, rank=person.rank,
        reason=reason, happened_on=happened_on, classed_at=now,
    )  # fmt: skip
    person, card = state_card(person, now)
    return person, (said, *card)


def begin_situation(
    person: Person, situation_id: UUID, situation: str, began_on: date | None, now: datetime
) -> Decided:
    """A situation that stands already is not begun a second time."""
    if any(s.situation == situation and s.until is None for s in person.situations.values()):
        raise Refused("situation-stands", "此人已有这一情况，且尚未结束", "situation")
    begun = Situation(situation_id, situation, morning(began_on) if began_on is not None else now)
    person = replace(person, situations={**person.situations, situation_id: begun})
    said = SituationBegan(
        **about(person), situation_id=situation_id, situation=situation, began_on=began_on, reported_at=now
    )
    person, card = state_card(person, now)
    return person, (said, *card)


def end_situation(person: Person, situation_id: UUID, ended_on: date | None, now: datetime) -> Decided:
    """That very situation is over, not before it began; others of the person stand."""
    known = person.situations.get(situation_id)
    if known is None or known.until is not None:
        raise Refused("situation-unknown", "此人没有这一情况，或已经结束", "situation_id")
    until = morning(ended_on) if ended_on is not None else now
    if ended_on is not None and ended_on < known.since.astimezone(CITY).date():
        raise Refused("end-before-beginning", "结束早于开始", "ended_on")
    person = replace(person, situations={**person.situations, situation_id: replace(known, until=until)})
    said = SituationEnded(
        **about(person), situation_id=situation_id, situation=known.situation, ended_on=ended_on, reported_at=now
    )
    person, card = state_card(person, now)
    return person, (said, *card)


def state_wish(person: Person, asked: Wish, now: datetime) -> Decided:
    """The same wish stated again, otherwise or in other words, takes the place of what was said before."""
    _assert_on_the_card(person, asked, now)
    before = {
        wish.wish_id: replace(wish, withdrawn_at=now)
        for wish in person.wishes.values()
        if wish.wish == asked.wish and not wish.withdrawn_at
    }
    person = replace(person, wishes={**person.wishes, **before, asked.wish_id: asked})
    said = WishStated(
        **about(person), wish_id=asked.wish_id, wish=asked.wish, words=asked.words, hours=asked.hours,
        ask_first=asked.ask_first, stated_at=now,
    )  # fmt: skip
    person, card = state_card(person, now)
    return person, (said, *card)


def _assert_on_the_card(person: Person, asked: Wish, now: datetime) -> None:
    """Whoever is to be asked first is somebody whom the holders of duties can find."""
    first = asked.ask_first
    if first is not None and not any(is_meant(first, holder) for holder in around(person, now)):
        raise Refused("ask-first-unknown", "此人的卡片上没有这位可以先找的人，请先列入关爱小组", "ask_first")


def withdraw_wish(person: Person, wish_id: UUID, now: datetime) -> Decided:
    known = person.wishes.get(wish_id)
    if known is None or known.withdrawn_at is not None:
        raise Refused("wish-unknown", "此人没有这一意愿，或已经撤回", "wish_id")
    person = replace(person, wishes={**person.wishes, wish_id: replace(known, withdrawn_at=now)})
    said = WishWithdrawn(**about(person), wish_id=wish_id, wish=known.wish, withdrawn_at=now)
    person, card = state_card(person, now)
    return person, (said, *card)


def report_absence(
    person: Person, absence_id: UUID, absence: str, from_at: datetime, until_at: datetime, now: datetime
) -> Decided:
    """It has an end, at most a year away: longer is no absence, but another place to live."""
    if until_at <= from_at:
        raise Refused("end-before-beginning", "结束须晚于开始", "until_at")
    if until_at - from_at > LONGEST_ABSENCE:
        raise Refused("absence-too-long", "超过一年的不是外出，请变更居住类别", "until_at")
    away = Absence(absence_id, absence, from_at, until_at)
    person = replace(person, absences={**person.absences, absence_id: away})
    said = AbsenceReported(
        **about(person), absence_id=absence_id, absence=absence, from_at=from_at, until_at=until_at, reported_at=now
    )
    return person, (said,)


def end_absence(person: Person, absence_id: UUID, ended_at: datetime, reason: SealedCare, now: datetime) -> Decided:
    """Earlier or later than was expected, but not before it began."""
    known = person.absences.get(absence_id)
    if known is None or known.ended_at is not None:
        raise Refused("absence-unknown", "此人没有这一外出，或已经结束", "absence_id")
    if ended_at < known.from_at:
        raise Refused("end-before-beginning", "结束早于开始", "ended_at")
    person = replace(person, absences={**person.absences, absence_id: replace(known, ended_at=ended_at)})
    said = AbsenceEnded(**about(person), absence_id=absence_id, ended_at=ended_at, reason=reason, reported_at=now)
    return person, (said,)
