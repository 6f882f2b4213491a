"""Who survives whom: enrolled because of the death, or under care before and linked to it. Care given for a death follows it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import PersonId, derived
from contracts.refused import Refused
from contracts.registry import SurvivorKnown, SurvivorLinked
from services.registry.domain.card import state_card
from services.registry.domain.care import DEATH_RETRACTED, end_care, resume_care
from services.registry.domain.person import Decided, Person, about


def link(person: Person, link_id: UUID, survivor_of: PersonId, now: datetime) -> Decided:
    """Somebody survives one person. Their own care does not hang on it."""
    if survivor_of == person.person_id:
        raise Refused("survivor-of-self", "不能是本人的遗属", "survivor_of")
    if person.survivor_of is not None:
        raise Refused("already-a-survivor", f"此人已登记为另一人的遗属（{person.survivor_of}）", "survivor_of")
    person = replace(person, survivor_of=survivor_of, linked_at=now)
    said = SurvivorLinked(**about(person), link_id=link_id, survivor_of=survivor_of, linked_at=now)
    person, card = state_card(person, now)
    return person, (said, *card)


def note(dead: Person, survivor_id: PersonId, now: datetime) -> Decided:
    """The file of the dead shows who survives them."""
    if survivor_id in dead.survivors:
        return dead, ()
    said = SurvivorKnown(**about(dead), survivor_id=survivor_id, known_at=now)
    return replace(dead, survivors=(*dead.survivors, survivor_id)), (said,)


def follow_death(person: Person, of: PersonId, dies: bool, report_id: UUID, at: datetime, now: datetime) -> Decided:
    """Whoever is cared for because of a death is so while it stands. News that comes late is older than what is known."""
    if person.survivor_of != of or person.linked_at is not None or (person.followed_at and at <= person.followed_at):
        return person, ()
    person = replace(person, followed_at=at)
    if not dies:
        return end_care(person, derived("survivor-care-end", person.person_id, report_id), DEATH_RETRACTED, None, now)
    said: tuple[Event, ...] = ()
    for end in [e for e in person.care_ends.values() if e.stands and e.why == DEATH_RETRACTED]:
        person, more = resume_care(person, end.end_id, None, now, why="dead-again")
        said = (*said, *more)
    return person, said
