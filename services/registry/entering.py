"""Where clear text ends: what came in at the door is sealed here, and only then asked."""

from bus.sealed import KeyRing
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.resident_id import ResidentId
from services.registry.bodies import Appointing, Assigning, Enrolment
from services.registry.requests import AppointHolder, AssignLiaison, EnrolPerson


def enrolment(body: Enrolment, city: str, county: str, keys: KeyRing) -> EnrolPerson:
    """The birth date is the resident ID's."""
    person_id = body.person_id
    birth_date = ResidentId.read(body.resident_id).birth_date.isoformat()
    return EnrolPerson(
        person_id=person_id,
        kind=body.kind,
        category=body.category,
        name=keys.seal(SealedIdentity, body.name, kind="name", person=person_id),
        name_index=keys.index.whole("name", body.name),
        birth_date=keys.seal(SealedIdentity, birth_date, kind="birth-date", person=person_id),
        birth_date_index=keys.index.whole("birth-date", birth_date),
        resident_id=keys.seal(SealedIdentity, body.resident_id, kind="resident-id", person=person_id),
        resident_id_index=keys.index.whole("resident-id", body.resident_id),
        phones=tuple(keys.seal(SealedContact, phone, kind="phone", person=person_id) for phone in body.phones),
        unit_id=body.unit_id,
        community_id=body.community_id,
        city=city,
        county=county,
    )


def appointment(unit_id: UnitId, body: Appointing, keys: KeyRing) -> AppointHolder:
    name, phone = _officer(body.holder_id, body.name, body.phone, keys)
    return AppointHolder(
        unit_id=unit_id, appointment_id=body.appointment_id, holder_id=body.holder_id, name=name, phone=phone
    )


def assignment(person_id: PersonId, body: Assigning, keys: KeyRing) -> AssignLiaison:
    name, phone = _officer(body.liaison_id, body.name, body.phone, keys)
    return AssignLiaison(
        person_id=person_id, assignment_id=body.assignment_id, liaison_id=body.liaison_id, name=name, phone=phone
    )


def _officer(holder_id: HolderId, name: str, phone: str, keys: KeyRing) -> tuple[SealedIdentity, SealedContact]:
    """Bound to the officer, who may stand on many cards."""
    return (
        keys.seal(SealedIdentity, name, kind="name", person=holder_id),
        keys.seal(SealedContact, phone, kind="phone", person=holder_id),
    )
