"""What notify asks of itself: the notice of a person asks the tray of a holder."""

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import DutyId, HolderId
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
