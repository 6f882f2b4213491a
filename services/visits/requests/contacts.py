"""What is asked of a person's contacts: one was made, or was recorded in error."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from bus.decisions import Request
from contracts.ids import ContactId, DutyId, HolderId, PersonId
from contracts.personal import SealedCare
from services.visits.requests import FROM_JSON


class RecordContact(Request, key="person_id", id="contact_id"):
    """Something was done, or tried. The caller chooses `contact_id`, so recording twice records one."""

    model_config = FROM_JSON

    contact_id: ContactId
    person_id: PersonId
    kind: str = Field(description="走访的类别，政策 duty_kinds 所列")
    strength: str = Field(description="走访的方式，政策 strengths 所列")
    outcome: str = Field(description="走访的结果，政策 outcomes 所列")
    made_at: AwareDatetime
    note: SealedCare | None = None
    note_index: UUID | None = None
    place: str | None = None
    witness: HolderId | None = None
    photo: str | None = None
    new_facts: int = 0


class StrikeContact(Request, key="person_id", id="strike_id"):
    """A contact was recorded in error: what it discharged is owed again."""

    strike_id: UUID
    person_id: PersonId
    contact_id: ContactId
    reason: SealedCare


class ContactRecorded(BaseModel):
    """What the contact discharged. Empty: it was an attempt, or too weak, or of another party."""

    contact_id: ContactId
    discharged: list[DutyId]


class ContactWasStruck(BaseModel):
    """The duties that are owed again."""

    contact_id: ContactId
    reopened: list[DutyId]
