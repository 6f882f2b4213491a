"""A person goes to another unit: alone, or because their own has ended. Somebody answers for them there at the same instant."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import UnitId, derived
from contracts.refused import Refused
from contracts.registry import PersonTransferred
from services.registry.domain import liaisons
from services.registry.domain.around import Transfer
from services.registry.domain.lineage import Heir
from services.registry.domain.officer import Officer
from services.registry.domain.person import Decided, Person


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What people of a unit that has ended must know to follow it."""

    unit_id: UnitId
    """The unit that has ended."""
    lineage_id: UUID
    because: str
    document: str | None
    heirs: tuple[Heir, ...]


def follow(person: Person, inheritance: Inheritance, now: datetime) -> Decided:
    """To the heir that the reform named for this person; who came after it was drawn up goes to the first.

    Their liaison stays theirs where the officer moves along. Who has gone elsewhere meanwhile stays there.
    """
    if person.unit_id != inheritance.unit_id:
        return person, ()
    named = person.destinations.get(inheritance.lineage_id)
    heir = next((heir for heir in inheritance.heirs if heir.unit_id == named), inheritance.heirs[0])
    transfer = Transfer(
        transfer_id=derived("transfer", inheritance.lineage_id, person.person_id),
        from_unit_id=inheritance.unit_id, unit_id=heir.unit_id, because=inheritance.because,
        lineage_id=inheritance.lineage_id, reason=None, document=inheritance.document, transferred_at=now,
    )  # fmt: skip
    return transferred(person, transfer, heir.county, _liaison_there(person, heir), now)


def _liaison_there(person: Person, heir: Heir) -> Officer | None:
    held = person.liaison
    if held is not None and held.liaison_id in heir.officers:
        return Officer(held.liaison_id, held.name, held.phone)
    return heir.liaison


def transferred(person: Person, transfer: Transfer, county: str, liaison: Officer | None, now: datetime) -> Decided:
    """Without a liaison there, the post is vacant from this instant, and told so."""
    if transfer.unit_id == person.unit_id:
        raise Refused("already-there", "此人已在该单位", "unit_id")
    person = replace(
        liaisons.relieved(person, now),
        unit_id=transfer.unit_id,
        county=county,
        transfers={**person.transfers, transfer.transfer_id: transfer},
    )
    said: tuple[Event, ...] = (_said(person, transfer),)
    if liaison is not None:
        person, assigned = liaisons.assign(person, derived("assignment", transfer.transfer_id), liaison, now)
        said = (*said, assigned)
    return person, said


def _said(person: Person, transfer: Transfer) -> PersonTransferred:
    return PersonTransferred(
        city=person.city, county=person.county, person_id=person.person_id, transfer_id=transfer.transfer_id,
        from_unit_id=transfer.from_unit_id, unit_id=transfer.unit_id, because=transfer.because,
        lineage_id=transfer.lineage_id, reason=transfer.reason, document=transfer.document,
        transferred_at=transfer.transferred_at,
    )  # fmt: skip
