"""What notify asks of itself: the notice of a person asks the tray and the reach of a holder, a reach the one above it."""

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import DutyId, HolderId, PersonId, UnitId
from contracts.personal import SealedContact


class Remind(Request, key="holder_id", id="duty_id"):
    """Remind this holder of a duty that is due soon; or, if it does not stand, remind them of it no more."""

    holder_id: HolderId
    duty_id: DutyId
    role: str
    city: str
    county: str
    due_at: AwareDatetime
    reminded_at: AwareDatetime
    phone: SealedContact
    stands: bool
    said_at: AwareDatetime


class Rely(Request, key="holder_id", id="person_id"):
    """One person counts on this holder in this role (1), does no more (-1), or something else on the card is new (0)."""

    holder_id: HolderId
    person_id: PersonId
    role: str
    city: str
    county: str
    unit_id: UnitId
    phone: SealedContact
    above: HolderId | None
    people: int
    said_at: AwareDatetime


class ReportUnreachable(Request, key="holder_id", id="of"):
    """Somebody below this holder cannot be reached; or, if it does not stand, can be again."""

    holder_id: HolderId
    of: HolderId
    role: str
    city: str
    county: str
    since: AwareDatetime
    stands: bool
    said_at: AwareDatetime
