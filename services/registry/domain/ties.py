"""A person's group: each group tells them when it takes or leaves them, and what two groups say may come in any order."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import derived
from contracts.personal import SealedCare
from contracts.registry import GroupLinked, GroupUnlinked
from services.registry.domain import team
from services.registry.domain.around import GroupTie, Member
from services.registry.domain.officer import Officer
from services.registry.domain.person import Decided, Person


def linked(person: Person, tie: GroupTie, group_name: str, officer: Officer, now: datetime) -> Decided:
    """The officer of the group joins the care team, in the place of whoever was there."""
    known = person.ties.get(tie.group_id)
    if known is not None and known.said_at >= tie.said_at:
        return person, ()
    said: tuple[Event, ...] = ()
    if known is None or not known.linked:
        said = (
            GroupLinked(
                city=person.city, county=person.county, person_id=person.person_id, group_id=tie.group_id,
                group_name=group_name, linked_at=now,
            ),
        )  # fmt: skip
    person = _tied(person, tie)
    if person.group_id != tie.group_id or officer.holder_id in {member.holder_id for member in _officers(person)}:
        return person, said
    person, joined = _joined(person, tie, officer, now)
    return person, (*said, *joined)


def unlinked(person: Person, tie: GroupTie, reason: SealedCare, now: datetime) -> Decided:
    """Whoever is in another group has that one's officer already."""
    known = person.ties.get(tie.group_id)
    if known is not None and known.said_at >= tie.said_at:
        return person, ()
    person = _tied(person, tie)
    if known is None or not known.linked:
        return person, ()
    said: tuple[Event, ...] = (
        GroupUnlinked(
            city=person.city, county=person.county, person_id=person.person_id, group_id=tie.group_id, reason=reason,
            unlinked_at=now,
        ),
    )  # fmt: skip
    for member in _officers(person) if person.group_id is None else ():
        person, left = team.leave(person, member.member_id, reason, False, now)
        said = (*said, *left)
    return person, said


def _officers(person: Person) -> list[Member]:
    role = person.offices.group_officer
    return [member for member in person.team if role is not None and member.role == role.role]


def _joined(person: Person, tie: GroupTie, officer: Officer, now: datetime) -> Decided:
    """A city that has given groups up has no such role any more."""
    role = person.offices.group_officer
    if role is None:
        return person, ()
    member_id = derived("group-member", person.person_id, tie.group_id, tie.said_at.isoformat())
    member = Member(
        member_id,
        officer.holder_id,
        role.role,
        role.party,
        officer.name,
        officer.phone,
        None,
        True,
        None,
        joined_at=now,
    )
    return team.join(person, member, several=False)


def _tied(person: Person, tie: GroupTie) -> Person:
    """Of several groups the one that said so last."""
    ties = {**person.ties, tie.group_id: tie}
    current = max((each for each in ties.values() if each.linked), key=_said_at, default=None)
    return replace(person, ties=ties, group_id=current.group_id if current is not None else None)


def _said_at(tie: GroupTie) -> tuple[datetime, UUID]:
    return tie.said_at, tie.group_id
