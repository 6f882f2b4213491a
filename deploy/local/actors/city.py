"""The invented city 双塔市: its units, their holders and its people. Pure data; `making` gives them their names and numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from contracts.ids import HolderId, PersonId, UnitId
from deploy.local.actors.shape import CITY, HOSPITAL


@dataclass(frozen=True, slots=True)
class Holder:
    """A named officer who can be owed by. The last digits of the phone choose what the carrier does with an SMS."""

    holder_id: HolderId
    role: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that answers for people: a unit, a bureau, a community, the organisation department."""

    unit_id: UnitId
    name: str
    party: str
    county: str
    reports_to: UnitId | None
    holder: Holder
    nature: str = ""
    """organ · institution · enterprise, where that is told."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody under care, in clear: there are only invented ones here."""

    person_id: PersonId
    name: str
    resident_id: str
    phone: str
    kind: str
    category: str
    county: str
    unit_id: UnitId
    community_id: UnitId
    liaison: Holder
    member: bool = False
    """Of the Party."""
    team: tuple[Holder, ...] = ()
    """The care team, but for the liaison."""

    @property
    def birth_date(self) -> date:
        return date(int(self.resident_id[6:10]), int(self.resident_id[10:12]), int(self.resident_id[12:14]))

    @property
    def sex(self) -> str:
        """M or F, as the resident ID has it."""
        return "M" if int(self.resident_id[16]) % 2 else "F"


@dataclass(frozen=True, slots=True)
class Group:
    """Staff of a bureau that keeps in touch with these people (row 10)."""

    group_id: UUID
    name: str
    unit_id: UnitId
    least: int
    most: int
    officer: Holder
    people: tuple[PersonId, ...]


@dataclass(frozen=True)
class City:
    """Everybody. `units` come in an order in which each stands behind the one it reports to."""

    seed: int
    units: tuple[Unit, ...]
    people: tuple[Person, ...] = field(repr=False)
    groups: tuple[Group, ...] = ()
    hospitals: tuple[str, ...] = (HOSPITAL,)
    name: str = CITY
    """As the pack calls it by whose rules it lives."""

    @cached_property
    def unit(self) -> Mapping[UnitId, Unit]:
        return {unit.unit_id: unit for unit in self.units}

    @cached_property
    def person(self) -> Mapping[PersonId, Person]:
        return {person.person_id: person for person in self.people}

    @property
    def organisation(self) -> Unit:
        return next(unit for unit in self.units if unit.party == "organisation-department")

    def bureau(self, person: Person) -> Unit:
        """The bureau of the person's county."""
        above = self.unit[person.unit_id].reports_to
        assert above is not None
        return self.unit[above]

    def holder(self, person: Person, role: str) -> Holder:
        """Who holds the role for this person."""
        return self.holders(person)[role]

    def holders(self, person: Person) -> Mapping[str, Holder]:
        """Every role that somebody holds for this person."""
        community = self.unit[person.community_id]
        officers = (person.liaison, community.holder, *(unit.holder for unit in self._line(person.unit_id)))
        group = (self._groups[person.person_id],) if person.person_id in self._groups else ()
        return {holder.role: holder for holder in (*officers, *person.team, *group)}

    @cached_property
    def _groups(self) -> Mapping[PersonId, Holder]:
        """Whose group keeps in touch with whom."""
        return {person_id: group.officer for group in self.groups for person_id in group.people}

    def _line(self, unit_id: UnitId | None) -> Iterator[Unit]:
        """The unit, and all above it."""
        while unit_id is not None:
            yield self.unit[unit_id]
            unit_id = self.unit[unit_id].reports_to

    def living_alone(self) -> Iterator[Person]:
        return (person for person in self.people if person.category == "living-alone")

    def of_unit(self, unit: Unit) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.unit_id == unit.unit_id)

    def merged(self, ended: Unit, heir: Unit) -> "City":
        """The city in which all of the one belong to the other; their liaisons have come along."""
        people = tuple(
            replace(person, unit_id=heir.unit_id) if person.unit_id == ended.unit_id else person
            for person in self.people
        )
        return replace(self, people=people)
