"""Why something was decided, in the words of whoever says so: about a person, and so sealed."""

from uuid import UUID

from bus.sealed import KeyRing
from contracts.personal import SealedCare

KIND = "reason"


def reason(given: str, bound: UUID, keys: KeyRing) -> SealedCare:
    """Bound to the person; or to the officer, the merge or the end of care, where it is told of more than one person."""
    return keys.seal(SealedCare, given, kind=KIND, person=bound)
