"""By what a person is found: blind indexes of their name, resident ID and phones, made at the door, replaced field by field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.ids import derived
from contracts.personal import SealedContact, SealedIdentity
from contracts.refused import Refused

if TYPE_CHECKING:
    from services.registry.domain.person import Person

KEYED = ("name", "phones", "resident_id")
"""The fields that people are found by."""


@dataclass(frozen=True, slots=True)
class Found:
    """One index of one field: whole, or one of the forms in which it may be typed or misread."""

    field: str
    form: str
    index: UUID


@dataclass(frozen=True, slots=True)
class SearchKey:
    """One index, as it is kept. Only those of the field's present generation find anybody."""

    key_id: UUID
    field: str
    form: str
    index: UUID
    generation: int


def keyed(person: "Person", fields: Iterable[str], by: Iterable[Found]) -> "Person":
    """From now on these fields are found by these indexes and by no earlier ones."""
    generations = dict(person.keyed)
    for field in fields:
        generations[field] = generations.get(field, 0) + 1
    new = [_key(person.person_id, found, generations[found.field]) for found in by]
    return replace(
        person, keyed=tuple(sorted(generations.items())), keys={**person.keys, **{key.key_id: key for key in new}}
    )


def _key(person_id: UUID, found: Found, generation: int) -> SearchKey:
    key_id = derived("search-key", person_id, found.field, found.form, found.index, generation)
    return SearchKey(key_id, found.field, found.form, found.index, generation)


def assert_read(
    person: "Person", name: SealedIdentity, resident_id: SealedIdentity, phones: tuple[SealedContact, ...]
) -> None:
    """Indexes are made of what was read before; a correction in between has made them of something else."""
    if (name, resident_id, phones) != (person.name, person.resident_id, person.phones):
        raise Refused("changed-meanwhile", "此人的登记刚刚更正过，请重新读取", "person_id")
