"""What is written into a person's file that is no change of their life: fields, as somebody learned them."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity
from contracts.registry.topics import PEOPLE


class FieldRecorded(Event, topic=PEOPLE, type="registry.field-recorded.v1", key="person_id"):
    """Somebody has learned what a field of the file is (row 19): health, family, treatment, difficulties, needs."""

    person_id: PersonId
    record_id: UUID
    field: str
    """health · family · treatment · difficulties · needs · ability (row 02) · service-focus (row 22) …"""
    value: SealedIdentity | None = None
    """Sealed with kind `file-field`, bound to `person_id`. None where the field is clinical."""
    clinical: SealedClinical | None = None
    """Sealed with kind `file-field`, bound to `person_id`."""
    as_of: date | None = None
    """The day for which it is true; None = the day on which it was recorded."""
    learned_from: str | None = None
    """From whom it was learned (row 20): bureau · unit · family · community · self · fees-centre … None = not said."""
    recorded_at: AwareDatetime
