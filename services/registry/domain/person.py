"""All that the registry knows of one person: facts with their sources, and the file in which each fact is a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.domain.unit import Unit


@dataclass(frozen=True, slots=True)
class Assignment:
    """One liaison's time with this person (row 06)."""

    assignment_id: UUID
    liaison_id: HolderId
    unit_id: UnitId
    name: SealedIdentity
    phone: SealedContact
    assigned_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Death:
    """One report of death. A retraction is of this very report, and for good."""

    report_id: UUID
    source: str
    died_at: datetime | None
    reported_at: datetime
    retracted_at: datetime | None = None
    reason: str | None = None

    @property
    def stands(self) -> bool:
        return self.retracted_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. `value` is JSON text whose personal values are sealed; its Chinese stands in `words.py`."""

    line_id: UUID
    what: str
    value: str
    source: str
    """The type of the event."""
    source_id: str
    """What the event is about: the stay, the duty, the report …"""
    actor: str
    fact_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """The root. It bears hearing of anything before the enrolment: `enrolled_at` None = no card is stated yet."""

    person_id: PersonId
    city: str = ""
    county: str = ""
    kind: str | None = None
    category: str | None = None
    name: SealedIdentity | None = None
    name_index: UUID | None = None
    birth_date: SealedIdentity | None = None
    birth_date_index: UUID | None = None
    resident_id: SealedIdentity | None = None
    resident_id_index: UUID | None = None
    phones: tuple[SealedContact, ...] = ()
    unit_id: UnitId | None = None
    community_id: UnitId | None = None
    enrolled_at: datetime | None = None
    version: int = 0
    """Of the card: never below the second of its last change, so that it grows also past a database that was set back."""
    unit_path: tuple[UnitId, ...] = ()
    """The unit, those it reports to, the community, as the last card saw them: whose changes concern this card."""
    restate_at: datetime | None = None
    """When the card is stated again by itself."""
    assignments: Mapping[UUID, Assignment] = field(default_factory=dict)
    deaths: Mapping[UUID, Death] = field(default_factory=dict)
    lines: Mapping[UUID, Line] = field(default_factory=dict)
    units: Mapping[UnitId, Unit] = field(
        default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True}
    )
    """Every unit that this person's card may need, as it is now."""

    @property
    def liaison(self) -> Assignment | None:
        return next((a for a in self.assignments.values() if a.ended_at is None), None)

    def with_death(self, death: Death) -> "Person":
        return replace(self, deaths={**self.deaths, death.report_id: death})


Decided = tuple[Person, tuple[Event, ...]]
"""The state as it is now, and the facts to tell, in order. The very same state = nothing has changed."""


def placed(person: Person, fact: Event) -> Person:
    """City and county are those of the enrolment; until then, those of the first fact that was heard."""
    return person if person.city else replace(person, city=fact.city, county=fact.county)
