"""The kinds of state, each with where it is kept; and what every decision about a person begins and ends with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import TypeVar

from pydantic import BaseModel

from bus.decisions import Decision, Decisions, FanOut, Rejected, Request
from contracts.event import Event
from contracts.ids import derived
from services.registry import domain
from services.registry.domain import Deputies, Group, Person, Roster, Unit
from services.registry.domain.circumstances import CareEnd
from services.registry.domain.directory import Directory
from services.registry.domain.openings import Opening
from services.registry.domain.surveys import SurveyRound
from services.registry.requests.groups import NoteGone
from services.registry.store import (
    PersonStore,
    RosterStore,
    deputies_store,
    directory_store,
    group_store,
    opening_store,
    round_store,
    unit_store,
)
from services.registry.words.care import CARE_ENDED

R = TypeVar("R")

unit = Decisions(of=Unit, kept_in=unit_store, zh="单位")
deputies = Decisions(of=Deputies, kept_in=deputies_store, zh="代理")
person = Decisions(
    of=Person, kept_in=PersonStore(), zh="老干部",
    wakes_at=lambda person, now: now if person.settles else person.restate_at,
)  # fmt: skip
survey_round = Decisions(of=SurveyRound, kept_in=round_store, zh="调查轮次")
directory = Decisions(of=Directory, kept_in=directory_store, zh="卡片名录")
opening = Decisions(of=Opening, kept_in=opening_store, zh="查阅")
group = Decisions(of=Group, kept_in=group_store, zh="挂组")
roster = Decisions(of=Roster, kept_in=RosterStore(), wakes_at=lambda roster, now: roster.look_at, zh="单位名录")


def enrolled(state: Person) -> Person:
    if state.enrolled_at is None:
        raise Rejected("person-unknown", "没有这个人", "person_id", status=404)
    return state


def under_care(state: Person) -> Person:
    """Of somebody whose care has ended nothing is asked any more, and the caller is told why."""
    if (end := enrolled(state).care_end) is not None:
        raise _ended(end)
    return state


def not_merged(state: Person) -> Person:
    """A death is reported of somebody who has moved away, too; of a merged file, where the person goes on."""
    for end in enrolled(state).care_ends.values():
        if end.stands and end.into is not None:
            raise _ended(end)
    return state


def _ended(end: CareEnd) -> Rejected:
    into = f"（{end.into}）" if end.into is not None else ""
    why = CARE_ENDED.get(end.why, CARE_ENDED["ended"])
    return Rejected("care-ended", why + into, "person_id", status=409)


def living(state: Person) -> Person:
    if under_care(state).dead:
        raise Rejected("person-dead", "此人已登记去世；如系误报，请先撤销去世报告", "person_id", status=409)
    return state


def stated(
    state: Person, said: tuple[Event, ...], now: datetime, by: str | None, answer: BaseModel | None = None, *,
    fan_out: tuple[FanOut, ...] = (),
) -> Decision[Person]:  # fmt: skip
    """What was said is written into the file, and the card follows."""
    state = domain.write(state, said, now, by)
    state, card = domain.state_card(state, now)
    return Decision(state, (*said, *card), answer, fan_out)


def weighed(
    decide: Callable[[Person, R, datetime], Decision[Person]],
) -> Callable[[Person, R, datetime], Decision[Person]]:
    """Whoever dies or leaves weighs on their group no more; it is told, and told again when that is taken back."""

    @wraps(decide)
    def decided(state: Person, subject: R, now: datetime) -> Decision[Person]:
        decision = decide(state, subject, now)
        return replace(decision, fan_out=(*decision.fan_out, *_group_learns(state, decision.state, now)))

    return decided


def _group_learns(before: Person, after: Person, now: datetime) -> tuple[FanOut, ...]:
    joined_gone = after.gone and before.group_id != after.group_id
    if after.group_id is None or (before.gone == after.gone and not joined_gone):
        return ()
    note_id = derived("group-learns", after.person_id, now.isoformat())
    note = NoteGone(note_id=note_id, person_id=after.person_id, gone=after.gone, said_at=now)
    return (FanOut(of="group", column="group_id", value=after.group_id, request=note),)


def who(request: Request) -> str | None:
    return f"{request.by.role}:{request.by.person}" if request.by is not None else None
