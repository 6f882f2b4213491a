"""By which indexes a person is found, and which ones what somebody typed may be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import phonenumbers

from bus.sealed import FORMS, BlindIndex, typed
from contracts.resident_id import InvalidResidentId, ResidentId
from services.registry.requests.search import KeyGiven

WHOLE, MISREAD = "whole", "misread"
RANK = {form: rank for rank, form in enumerate((WHOLE, *FORMS))}
"""What is whole comes before what only begins so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One index that somebody may be found by, and how good a find it is."""

    index: UUID
    rank: int


def name_keys(name: str, index: BlindIndex) -> Iterator[KeyGiven]:
    yield KeyGiven(field="name", form=WHOLE, index=index.whole("name", name))
    for form, spelled in index.spellings(name):
        yield KeyGiven(field="name", form=form, index=spelled)


def number_keys(number: str, index: BlindIndex) -> Iterator[KeyGiven]:
    yield KeyGiven(field="resident_id", form=WHOLE, index=index.whole("resident-id", number))
    for misread in index.misread(number):
        yield KeyGiven(field="resident_id", form=MISREAD, index=misread)


def phone_keys(phones: Sequence[str], index: BlindIndex) -> Iterator[KeyGiven]:
    for phone in dict.fromkeys(phones):
        yield KeyGiven(field="phones", form=WHOLE, index=index.whole("phone", phone))


def wanted(typed_in: str, index: BlindIndex) -> list[Wanted]:
    """A whole resident ID or phone, or what may be a name. Part of a number finds nobody."""
    if (number := _number(typed_in)) is not None:
        return [Wanted(index.whole("resident-id", number), 0)]
    if (phone := _phone(typed_in)) is not None:
        return [Wanted(index.whole("phone", phone), 0)]
    spellings = typed(typed_in)
    found = [Wanted(index.spelled(spelling), RANK[spelling.form]) for spelling in spellings]
    return [*found, Wanted(index.whole("name", typed_in), 0)] if spellings else found


def _number(typed_in: str) -> str | None:
    try:
        return ResidentId.read(typed_in).number
    except InvalidResidentId:
        return None


def _phone(typed_in: str) -> str | None:
    try:
        parsed = phonenumbers.parse(typed_in, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
