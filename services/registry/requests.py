"""What the registry is asked, sealed: what stands here goes to the journal and to Kafka."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.domain.vocabulary import Category, Change, Hardship, Kind, Party, Reporter


class RegisterUnit(Request, key="unit_id", id="entry_id"):
    """Put the unit on the roster, or change its entry."""

    unit_id: UnitId
    entry_id: UUID
    name: str
    party: Party
    reports_to: UnitId | None = None
    city: str
    county: str


class AppointHolder(Request, key="unit_id", id="appointment_id"):
    """Name the officer who answers for the unit; the role follows from the unit's party."""

    unit_id: UnitId
    appointment_id: UUID
    holder_id: HolderId
    name: SealedIdentity
    phone: SealedContact


class EnrolPerson(Request, key="person_id", id="person_id"):
    """Take the person under care."""

    person_id: PersonId
    kind: Kind
    category: Category
    name: SealedIdentity
    name_index: UUID
    birth_date: SealedIdentity
    birth_date_index: UUID
    resident_id: SealedIdentity
    resident_id_index: UUID
    phones: tuple[SealedContact, ...]
    unit_id: UnitId
    community_id: UnitId | None = None
    city: str
    county: str


class AssignLiaison(Request, key="person_id", id="assignment_id"):
    """Name the serving officer of the person's unit who answers for them (row 06)."""

    person_id: PersonId
    assignment_id: UUID
    liaison_id: HolderId
    name: SealedIdentity
    phone: SealedContact


class ReportDeath(Request, key="person_id", id="report_id"):
    """Report that the person has died (row 15)."""

    person_id: PersonId
    report_id: UUID
    source: Reporter
    died_at: AwareDatetime | None = None


class RetractDeath(Request, key="person_id", id="retraction_id"):
    """Take one report of death back. A report is retracted once, so its id makes the id of this."""

    person_id: PersonId
    retraction_id: UUID
    report_id: UUID
    reason: str


class ReportFamilyChange(Request, key="person_id", id="change_id"):
    """Report something grave in the family (row 14)."""

    person_id: PersonId
    change_id: UUID
    change: Change
    happened_on: date | None = None


class ReportHardship(Request, key="person_id", id="hardship_id"):
    """Report a special hardship (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    hardship: Hardship


class RestateCard(Request, key="restate_id", id="restate_id"):
    """State the card again; asked of many at once, by what happened to something that their cards show."""

    restate_id: UUID
    because: Literal["unit-changed", "unit-moved", "asked"]


class RestateAll(Request, key="directory_id", id="restate_id"):
    """State the cards of the whole city again, under the versions they have."""

    directory_id: UUID
    restate_id: UUID
    city: str


class Recorded(BaseModel):
    """The answer: under which id it stands, and since when."""

    id: UUID
    recorded_at: datetime
