"""What is asked of a unit."""

from uuid import UUID

from bus.decisions import Request
from contracts.ids import HolderId, UnitId
from contracts.personal import SealedContact, SealedIdentity


class RegisterUnit(Request, key="unit_id", id="entry_id"):
    """Put the unit on the roster, or change its entry."""

    unit_id: UnitId
    entry_id: UUID
    name: str
    party: str
    reports_to: UnitId | None = None
    nature: str | None = None
    city: str
    county: str


class AppointHolder(Request, key="unit_id", id="appointment_id"):
    """Name the officer who answers for the unit; the role follows from the unit's party."""

    unit_id: UnitId
    appointment_id: UUID
    holder_id: HolderId
    name: SealedIdentity
    phone: SealedContact
