"""The names of things: ids that cannot be taken for one another, and how they are derived from what caused them."""

from typing import NewType
from uuid import UUID, uuid5

from contracts.personal import Personal

PersonId = NewType("PersonId", UUID)
UnitId = NewType("UnitId", UUID)
HolderId = NewType("HolderId", UUID)
StayId = NewType("StayId", UUID)
DutyId = NewType("DutyId", UUID)
ContactId = NewType("ContactId", UUID)
CaseId = NewType("CaseId", UUID)
SmsId = NewType("SmsId", UUID)

NAMESPACE = UUID("6b1f0f3e-3d0c-5b7e-9a51-b1fa96b1fa96")
"""The root of all derived ids; it never changes, or every id would."""


def derived(kind: str, *parts: object) -> UUID:
    """The same parts give the same id for ever: opened twice, a thing is one thing."""
    if any(isinstance(part, Personal) for part in parts):
        raise TypeError("an id cannot be made of a sealed value: it prints as *** for everybody")
    return uuid5(NAMESPACE, "\x1f".join((kind, *map(str, parts))))
