"""Survivors and the dead learn of each other: each has a root of their own, so one asks the other by a fan-out."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, FanOut, Request
from contracts.ids import PersonId, derived
from services.registry import domain
from services.registry.decisions.changes import told
from services.registry.decisions.states import living, person, weighed, who
from services.registry.domain import Person, survivors
from services.registry.requests.survivors import FollowDeath, LinkSurvivor, NoteSurvivor


def note_at_the_dead(survivor: Person, request: Request) -> tuple[FanOut, ...]:
    """The dead person is told who survives them, once this is committed."""
    if survivor.survivor_of is None:
        return ()
    note = NoteSurvivor(note_id=request.id, survivor_id=survivor.person_id, by=request.by)
    return (FanOut(of="person", column="person_id", value=survivor.survivor_of, request=note),)


def survivors_follow(before: Person, after: Person, report_id: UUID, now: datetime) -> tuple[FanOut, ...]:
    """Whether the person is dead is another answer than before: whoever is cared for because of it learns so."""
    if before.dead == after.dead or not after.survivors:
        return ()
    return (FanOut(of="person", column="survivor_of", value=after.person_id, request=_news(after, report_id, now)),)


@person.asked(LinkSurvivor)
def link_survivor(state: Person, request: LinkSurvivor, now: datetime) -> Decision[Person]:
    """The spouse who is under care already is not enrolled a second time."""
    decision = told(
        survivors.link(living(state), request.link_id, request.survivor_of, now), request, request.link_id, now
    )
    return Decision(decision.state, decision.facts, decision.answer, note_at_the_dead(decision.state, request))


@person.asked(NoteSurvivor)
def note_survivor(state: Person, request: NoteSurvivor, now: datetime) -> Decision[Person]:
    """A death that was retracted while the survivor was being enrolled could not find them: they are told now."""
    after, said = survivors.note(state, request.survivor_id, now)
    after = domain.write(after, said, now, who(request))
    if after.dead:
        return Decision(after, said)
    last = max(after.deaths.values(), key=lambda death: death.retracted_at or now, default=None)
    news = _news(after, last.report_id if last is not None else request.note_id, now)
    return Decision(
        after, said, None, (FanOut(of="person", column="person_id", value=request.survivor_id, request=news),)
    )


@person.asked(FollowDeath)
@weighed
def follow_death(state: Person, request: FollowDeath, now: datetime) -> Decision[Person]:
    """The care of whoever was enrolled for a death ends with its retraction, and is again what it was if it is reported anew."""
    after, said = survivors.follow_death(state, request.of, request.dies, request.report_id, request.at, now)
    return Decision(domain.write(after, said, now), said)


def _news(of: Person, report_id: UUID, now: datetime) -> FollowDeath:
    follow_id = derived("follow-death", report_id, of.dead)
    return FollowDeath(follow_id=follow_id, of=PersonId(of.person_id), dies=of.dead, report_id=report_id, at=now)
