"""What is sealed is opened for those who may read it."""

from typing import Any
from uuid import UUID

from bus.sealed import CannotOpen, KeyRing
from contracts.personal import Personal, SealedCare, SealedClinical, SealedContact, SealedIdentity
from services.registry.words import HIDDEN

OPENED: dict[str, tuple[type[Personal], str]] = {
    "name": (SealedIdentity, "name"),
    "resident_id": (SealedIdentity, "resident-id"),
    "birth_date": (SealedIdentity, "birth-date"),
    "value": (SealedIdentity, "file-field"),
    "clinical": (SealedClinical, "file-field"),
    "adopted_by": (SealedIdentity, "plan"),
    "need": (SealedIdentity, "plan"),
    "promise": (SealedIdentity, "plan"),
    "words": (SealedIdentity, "wish"),
    "answers": (SealedClinical, "survey-answers"),
    "reason": (SealedCare, "reason"),
    "relation": (SealedIdentity, "relation"),
    "area": (SealedContact, "host-area"),
    "hospitals": (SealedContact, "host-hospital"),
    "phone": (SealedContact, "phone"),
    "phones": (SealedContact, "phone"),
}
"""The fields of a line that are sealed, and as what."""


def opened(given: Any, field: str, bound: UUID, keys: KeyRing) -> Any:
    """What this service has no key for any more stays hidden; the line stands."""
    if given is None:
        return None
    if isinstance(given, list):
        return [opened(one, field, bound, keys) for one in given]
    cls, kind = OPENED[field]
    try:
        return keys.open(cls(given), kind=kind, person=bound)
    except CannotOpen:
        return HIDDEN
