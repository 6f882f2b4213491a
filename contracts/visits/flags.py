"""What is odd about the contacts of one holder, and what a human made of it."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Topic
from contracts.ids import ContactId, HolderId
from contracts.personal import SealedCare

FLAGS = Topic("visits.flags", "What is odd about the contacts of each holder, and what a human made of it")


class ContactFlagged(
    Event, topic=FLAGS, type="visits.contact-flagged.v1", key="holder_id", once=("flag_id", "times")
):  # fmt: skip
    """Some contacts of one holder are odd together: somebody should look. It blames nobody and reopens nothing (★74)."""

    holder_id: HolderId
    """Who made the contacts."""
    flag_id: UUID
    flag: str
    """same-words (of several people) · two-places (in one minute) · too-fast (for the way between) · no-new-fact (in a month)"""
    contact_ids: tuple[ContactId, ...]
    """Those that were known when it was raised: more may come, and are not told."""
    times: int = 1
    """How often it was raised: its ground may go and come back."""
    raised_at: AwareDatetime


class FlagLifted(Event, topic=FLAGS, type="visits.flag-lifted.v1", key="holder_id"):
    """The ground of a flag is gone: a contact was struck, or another was written down that explains it."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    lifted_at: AwareDatetime


class FlagConfirmed(Event, topic=FLAGS, type="visits.flag-confirmed.v1", key="holder_id"):
    """A named person has looked: it is as odd as it looks. What follows is for people to say."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    confirmed_by: HolderId
    reason: SealedCare
    """What they found; sealed with kind `reason`, bound to `flag_id`."""
    confirmed_at: AwareDatetime


class FlagDismissed(Event, topic=FLAGS, type="visits.flag-dismissed.v1", key="holder_id"):
    """A named person has looked: it was a false alarm."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    dismissed_by: HolderId
    reason: SealedCare
    """Sealed with kind `reason`, bound to `flag_id`."""
    dismissed_at: AwareDatetime
