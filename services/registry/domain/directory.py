"""The directory of one city: all its current cards, which can be asked for again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Directory:
    """The root. Its cards are the people's; it remembers when they were last asked for."""

    directory_id: UUID
    city: str = ""
    restated_at: datetime | None = None
