"""The care team: named people around one person, each in a role (rows 68, 69, 80, 53). Who leaves a role leaves it vacant."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import CareTeamJoined, CareTeamLeft
from services.registry.domain.around import Member
from services.registry.domain.person import Decided, Person


def join(person: Person, member: Member, *, several: bool) -> Decided:
    """Where one alone holds the role, who was there leaves; of several one is first: who joins as such, else whoever was."""
    there = [each for each in person.team if each.role == member.role]
    if member.holder_id in {each.holder_id for each in there}:
        raise Refused("already-in-team", "此人已担任该角色", "holder_id")
    if member.until_at is not None and member.until_at <= member.joined_at:
        raise Refused("over-already", "到期时间须晚于现在", "until_at")
    replaced = [] if several else there
    person, left = _left(person, replaced, member.joined_at, why="replaced")
    first = member.first or not set(there) - set(replaced)
    member = replace(member, first=first)
    second = {each.member_id: replace(each, first=False) for each in there if first and each not in replaced}
    person = replace(person, members={**person.members, **second, member.member_id: member})
    return person, (*left, _joined(person, member))


def leave(person: Person, member_id: UUID, reason: SealedCare, still_needed: bool, now: datetime) -> Decided:
    """The role is vacant from this instant, unless nobody is needed in it any more."""
    member = person.members.get(member_id)
    if member is None:
        raise Refused("member-unknown", "关爱小组没有这名成员", "member_id")
    if member.left_at is not None:
        return person, ()
    person = replace(person, members={**person.members, member_id: replace(member, still_needed=still_needed)})
    person, left = _left(person, [person.members[member_id]], now, reason=reason)
    return _with_a_first(person, member.role), left


def lapse(person: Person, now: datetime) -> Decided:
    """Pairs whose time is over, at the instant at which it was."""
    said: tuple[CareTeamLeft, ...] = ()
    for member in person.team:
        if member.until_at is not None and member.until_at <= now:
            person, left = _left(person, [member], member.until_at, why="lapsed")
            person, said = _with_a_first(person, member.role), (*said, *left)
    return person, said


def next_lapse(person: Person) -> datetime | None:
    return min((member.until_at for member in person.team if member.until_at is not None), default=None)


def needed(person: Person) -> set[str]:
    """A role that was held once is needed, until it is said that it is not."""
    last = {member.role: member for member in sorted(person.members.values(), key=lambda each: each.joined_at)}
    return {role for role, member in last.items() if member.left_at is None or member.still_needed}


def _with_a_first(person: Person, role: str) -> Person:
    there = [member for member in person.team if member.role == role]
    if not there or there[0].first:
        return person
    return replace(person, members={**person.members, there[0].member_id: replace(there[0], first=True)})


def _left(
    person: Person, members: Iterable[Member], at: datetime, *, why: str | None = None, reason: SealedCare | None = None
) -> tuple[Person, tuple[CareTeamLeft, ...]]:
    gone = {member.member_id: replace(member, left_at=at) for member in members}
    said = tuple(
        CareTeamLeft(
            city=person.city, county=person.county, person_id=person.person_id, member_id=member.member_id,
            holder_id=member.holder_id, role=member.role, why=why, reason=reason, left_at=at,
        )
        for member in gone.values()
    )  # fmt: skip
    return (replace(person, members={**person.members, **gone}) if gone else person), said


def _joined(person: Person, member: Member) -> CareTeamJoined:
    return CareTeamJoined(
        city=person.city, county=person.county, person_id=person.person_id, member_id=member.member_id,
        holder_id=member.holder_id, role=member.role, party=member.party, name=member.name, phone=member.phone,
        relation=member.relation, first=member.first, until_at=member.until_at, joined_at=member.joined_at,
    )  # fmt: skip
