"""All that the registry knows of one person: facts with their sources, and the file in which each fact is a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from services.registry.domain.around import Agreement, Assignment, GroupTie, Member, Transfer, Vacancy
from services.registry.domain.away import Deputies
from services.registry.domain.circumstances import (
    Absence,
    CareEnd,
    Distinction,
    Plan,
    Report,
    Situation,
    SurveyAnswer,
    Wish,
)
from services.registry.domain.offices import Offices
from services.registry.domain.search import SearchKey
from services.registry.domain.unit import Unit


@dataclass(frozen=True, slots=True)
class Death:
    """One report of death. A retraction is of this very report, and for good."""

    report_id: UUID
    source: str
    died_at: datetime | None
    reported_at: datetime
    retracted_at: datetime | None = None
    reason: SealedCare | None = None
    """None = it fell with what it was made for, or who made it took it back."""

    @property
    def stands(self) -> bool:
        return self.retracted_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. `value` is JSON text whose personal values are sealed; its Chinese stands in `words`."""

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
    rank: str | None = None
    political_status: str | None = None
    classed_at: datetime | None = None
    """When the class last changed after the enrolment."""
    classed_since: datetime | None = None
    """From when on that class is true."""
    name: SealedIdentity | None = None
    name_index: UUID | None = None
    birth_date: SealedIdentity | None = None
    birth_date_index: UUID | None = None
    birth_year: int | None = None
    birthday: str | None = None
    resident_id: SealedIdentity | None = None
    resident_id_index: UUID | None = None
    phones: tuple[SealedContact, ...] = ()
    unit_id: UnitId | None = None
    community_id: UnitId | None = None
    survivor_of: PersonId | None = None
    linked_at: datetime | None = None
    """When somebody who was under care already was linked to the dead; None beside `survivor_of` = enrolled for that death."""
    followed_at: datetime | None = None
    """Of when the last news of that death is."""
    survivors: tuple[PersonId, ...] = ()
    """Who survives this person."""
    enrolled_at: datetime | None = None
    since: tuple[tuple[str, datetime], ...] = ()
    """Since when each field that was corrected is true."""
    keyed: tuple[tuple[str, int], ...] = ()
    """The present generation of the search keys of each field."""
    group_id: UUID | None = None
    """The group of the bureau's staff that keeps in touch with them (row 10)."""
    version: int = 0
    """Of the card: never below the second of its last change, so that it grows also past a database that was set back."""
    unit_path: tuple[UnitId, ...] = ()
    """The unit, those it reports to, the community, as the last card saw them: whose changes concern this card."""
    on_card: tuple[HolderId, ...] = ()
    """Whose going away and coming back concerns this card, as the last one saw them."""
    held: Mapping[str, tuple[HolderId, ...]] = field(default_factory=dict)
    """Role → who holds it by the last card: whom it lets act for this person."""
    restate_at: datetime | None = None
    """When the card is stated again by itself."""
    settles: bool = field(default=False, metadata={"uncompared": True})
    """It is stated again at once: it may have missed what was decided at the same moment."""
    communities_left: tuple[UnitId, ...] = ()
    """Where they lived before: whose officers were theirs then."""
    taken: Mapping[UUID, PersonId] = field(default_factory=dict)
    """By merge: the file that was taken in and not parted again."""
    assignments: Mapping[UUID, Assignment] = field(default_factory=dict)
    transfers: Mapping[UUID, Transfer] = field(default_factory=dict)
    members: Mapping[UUID, Member] = field(default_factory=dict)
    agreements: Mapping[UUID, Agreement] = field(default_factory=dict)
    ties: Mapping[UUID, GroupTie] = field(default_factory=dict)
    vacancies: Mapping[UUID, Vacancy] = field(default_factory=dict)
    deaths: Mapping[UUID, Death] = field(default_factory=dict)
    reports: Mapping[UUID, Report] = field(default_factory=dict)
    situations: Mapping[UUID, Situation] = field(default_factory=dict)
    wishes: Mapping[UUID, Wish] = field(default_factory=dict)
    absences: Mapping[UUID, Absence] = field(default_factory=dict)
    care_ends: Mapping[UUID, CareEnd] = field(default_factory=dict)
    distinctions: Mapping[UUID, Distinction] = field(default_factory=dict)
    plans: Mapping[UUID, Plan] = field(default_factory=dict)
    lines: Mapping[UUID, Line] = field(default_factory=dict)
    answers: Mapping[UUID, SurveyAnswer] = field(default_factory=dict)
    keys: Mapping[UUID, SearchKey] = field(default_factory=dict)
    units: Mapping[UnitId, Unit] = field(
        default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True}
    )
    """Every unit that this person's card may need, as it is now."""
    deputies: Mapping[HolderId, Deputies] = field(
        default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True}
    )
    """Of everybody on whose absence the last card depends, by holder."""
    destinations: Mapping[UUID, UnitId] = field(
        default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True}
    )
    """By lineage: the heir that a reform has named for this person."""
    offices: Offices = field(kw_only=True, compare=False, repr=False, metadata={"context": True})

    @property
    def liaison(self) -> Assignment | None:
        return next((a for a in self.assignments.values() if a.ended_at is None), None)

    @property
    def team(self) -> list[Member]:
        """Who is in the care team now; of several in one role the first comes first."""
        present = (member for member in self.members.values() if member.left_at is None)
        return sorted(present, key=lambda member: (member.role, not member.first, member.joined_at))

    @property
    def dead(self) -> bool:
        return any(death.stands for death in self.deaths.values())

    @property
    def care_end(self) -> CareEnd | None:
        """Why nothing more is owed: the first of the ends that stand."""
        return min((e for e in self.care_ends.values() if e.stands), key=lambda e: e.ended_at, default=None)

    @property
    def gone(self) -> bool:
        """Nobody has to keep in touch with them."""
        return self.dead or self.care_end is not None

    @property
    def plan(self) -> Plan | None:
        """The version in force."""
        return max(self.plans.values(), key=lambda plan: plan.version, default=None)

    def with_death(self, death: Death) -> "Person":
        return replace(self, deaths={**self.deaths, death.report_id: death})


Decided = tuple[Person, tuple[Event, ...]]
"""The state as it is now, and the facts to tell, in order. The very same state = nothing has changed."""


class About(TypedDict):
    """What every event about a person begins with."""

    city: str
    county: str
    person_id: PersonId


def about(person: Person) -> About:
    return {"city": person.city, "county": person.county, "person_id": person.person_id}


def placed(person: Person, fact: Event) -> Person:
    """City and county are those of the enrolment; until then, those of the first fact that was heard."""
    return person if person.city else replace(person, city=fact.city, county=fact.county)
