"""One duty of which its holder is reminded: what the person's notice knows of it, and what lies in the holder's tray."""

from dataclasses import dataclass
from datetime import datetime

from contracts.ids import DutyId, HolderId, SmsId
from contracts.personal import SealedContact


@dataclass(frozen=True, slots=True)
class DueSoon:
    """It was said of a duty that its window closes soon; and in whose tray the reminder lies."""

    duty_id: DutyId
    role: str
    due_at: datetime
    reminded_at: datetime
    holder_id: HolderId | None = None
    phone: SealedContact | None = None
    """As the holder was reached when it was laid there."""
    laid_for: datetime | None = None
    """Which saying lies there: an earlier one than `reminded_at` is laid anew."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the person's notice last said to this holder of one duty."""

    duty_id: DutyId
    role: str
    city: str
    county: str
    due_at: datetime
    reminded_at: datetime
    phone: SealedContact
    stands: bool
    """False = the duty was closed, somebody else must act, or the person has died."""
    said_at: datetime
    """When the notice said so: the latest counts, in whatever order."""
    tell_at: datetime | None = None
    """When it goes out at the latest; None = it cannot, before the notice says more."""
    told_for: datetime | None = None
    """Which saying was told: it is not told again unless it is said anew."""
    sms_id: SmsId | None = None
    """The digest that told it."""
