"""A row of a roster as an enrolment: its ids are derived from what it says, so that importing it again asks the same."""

from collections.abc import Mapping
from uuid import UUID

from bus.sealed import KeyRing
from contracts.ids import HolderId, PersonId, UnitId, derived
from services.registry.bodies.officers import Named
from services.registry.bodies.people import Enrolment
from services.registry.entering.people import enrolment
from services.registry.requests.people import EnrolPerson
from services.registry.roster.judging import Judged, KnownUnit

Officers = Mapping[tuple[UUID, str, str], HolderId]
"""Who is known to answer for people, by unit, name and phone."""


def person_of(resident_id_index: UUID, city: str) -> PersonId:
    """One person of a city, whichever roster names them."""
    return PersonId(derived("person-of-roster", resident_id_index, city))


def roster_enrolment(row: Judged, officers: Officers, keys: KeyRing) -> EnrolPerson:
    """Of somebody new. The county is the unit's: another would tell units of one name apart, and has done so."""
    given, unit = row.draft.given, row.unit
    assert unit is not None
    body = Enrolment(
        person_id=person_of(keys.index.whole("resident-id", given["resident_id"]), unit.city),
        name=given["name"],
        resident_id=given["resident_id"],
        phones=given.get("phones", ()),
        kind=given["kind"],
        category=given["category"],
        rank=given.get("rank"),
        political_status=given.get("political_status"),
        unit_id=UnitId(unit.unit_id),
        community_id=UnitId(row.community.unit_id) if row.community is not None else None,
        survivor_of=PersonId(row.deceased.person_id) if row.deceased is not None else None,
        liaison=_liaison(given["liaison_name"], given["liaison_phone"], unit, officers, keys)
        if "liaison_name" in given
        else None,
    )
    return enrolment(body, unit.city, unit.county, keys)


def _liaison(name: str, phone: str, unit: KnownUnit, officers: Officers, keys: KeyRing) -> Named:
    """An officer of the unit with this name and this phone is that officer; nobody else is taken for them."""
    found = officers.get((unit.unit_id, name, phone))
    index = keys.index
    made = derived("officer-of-roster", unit.unit_id, index.whole("name", name), index.whole("phone", phone))
    return Named(holder_id=found or HolderId(made), name=name, phone=phone)
