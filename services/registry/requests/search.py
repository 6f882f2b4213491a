"""What is asked so that people are found."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedContact, SealedIdentity


class KeyGiven(BaseModel):
    """One index of one field."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    field: str
    form: str
    index: UUID


class ReindexPerson(Request, key="person_id", id="reindex_id"):
    """Find the person by indexes of another key from now on. They were made of these values."""

    person_id: PersonId
    reindex_id: UUID
    name: SealedIdentity
    name_index: UUID
    birth_date_index: UUID
    resident_id: SealedIdentity
    resident_id_index: UUID
    phones: tuple[SealedContact, ...]
    keys: tuple[KeyGiven, ...]
