"""A unit answers for people: what it is called, to whom it reports, and which named officer holds its role."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.ids import HolderId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.refused import Refused
from services.registry.domain.vocabulary import Party

ROLE_OF: Mapping[str, str] = {
    "unit": "unit-leader",
    "bureau": "bureau-officer",
    "organisation-department": "organisation-department",
    "community": "community-worker",
}
"""The role that the officer of a unit holds, by the unit's party."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One officer's time in the unit's role."""

    appointment_id: UUID
    holder_id: HolderId
    name: SealedIdentity
    phone: SealedContact
    appointed_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """The root. Without a name it is not on the roster yet."""

    unit_id: UnitId
    name: str = ""
    party: str = ""
    reports_to: UnitId | None = None
    city: str = ""
    county: str = ""
    appointments: Mapping[UUID, Appointment] = field(default_factory=dict)

    @property
    def registered(self) -> bool:
        return bool(self.name)

    @property
    def holder(self) -> Appointment | None:
        """Who holds the role now. Nobody is a possible answer."""
        return next((a for a in self.appointments.values() if a.ended_at is None), None)


def register(unit: Unit, *, name: str, party: Party, reports_to: UnitId | None, city: str, county: str) -> Unit:
    """A later entry may rename the unit and put it under another (row 07); party, city and county stay.

    What was said of its people names their city and county: a unit that moves away is another unit.
    """
    if reports_to == unit.unit_id:
        raise Refused("unit-under-itself", "单位不能隶属于自身", "reports_to")
    entry = {"party": party, "city": city, "county": county}
    for name_of_field, value in entry.items():
        if unit.registered and getattr(unit, name_of_field) != value:
            raise Refused("unit-placed-otherwise", "单位的类别、市、县登记后不变；迁移的单位请另行登记", name_of_field)
    return replace(unit, name=name, party=party, reports_to=reports_to, city=city, county=county)


def appoint(unit: Unit, appointment: Appointment) -> Unit:
    """The role has one holder: who held it before holds it no more."""
    before = {
        a.appointment_id: replace(a, ended_at=appointment.appointed_at)
        for a in unit.appointments.values()
        if a.ended_at is None
    }
    return replace(unit, appointments={**unit.appointments, **before, appointment.appointment_id: appointment})
