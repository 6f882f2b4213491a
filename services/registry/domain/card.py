"""The card: who a person is to other services, and who answers for them at every rung, as the units stand now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from contracts.ids import UnitId
from contracts.registry import Holder, PersonCard
from services.registry.domain.person import Decided, Person
from services.registry.domain.unit import ROLE_OF, Unit

RESTATED_EVERY = timedelta(days=7)
"""However a reader came to miss a card, it is told again within this time."""

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def state_card(person: Person, now: datetime, *, settles: bool = False) -> Decided:
    """The card as it is now, with a new version. A person who is not enrolled, or whose unit is not known yet, has none.

    One that `settles` is stated once more as soon as this is committed. It is said where the path is new: a change of a unit
    that was decided at the same moment could not find the person by that path, and this decision could not see the change.
    """
    if person.enrolled_at is None:
        return person, ()
    person = replace(
        person,
        unit_path=path(person),
        version=max(person.version + 1, (now - _FIRST) // timedelta(seconds=1)),
        restate_at=now if settles else now + RESTATED_EVERY,
    )
    return person, restated(person, now)


def restated(person: Person, now: datetime) -> tuple[PersonCard, ...]:
    """The card under the version it has: for readers that lost it."""
    unit = person.units.get(person.unit_id) if person.unit_id is not None else None
    if person.enrolled_at is None or unit is None or not unit.registered:
        return ()
    assert person.kind and person.category and person.name and person.unit_id
    assert person.name_index and person.birth_date_index and person.resident_id_index
    card = PersonCard(
        city=person.city,
        county=person.county,
        person_id=person.person_id,
        version=person.version,
        kind=person.kind,
        category=person.category,
        name=person.name,
        resident_id_index=person.resident_id_index,
        name_index=person.name_index,
        birth_date_index=person.birth_date_index,
        unit_id=person.unit_id,
        unit_name=unit.name,
        community_id=person.community_id,
        holders=tuple(_holders(person)),
        death_reports=tuple(death.report_id for death in person.deaths.values() if death.stands),
        stated_at=now,
    )
    return (card,)


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


def _holders(person: Person) -> Iterator[Holder]:
    """The liaison, the leader of the own unit, and above it the nearest that has a holder: an empty rung is passed over."""
    if (liaison := person.liaison) is not None:
        yield Holder(
            role="liaison", party="unit", holder_id=liaison.liaison_id, unit_id=liaison.unit_id, name=liaison.name,
            phone=liaison.phone,
        )  # fmt: skip
    found: set[str] = set()
    for unit_id in path(person):
        unit = person.units.get(unit_id)
        held = unit.holder if unit is not None else None
        if unit is None or held is None or unit.party in found or not _own(person, unit):
            continue
        found.add(unit.party)
        yield Holder(
            role=ROLE_OF[unit.party], party=unit.party, holder_id=held.holder_id, unit_id=unit_id, name=held.name,
            phone=held.phone,
        )  # fmt: skip


def _own(person: Person, unit: Unit) -> bool:
    """The leader of a unit further up is not this person's unit leader; a bureau further up is their bureau."""
    return unit.party != "unit" or unit.unit_id == person.unit_id
