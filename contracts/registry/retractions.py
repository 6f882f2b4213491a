"""What was reported of a person and is taken back; a report of death has its retraction beside it."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId
from contracts.personal import SealedCare
from contracts.registry.topics import PEOPLE


class FamilyChangeRetracted(Event, topic=PEOPLE, type="registry.family-change-retracted.v1", key="person_id"):
    """That very change in the family was reported in error: everything that followed from it is undone (row 14)."""

    person_id: PersonId
    change_id: UUID
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    retracted_at: AwareDatetime


class HardshipRetracted(Event, topic=PEOPLE, type="registry.hardship-retracted.v1", key="person_id"):
    """That very hardship was reported in error: everything that followed from it is undone (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    retracted_at: AwareDatetime
