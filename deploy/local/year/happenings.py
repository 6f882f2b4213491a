"""What can happen in a year of the city, each with its hour; nothing here is done, only said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, UnitId


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime


@dataclass(frozen=True, slots=True)
class OfPerson(Happening):
    person_id: PersonId


@dataclass(frozen=True, slots=True)
class Admitted(OfPerson):
    """A01. `visit` is the hospital's number of the stay."""

    visit: str
    hospital: str


@dataclass(frozen=True, slots=True)
class Discharged(OfPerson):
    visit: str


@dataclass(frozen=True, slots=True)
class AdmissionCancelled(OfPerson):
    """A11: it was entered in error."""

    visit: str


@dataclass(frozen=True, slots=True)
class DiedInHospital(OfPerson):
    """A03 with the death in it."""

    visit: str


@dataclass(frozen=True, slots=True)
class Died(OfPerson):
    """The family tells the bureau."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class DeathRetracted(OfPerson):
    """It was not true."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class FamilyChanged(OfPerson):
    change_id: UUID
    change: str


@dataclass(frozen=True, slots=True)
class InHardship(OfPerson):
    hardship_id: UUID
    hardship: str


@dataclass(frozen=True, slots=True)
class Reclassed(OfPerson):
    """They live otherwise now: with relatives, in an institution, relocated."""

    change_id: UUID
    category: str


@dataclass(frozen=True, slots=True)
class Away(OfPerson):
    """An expected absence, with its end."""

    absence_id: UUID
    absence: str
    until: datetime


@dataclass(frozen=True, slots=True)
class MovedAway(OfPerson):
    """Another city looks after them from now on."""

    end_id: UUID


@dataclass(frozen=True, slots=True)
class Merged(Happening):
    """One unit becomes part of another (row 07)."""

    lineage_id: UUID
    ended: UnitId
    heir: UnitId


@dataclass(frozen=True, slots=True)
class FestivalVisits(Happening):
    """Unit leaders lead the visits of a festival (rows 09, 11), whether or not a rule asks for them."""

    festival: str


@dataclass(frozen=True, slots=True)
class Typhoon(Happening):
    """It passes over these counties: whoever lives alone there is asked whether all is well (row 25)."""

    counties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outage(Happening):
    """These stand still until then, whatever happens outside."""

    until: datetime
    parts: tuple[str, ...]
