"""What was sealed at the door is opened for whoever may read words."""

from uuid import UUID

from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from bus.sealed import CannotOpen, KeyRing
from contracts.personal import SealedCare
from services.visits.domain.words import HIDDEN

REASON = "reason"
"""The kind as which every reason is sealed."""


def opened(keys: KeyRing, words: str | None, *, kind: str, bound: UUID) -> str | None:
    """Of what there is no key for any more stands only that something was written."""
    if words is None:
        return None
    try:
        return keys.open(SealedCare(words), kind=kind, person=bound)
    except CannotOpen:
        return HIDDEN


def reason_for(caller: Caller, keys: KeyRing, reason: str | None, bound: UUID | None) -> str | None:
    """What somebody wrote is not for who only runs the machines: they see that it was written."""
    if reason is None or bound is None:
        return None
    return HIDDEN if caller.role == OPERATIONS else opened(keys, reason, kind=REASON, bound=bound)
