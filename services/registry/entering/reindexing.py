"""Indexes made anew, of what is kept sealed: after the index key was replaced."""

from typing import NamedTuple
from uuid import UUID

from bus.sealed import KeyRing
from contracts.ids import PersonId, derived
from contracts.personal import SealedContact, SealedIdentity
from services.registry.entering.search import name_keys, number_keys, phone_keys
from services.registry.requests.search import ReindexPerson


class Sealed(NamedTuple):
    """What a person is found by, as it is kept."""

    person_id: PersonId
    name: SealedIdentity
    birth_date: SealedIdentity
    resident_id: SealedIdentity
    phones: tuple[SealedContact, ...]


def reindexing(of: Sealed, rebuild_id: UUID, keys: KeyRing) -> ReindexPerson:
    """CannotOpen when a key was taken out of the ring."""
    bound, index = of.person_id, keys.index
    name = keys.open(of.name, kind="name", person=bound)
    number = keys.open(of.resident_id, kind="resident-id", person=bound)
    phones = [keys.open(phone, kind="phone", person=bound) for phone in of.phones]
    tokens = (of.name.token, of.resident_id.token, *(phone.token for phone in of.phones))
    return ReindexPerson(
        person_id=of.person_id,
        reindex_id=derived("reindex", rebuild_id, of.person_id, *tokens),
        name=of.name,
        name_index=index.whole("name", name),
        birth_date_index=index.whole("birth-date", keys.open(of.birth_date, kind="birth-date", person=bound)),
        resident_id=of.resident_id,
        resident_id_index=index.whole("resident-id", number),
        phones=of.phones,
        keys=(*name_keys(name, index), *number_keys(number, index), *phone_keys(phones, index)),
    )
