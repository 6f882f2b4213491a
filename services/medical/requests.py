"""What a hospital's line asks of us: to take a notice in, or to set a message aside for a human."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request
from contracts.personal import SealedClinical


class TakeNotice(Request, key="patient_id", id="message_id"):
    """One ADT message of a known kind about one visit. `raw` is the whole message as it came, sealed."""

    message_id: UUID
    patient_id: UUID
    """Blind index of the resident ID."""
    visit_id: UUID
    hospital: str
    kind: Literal["admitted", "transferred", "discharged", "cancelled", "reopened", "updated", "vital-status"]
    """`vital-status` is of no stay: all that it says is whether the patient lives."""
    at: AwareDatetime | None
    """When it happened; `recorded_at` when it was typed in, which is what orders it."""
    recorded_at: AwareDatetime | None
    admitted_at: AwareDatetime | None
    discharged_at: AwareDatetime | None
    """PV1-45, of whatever trigger."""
    sent_at: AwareDatetime | None
    name_index: UUID | None
    birth_date_index: UUID | None
    ward: SealedClinical | None
    point_of_care_index: UUID | None
    facility_index: UUID | None
    died: bool | None
    died_at: AwareDatetime | None
    raw: str
    """Base64 of the sealed bytes; kind `hl7`, bound to `message_id`."""

    @property
    def time(self) -> datetime | None:
        return self.sent_at


class SetMessageAside(Request, key="message_id", id="message_id"):
    """A message that cannot be placed: unreadable, without a resident ID, of a test system, of no stay."""

    message_id: UUID
    reason: str
    place: str
    source: str
    control_id: str
    sent_at: AwareDatetime | None
    raw: str

    @property
    def time(self) -> datetime | None:
        return self.sent_at


class Taken(BaseModel):
    """When it was committed. A repeated message is answered with this again, so its acknowledgement is the same."""

    at: AwareDatetime
    aside: str = ""
