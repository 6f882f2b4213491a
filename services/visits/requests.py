"""What people ask of visits: to record what was done, to let a duty go with a reason, to say that they know."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.decisions import Request
from contracts.ids import ContactId, DutyId, PersonId

FROM_JSON = ConfigDict(strict=False)
"""These are read at the door as they are: JSON has no UUID and no time, and FastAPI has read it before pydantic does."""


class RecordContact(Request, key="person_id", id="contact_id"):
    """Something was done, or tried. The caller chooses `contact_id`, so recording twice records one."""

    model_config = FROM_JSON

    contact_id: ContactId
    person_id: PersonId
    kind: str = Field(description="visit · phone · check-in · service")
    strength: str = Field(description="in-person · video · phone · proxy · sms")
    outcome: str = Field(description="met · not-home · refused · in-hospital · moved · died · wrong-contact")
    made_at: AwareDatetime


class WaiveDuty(Request, key="person_id", id="waiver_id"):
    """A named person decides, with a reason, that this need not be done (rule 3)."""

    model_config = FROM_JSON

    waiver_id: UUID
    person_id: PersonId
    duty_id: DutyId
    reason: str = Field(min_length=1, max_length=500)


class ContactRecorded(BaseModel):
    """What the contact discharged. Empty: it was an attempt, or too weak, or of another party."""

    contact_id: ContactId
    discharged: list[DutyId]


class DutyLetGo(BaseModel):
    """The duty is closed, as waived."""

    duty_id: DutyId
