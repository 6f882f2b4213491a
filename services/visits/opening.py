"""What was sealed at the door is opened for whoever may read words."""

from uuid import UUID

from bus.sealed import CannotOpen, KeyRing
from contracts.personal import SealedCare
from services.visits.domain.words import HIDDEN


def opened(keys: KeyRing, words: str | None, *, kind: str, bound: UUID) -> str | None:
    """Of what there is no key for any more stands only that something was written."""
    if words is None:
        return None
    try:
        return keys.open(SealedCare(words), kind=kind, person=bound)
    except CannotOpen:
        return HIDDEN
