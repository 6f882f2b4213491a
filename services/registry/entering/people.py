"""What is asked of a person, sealed."""

from bus.sealed import KeyRing
from contracts.personal import SealedContact, SealedIdentity
from contracts.resident_id import ResidentId
from services.registry.bodies.people import Enrolment
from services.registry.entering.births import born
from services.registry.entering.officers import named
from services.registry.entering.search import name_keys, number_keys, phone_keys
from services.registry.requests.people import EnrolPerson


def enrolment(body: Enrolment, city: str, county: str, keys: KeyRing) -> EnrolPerson:
    """The birth date is the resident ID's."""
    person_id = body.person_id
    day = ResidentId.read(body.resident_id).birth_date
    birth_date = day.isoformat()
    return EnrolPerson(
        person_id=person_id,
        kind=body.kind,
        category=body.category,
        rank=body.rank,
        political_status=body.political_status,
        name=keys.seal(SealedIdentity, body.name, kind="name", person=person_id),
        name_index=keys.index.whole("name", body.name),
        birth_date=keys.seal(SealedIdentity, birth_date, kind="birth-date", person=person_id),
        birth_date_index=keys.index.whole("birth-date", birth_date),
        **born(day),
        resident_id=keys.seal(SealedIdentity, body.resident_id, kind="resident-id", person=person_id),
        resident_id_index=keys.index.whole("resident-id", body.resident_id),
        phones=tuple(keys.seal(SealedContact, phone, kind="phone", person=person_id) for phone in body.phones),
        unit_id=body.unit_id,
        community_id=body.community_id,
        survivor_of=body.survivor_of,
        city=city,
        county=county,
        keys=(
            *name_keys(body.name, keys.index),
            *number_keys(body.resident_id, keys.index),
            *phone_keys(body.phones, keys.index),
        ),
        liaison=named(body.liaison, keys) if body.liaison is not None else None,
    )
