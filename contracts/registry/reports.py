"""What befalls a person: a death, another unit, something grave in the family, a hardship."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedCare
from contracts.registry.topics import PEOPLE


class DeathReported(Event, topic=PEOPLE, type="registry.death-reported.v1", key="person_id"):
    """Somebody named reports that the person has died. It stands until this very report is retracted (row 15)."""

    person_id: PersonId
    report_id: UUID
    source: str
    """Who says so: bureau, unit, family, or hospital:<name>."""
    died_at: AwareDatetime | None = None
    reported_at: AwareDatetime


class DeathRetracted(Event, topic=PEOPLE, type="registry.death-retracted.v1", key="person_id"):
    """A report of death was false: everything that followed from it is undone."""

    person_id: PersonId
    report_id: UUID
    source: str | None = None
    """Where nobody gives a reason: who takes it back, as `hospital:<name>`, or who had made it under a file that was merged."""
    reason: SealedCare | None = None
    """In words; sealed with kind `reason`, bound to `person_id`."""
    retracted_at: AwareDatetime


class PersonTransferred(Event, topic=PEOPLE, type="registry.person-transferred.v1", key="person_id"):
    """Another unit answers for this person from now on (row 07); what was owed to them is owed on."""

    person_id: PersonId
    transfer_id: UUID
    from_unit_id: UnitId
    unit_id: UnitId
    because: str
    """merged · split · abolished: the unit has ended; transfer: this person alone"""
    lineage_id: UUID | None = None
    """The reform in which the unit ended: all who were moved by it tell the same."""
    reason: SealedCare | None = None
    """Of a transfer, in words; sealed with kind `reason`, bound to `person_id`."""
    document: str | None = None
    """The number of the document that orders it."""
    transferred_at: AwareDatetime


class FamilyChanged(Event, topic=PEOPLE, type="registry.family-changed.v1", key="person_id"):
    """Something grave has happened in the family, such as the death of the spouse (row 14)."""

    person_id: PersonId
    change_id: UUID
    change: str
    """spouse-died · child-died · divorce · disaster · other"""
    happened_on: date | None = None
    reported_at: AwareDatetime


class HardshipReported(Event, topic=PEOPLE, type="registry.hardship-reported.v1", key="person_id"):
    """The person is in special hardship (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    hardship: str
    """illness · paralysis · no-self-care · disaster · poverty · other"""
    reported_at: AwareDatetime
