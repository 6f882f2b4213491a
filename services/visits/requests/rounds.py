"""What is asked of a holder's rounds: whether a contact is odd beside their others, and what somebody found who looked."""

from uuid import UUID

from pydantic import BaseModel

from bus.decisions import Request
from contracts.ids import ContactId, HolderId
from contracts.personal import SealedCare
from services.visits.domain.anomalies import Trace
from services.visits.domain.rounds import Review


class FollowContact(Request, key="holder_id", id="contact_id"):
    """Asked of the rounds of who made a contact: whether it is odd beside their others."""

    holder_id: HolderId
    contact_id: ContactId
    trace: Trace


class UnfollowContact(Request, key="holder_id", id="contact_id"):
    """It was recorded in error: nothing is odd because of it."""

    holder_id: HolderId
    contact_id: ContactId
    trace: Trace


class ReviewFlag(Request, key="holder_id", id="review_id"):
    """Somebody has looked."""

    holder_id: HolderId
    review_id: UUID
    flag_id: UUID
    review: Review
    reason: SealedCare


class FlagWasReviewed(BaseModel):
    """It is off the list, and counts as a false alarm or as none."""

    flag_id: UUID
    review: Review
