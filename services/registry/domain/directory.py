"""The directory of one city: all its current cards, which can be asked for again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Directory:
    """The root. Its cards are the people's; it remembers when they were last asked for, and counted."""

    directory_id: UUID
    city: str = ""
    restated_at: datetime | None = None
    counted_on: date | None = None
    """The civil day on which everybody was counted last."""
