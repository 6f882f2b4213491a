"""What is asked of the file into which another has gone."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Request
from contracts.ids import ContactId, PersonId
from services.visits.domain.care import Contact
from services.visits.domain.merging import Handover


class TakeOver(Request, key="end_id", id="take_over_id"):
    """Two files were one person's: what the other has not settled is owed under this one."""

    end_id: UUID
    take_over_id: UUID
    given: Handover
    back: bool = False
    """They were two after all."""
    as_of: datetime
    """When it was decided by the file that tells it."""
    whole: bool
    """Of all that the file has."""
    anew: Handover | None = None
    """What the file between has nevertheless, of its own or of others."""
    through: tuple[PersonId, ...] = ()
    """The files that have handed it on: where an undoing is heard late, two may seem to go into each other."""


class StrikeHandedOver(Request, key="contact_id", id="handed_id"):
    """A contact was struck in a file that has gone into this one: what it discharged here is owed again."""

    contact_id: ContactId
    handed_id: UUID
    contact: Contact
    left: Handover
    """What the contacts tell of the person that are left there; also what they tell no more."""
    through: tuple[PersonId, ...]
