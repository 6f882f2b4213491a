"""Two files that may be one person's are reviewed by somebody named (feature 13). Each root decides, and asks the other."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bus.decisions import Caller, Decision, FanOut, Request
from contracts.event import Event
from contracts.ids import PersonId, derived
from contracts.personal import SealedCare
from services.registry import domain
from services.registry.decisions.changes import told
from services.registry.decisions.states import enrolled, person, under_care, weighed, who
from services.registry.domain import Person, merging
from services.registry.domain.merging import DeathNews
from services.registry.requests.duplicates import (
    HearOfDeath,
    MergeFile,
    PartFile,
    RefuseFile,
    TakeFile,
    TellApart,
    UndoMerge,
)


def to(person_id: UUID, request: Request) -> FanOut:
    return FanOut(of="person", column="person_id", value=person_id, request=request)


def death_goes_on(before: Person, after: Person, now: datetime) -> tuple[FanOut, ...]:
    """What is reported of a merged file is told to the one that goes on: the dead must not be greeted under it."""
    into = merging.merged_into(after)
    if into is None:
        return ()
    changed = [death for death in after.deaths.values() if before.deaths.get(death.report_id) != death]
    return _news(after, into, (news for d in changed for news in merging.news_of([d], stands=d.stands)), now)


@person.asked(MergeFile)
@weighed
def merge_file(state: Person, request: MergeFile, now: datetime) -> Decision[Person]:
    """The other is asked to take it in; if it cannot any more, this is undone."""
    decided = merging.merge(under_care(state), request.merge_id, request.into, now)
    take = TakeFile(
        take_id=derived("take", request.merge_id), merge_id=request.merge_id, merged_id=state.person_id, dead=state.dead,
        reason=request.reason, by=request.by,
    )  # fmt: skip
    decision = told(decided, request, request.merge_id, now)
    return Decision(decision.state, decision.facts, decision.answer, (to(request.into, take),))


@person.asked(TakeFile)
@weighed
def take_file(state: Person, request: TakeFile, now: datetime) -> Decision[Person]:
    """Nothing is copied: the file reads the lines of the other for as long as the merge stands."""
    said: tuple[Event, ...] = ()
    undone: tuple[FanOut, ...] = ()
    if (own := merging.gives_way(state, request.merge_id, request.merged_id)) is not None:
        undone = _taken_back(state, own, request.merged_id, None, now)
        state, said = merging.merge_undone(state, own, None, now, why=merging.OTHER_GONE)
    if (why := merging.cannot_take(state, request.dead)) is not None:
        refusal = RefuseFile(refusal_id=derived("refusal", request.merge_id), merge_id=request.merge_id, why=why)
        return Decision(domain.write(state, said, now), said, fan_out=(*undone, to(request.merged_id, refusal)))
    after, taken = merging.take(state, request.merge_id, request.merged_id, request.reason, now)
    return Decision(domain.write(after, (*said, *taken), now, who(request)), (*said, *taken), fan_out=undone)


@person.asked(RefuseFile)
@weighed
def refuse_file(state: Person, request: RefuseFile, now: datetime) -> Decision[Person]:
    """Care goes on as if nobody had merged it. One that was undone meanwhile is undone."""
    end = state.care_ends.get(request.merge_id)
    if end is None or not end.stands:
        return Decision(state)
    after, said = merging.merge_undone(state, request.merge_id, None, now, why=request.why)
    return Decision(domain.write(after, said, now), said)


@person.asked(UndoMerge)
@weighed
def undo_merge(state: Person, request: UndoMerge, now: datetime) -> Decision[Person]:
    """Deaths that the other learned from this file are taken back from it."""
    into = merging.merged_into(enrolled(state))
    decided = merging.merge_undone(state, request.merge_id, request.reason, now)
    assert into is not None
    decision = told(decided, request, request.merge_id, now)
    undone = _taken_back(state, request.merge_id, into, request.reason, now, by=request.by)
    return Decision(decision.state, decision.facts, decision.answer, undone)


@person.asked(PartFile)
def part_file(state: Person, request: PartFile, now: datetime) -> Decision[Person]:
    after, said = merging.part(state, request.merge_id, request.merged_id, request.reason, now)
    return Decision(domain.write(after, said, now, who(request)), said)


@person.asked(HearOfDeath)
@weighed
def hear_of_death(state: Person, request: HearOfDeath, now: datetime) -> Decision[Person]:
    news = DeathNews(request.report_id, request.source, request.died_at, request.stands)
    after, said = merging.hear_of_death(state, request.of, news, now)
    return Decision(domain.write(after, said, now, request.source), said, None, death_goes_on(state, after, now))


@person.asked(TellApart)
def tell_apart(state: Person, request: TellApart, now: datetime) -> Decision[Person]:
    decided = merging.tell_apart(enrolled(state), request.distinction_id, request.other_id, request.reason, now)
    return told(decided, request, request.distinction_id, now)


def _taken_back(
    merged: Person, merge_id: UUID, into: PersonId, reason: SealedCare | None, now: datetime, by: Caller | None = None
) -> tuple[FanOut, ...]:
    """The other, if it took this file in, parts from it, and from the deaths that it learned from it."""
    part = PartFile(
        part_id=derived("part", merge_id), merge_id=merge_id, merged_id=merged.person_id, reason=reason, by=by
    )
    since = merged.care_ends[merge_id].ended_at
    told_on = [death for death in merged.deaths.values() if death.stands and death.reported_at >= since]
    return (to(into, part), *_news(merged, into, merging.news_of(told_on, stands=False), now))


def _news(of: Person, into: PersonId, news: Iterable[DeathNews], now: datetime) -> tuple[FanOut, ...]:
    return tuple(
        to(into, HearOfDeath(
            news_id=derived("death-news", one.report_id, one.stands, now.isoformat()), of=of.person_id,
            report_id=one.report_id, source=one.source, died_at=one.died_at, stands=one.stands,
        ))
        for one in news
    )  # fmt: skip
