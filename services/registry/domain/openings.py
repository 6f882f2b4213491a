"""Every reading of what is known of people is known: who, in which role, of whom, what, when, and what for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId

FILE = "file"
"""The reading of a whole file; all others are of a part of it, or of a list in which the person stands."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The root: one reading, of one person or of all in a list. It is never changed or taken away."""

    opening_id: UUID
    people: tuple[PersonId, ...] = ()
    opened_by: str = ""
    role: str = ""
    what: str = ""
    purpose: str = ""
    opened_at: datetime | None = None
