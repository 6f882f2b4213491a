"""The liaison: at every instant one serving officer of the person's own unit answers for them (row 06)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId, derived
from contracts.personal import SealedCare
from contracts.registry import LiaisonAssigned, LiaisonRelieved
from services.registry.domain.around import Assignment
from services.registry.domain.officer import Officer
from services.registry.domain.person import Decided, Person


def assign(person: Person, assignment_id: UUID, officer: Officer, now: datetime) -> tuple[Person, LiaisonAssigned]:
    """Who answered before does no more."""
    assert person.unit_id is not None
    begun = Assignment(assignment_id, officer.holder_id, person.unit_id, officer.name, officer.phone, assigned_at=now)
    assignments = {**relieved(person, now).assignments, assignment_id: begun}
    said = LiaisonAssigned(
        city=person.city, county=person.county, person_id=person.person_id, unit_id=person.unit_id,
        liaison_id=officer.holder_id, name=officer.name, phone=officer.phone, assigned_at=now,
    )  # fmt: skip
    return replace(person, assignments=assignments), said


def relieve(
    person: Person, ending_id: UUID, liaison_id: HolderId, reason: SealedCare, successor: Officer | None, now: datetime
) -> Decided:
    """Of who has this liaison. Without a successor the post is vacant from this instant, and the unit leader stands in."""
    held = person.liaison
    if held is None or held.liaison_id != liaison_id:
        return person, ()
    said: tuple[Event, ...] = (
        LiaisonRelieved(
            city=person.city, county=person.county, person_id=person.person_id, unit_id=held.unit_id,
            liaison_id=liaison_id, reason=reason, relieved_at=now,
        ),
    )  # fmt: skip
    if successor is None:
        return relieved(person, now), said
    person, assigned = assign(person, derived("assignment", ending_id, person.person_id), successor, now)
    return person, (*said, assigned)


def relieved(person: Person, now: datetime) -> Person:
    ended = {key: a if a.ended_at is not None else replace(a, ended_at=now) for key, a in person.assignments.items()}
    return replace(person, assignments=ended)
