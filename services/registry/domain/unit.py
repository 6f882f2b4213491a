"""A unit answers for people: what it is called, to whom it reports, and which named officer holds its role."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.ids import HolderId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.refused import Refused
from contracts.registry import UnitEnded
from services.registry.domain.lineage import Heir
from services.registry.domain.offices import Offices


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
class Entry:
    """What the unit is called, and to whom it reports, from then on."""

    entry_id: UUID
    name: str
    reports_to: UnitId | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """The root. Without a name it is not on the roster yet."""

    unit_id: UnitId
    name: str = ""
    party: str = ""
    reports_to: UnitId | None = None
    city: str = ""
    county: str = ""
    lineage_id: UUID | None = None
    because: str | None = None
    """Why it ended: merged · split · abolished."""
    document: str | None = None
    heirs: tuple[Heir, ...] = ()
    became: tuple[UnitId, ...] = ()
    """The heirs, as they are looked for; the first takes those whom nobody named."""
    ended_at: datetime | None = None
    """None = it stands on the roster."""
    nature: str | None = None
    """Organ, institution, enterprise, as the pack names them (row 01)."""
    appointments: Mapping[UUID, Appointment] = field(default_factory=dict)
    entries: Mapping[UUID, Entry] = field(default_factory=dict)
    """All that the roster ever said of it: a file as it was known before names it so. Decisions load none."""
    offices: Offices = field(kw_only=True, compare=False, repr=False, metadata={"context": True})

    @property
    def registered(self) -> bool:
        return bool(self.name)

    @property
    def holder(self) -> Appointment | None:
        """Who holds the role now. Nobody is a possible answer."""
        return next((a for a in self.appointments.values() if a.ended_at is None), None)

    def as_of(self, time: datetime) -> "Unit":
        """As it was then, by all its entries and appointments."""
        entry = max((e for e in self.entries.values() if e.since <= time), key=lambda e: e.since, default=None)
        held = {
            key: replace(each, ended_at=None) if each.ended_at is not None and each.ended_at > time else each
            for key, each in self.appointments.items()
            if each.appointed_at <= time
        }
        then = replace(
            self, name=entry.name if entry else "", reports_to=entry.reports_to if entry else None, appointments=held
        )
        if self.ended_at is None or self.ended_at <= time:
            return then
        return replace(then, lineage_id=None, because=None, document=None, heirs=(), became=(), ended_at=None)


def register(
    unit: Unit, *, name: str, party: str, reports_to: UnitId | None, city: str, county: str, nature: str | None = None
) -> Unit:
    """A later entry may rename the unit and put it under another (row 07); party, city and county stay.

    What was said of its people names their city and county: a unit that moves away is another unit.
    """
    refuse_ended(unit)
    if reports_to == unit.unit_id:
        raise Refused("unit-under-itself", "单位不能隶属于自身", "reports_to")
    entry = {"party": party, "city": city, "county": county}
    for name_of_field, value in entry.items():
        if unit.registered and getattr(unit, name_of_field) != value:
            raise Refused("unit-placed-otherwise", "单位的类别、市、县登记后不变；迁移的单位请另行登记", name_of_field)
    return replace(
        unit, name=name, party=party, reports_to=reports_to, nature=nature or unit.nature, city=city, county=county
    )


def appoint(unit: Unit, appointment: Appointment) -> Unit:
    """The role has one holder: who held it before holds it no more."""
    refuse_ended(unit)
    before = _relieved(unit, appointment.appointed_at)
    return replace(unit, appointments={**before, appointment.appointment_id: appointment})


def refuse_ended(unit: Unit) -> None:
    if unit.ended_at is not None:
        raise Refused("unit-ended", "单位已合并、分设或撤销，不再登记", "unit_id")


def end(
    unit: Unit, *, lineage_id: UUID, because: str, heirs: tuple[Heir, ...], document: str | None, at: datetime
) -> tuple[Unit, tuple[UnitEnded, ...]]:
    """It is never deleted, answers for nobody any more, and knows what it became. It ends once."""
    if unit.ended_at is not None:
        return unit, ()
    became = tuple(heir.unit_id for heir in heirs)
    unit = replace(
        unit, lineage_id=lineage_id, because=because, document=document, heirs=heirs, became=became,
        ended_at=at, appointments=_relieved(unit, at),
    )  # fmt: skip
    said = UnitEnded(
        city=unit.city, county=unit.county, unit_id=unit.unit_id, lineage_id=lineage_id, because=because, became=became,
        document=document, ended_at=at,
    )  # fmt: skip
    return unit, (said,)


def _relieved(unit: Unit, at: datetime) -> dict[UUID, Appointment]:
    return {key: a if a.ended_at is not None else replace(a, ended_at=at) for key, a in unit.appointments.items()}
