"""What is asked of a file: to write a field into it."""

from datetime import date
from uuid import UUID

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity


class RecordField(Request, key="person_id", id="record_id"):
    """Write down what a field of the file is, and as of which day."""

    person_id: PersonId
    record_id: UUID
    field: str
    value: SealedIdentity | None = None
    clinical: SealedClinical | None = None
    as_of: date | None = None
    learned_from: str | None = None
