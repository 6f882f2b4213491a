"""What is asked of a person: to come under care."""

from uuid import UUID

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.domain.officer import Officer
from services.registry.requests.search import KeyGiven


class EnrolPerson(Request, key="person_id", id="person_id"):
    """Take the person under care."""

    person_id: PersonId
    kind: str
    category: str
    rank: str | None = None
    political_status: str | None = None
    name: SealedIdentity
    name_index: UUID
    birth_date: SealedIdentity
    birth_date_index: UUID
    birth_year: int | None = None
    birthday: str | None = None
    resident_id: SealedIdentity
    resident_id_index: UUID
    phones: tuple[SealedContact, ...]
    unit_id: UnitId
    community_id: UnitId | None = None
    survivor_of: PersonId | None = None
    city: str
    county: str
    keys: tuple[KeyGiven, ...] = ()
    """By what the person is found."""
    liaison: Officer | None = None
