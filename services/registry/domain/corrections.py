"""What was enrolled of a person is put right: the file keeps both, and says since when the new is true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.ids import UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.refused import Refused
from contracts.registry import PersonCorrected
from services.registry.domain.card import state_card
from services.registry.domain.person import Decided, Person, about


@dataclass(frozen=True, slots=True)
class Correction:
    """The fields of a person that are given anew; those that are not named stay."""

    fields: tuple[str, ...]
    name: SealedIdentity | None = None
    birth_date: SealedIdentity | None = None
    resident_id: SealedIdentity | None = None
    phones: tuple[SealedContact, ...] | None = None
    community_id: UnitId | None = None
    rank: str | None = None
    political_status: str | None = None


def correct(
    person: Person, correction_id: UUID, given: Correction, derived: Mapping[str, Any], reason: SealedCare,
    since: datetime | None, now: datetime,
) -> Decided:  # fmt: skip
    """True since the enrolment, unless a day is named. What changed on a later day already is not overtaken by an earlier one.

    `derived` are what is kept beside a value that cannot be read: its blind indexes, the year and day of birth.
    """
    changed = tuple(field for field in given.fields if getattr(given, field) != getattr(person, field))
    if not changed:
        raise Refused("nothing-to-correct", "与现有登记相同，没有可更正的内容", "reason")
    assert person.enrolled_at is not None
    known = dict(person.since)
    last = max(known.get(field, person.enrolled_at) for field in changed)
    if since is not None and since < last:
        raise Refused("correction-out-of-order", "早于登记或上一次变更", "since")
    at = since or last
    values = {field: getattr(given, field) for field in changed}
    if "community_id" in changed and person.community_id is not None:
        person = replace(person, communities_left=(*person.communities_left, person.community_id))
    person = replace(person, **values, **derived, since=tuple(sorted({**known, **dict.fromkeys(changed, at)}.items())))
    said = PersonCorrected(
        **about(person),
        correction_id=correction_id,
        fields=changed,
        **values,
        reason=reason,
        since=at,
        corrected_at=now,
    )
    person, card = state_card(person, now)
    return person, (said, *card)
