"""Who answers for a person at every rung, as the units stand now."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from contracts.ids import HolderId, UnitId
from contracts.registry import Holder
from services.registry.domain.away import acting_for, concerned, not_over
from services.registry.domain.offices import Found
from services.registry.domain.person import Person
from services.registry.domain.unit import Unit


def holders(person: Person, now: datetime) -> tuple[Holder, ...]:
    """Whoever is away is shown by the deputy who acts for them."""
    return tuple(_acting(person, holder, now) for holder in _named(person))


def next_change(person: Person, now: datetime) -> datetime | None:
    """When somebody on this card next goes away or comes back."""
    changes = (
        at
        for holder_id in on_card(person, now)
        for away in not_over(person.deputies, holder_id, now)
        for at in (away.from_at, away.over_at)
    )
    return min((at for at in changes if at > now), default=None)


def on_card(person: Person, now: datetime) -> tuple[HolderId, ...]:
    """Whose going away and coming back changes this card."""
    return concerned(person.deputies, (holder.holder_id for holder in _named(person)), now)


def beside(person: Person) -> Iterator[Holder]:
    """The officers of the community or institution where the person lives."""
    roles = {office.role for office in person.offices.of.values() if office.found is Found.BESIDE}
    return (holder for holder in _named(person) if holder.role in roles)


def around(person: Person, now: datetime) -> list[Holder]:
    """Who is named for this very person, at their unit and where they live: none of those further up."""
    above = {office.role for office in person.offices.of.values() if office.found is Found.UPWARDS}
    return [holder for holder in holders(person, now) if holder.role not in above]


def _acting(person: Person, holder: Holder, now: datetime) -> Holder:
    acting = acting_for(person.deputies, holder.holder_id, now)
    if acting is None:
        return holder
    deputy = {"holder_id": acting.deputy_id, "name": acting.name, "phone": acting.phone, "deputy_for": holder.holder_id}
    return holder.model_copy(update=deputy)


def path(person: Person) -> tuple[UnitId, ...]:
    """The unit and those it reports to, nearest first, then the community. What is not registered yet is waited for."""
    chain = _chain(person.units, person.unit_id)
    return chain if person.community_id is None or person.community_id in chain else (*chain, person.community_id)


def _chain(units: Mapping[UnitId, Unit], first: UnitId | None) -> tuple[UnitId, ...]:
    """A circle ends where it began."""
    chain: list[UnitId] = []
    unit_id = first
    while unit_id is not None and unit_id not in chain:
        chain.append(unit_id)
        unit_id = units[unit_id].reports_to if unit_id in units else None
    return tuple(chain)


def _named(person: Person) -> Iterator[Holder]:
    """The liaison (the officer of the own unit stands in where there is none), the care team, and of each party the officer
    who is this person's: an empty rung is passed over."""
    of_all = person.offices.liaison
    if (liaison := person.liaison) is not None:
        yield Holder(
            role=of_all.role, party=of_all.party, holder_id=liaison.liaison_id, unit_id=liaison.unit_id,
            name=liaison.name, phone=liaison.phone,
        )  # fmt: skip
    elif (own := own_unit(person)) is not None and (leader := own.holder) is not None:
        yield Holder(
            role=of_all.role, party=of_all.party, holder_id=leader.holder_id, unit_id=own.unit_id, name=leader.name,
            phone=leader.phone, stands_in=True,
        )  # fmt: skip
    yield from _of_the_team(person)
    found: set[str] = set()
    for unit_id in path(person):
        unit = person.units.get(unit_id)
        held = unit.holder if unit is not None else None
        if unit is None or held is None or unit.party in found or not _theirs(person, unit):
            continue
        found.add(unit.party)
        yield Holder(
            role=person.offices.of[unit.party].role, party=unit.party, holder_id=held.holder_id, unit_id=unit_id,
            name=held.name, phone=held.phone,
        )  # fmt: skip


def _of_the_team(person: Person) -> Iterator[Holder]:
    """Those of where the person lives belong to the community there, all others to whoever answers for the person: the unit."""
    for member in person.team:
        office = person.offices.of.get(member.party)
        beside = office is not None and office.found is Found.BESIDE
        unit_id = (person.community_id if beside else None) or person.unit_id
        assert unit_id is not None
        yield Holder(
            role=member.role, party=member.party, holder_id=member.holder_id, unit_id=unit_id, name=member.name,
            phone=member.phone,
        )  # fmt: skip


def own_unit(person: Person) -> Unit | None:
    return person.units.get(person.unit_id) if person.unit_id is not None else None


def _theirs(person: Person, unit: Unit) -> bool:
    """Whether the officer of this unit on the person's path is also the person's; of a party without an officer, nobody's."""
    office = person.offices.of.get(unit.party)
    if office is None:
        return False
    only = {Found.OWN: person.unit_id, Found.BESIDE: person.community_id}
    return unit.unit_id == only.get(office.found, unit.unit_id)
