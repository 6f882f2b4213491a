"""What befell each person as it was acknowledged to those outside: all that the bench's own model is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from contracts.ids import PersonId


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that may raise a duty, by the event that a rule waits for."""

    event: str
    id: UUID
    at: datetime
    what: str = ""


@dataclass(slots=True)
class Story:
    """Of one person."""

    person_id: PersonId
    county: str
    kind: str
    born: date
    classes: list[tuple[datetime, str]]
    """Since when they live in which class; the first since they are under care."""
    deaths: list[tuple[UUID, datetime, datetime | None]] = field(default_factory=list)
    """Reported, and taken back."""
    left_at: datetime | None = None
    causes: list[Cause] = field(default_factory=list)
    ended: dict[UUID, datetime] = field(default_factory=dict)
    """Which causes are over, since when."""

    def retract(self, report_id: UUID, at: datetime) -> None:
        self.deaths = [(id_, since, at if id_ == report_id else until) for id_, since, until in self.deaths]

    def classed(self) -> Iterator[tuple[datetime, datetime | None, str]]:
        """Each class from when to when."""
        ends: list[datetime | None] = [since for since, _ in self.classes[1:]]
        for (since, category), until in zip(self.classes, [*ends, None], strict=True):
            yield since, until, category


Chronicle = dict[PersonId, Story]
