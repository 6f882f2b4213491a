"""What changes about a person, sealed."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from bus.sealed import KeyRing
from contracts.ids import PersonId, derived
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import AskFirst, Hours
from contracts.resident_id import ResidentId
from contracts.zone import CITY
from services.registry.bodies.changes import AbsenceEnding, Classing, Correcting, Resumption
from services.registry.bodies.wishes import Wishing
from services.registry.entering.births import born
from services.registry.entering.reasons import reason
from services.registry.entering.search import name_keys, number_keys, phone_keys
from services.registry.requests.changes import ClassPerson, CorrectPerson, EndAbsence, ResumeCare, StateWish
from services.registry.requests.search import KeyGiven


def classing(person_id: PersonId, body: Classing, keys: KeyRing) -> ClassPerson:
    said = body.model_dump(exclude={"reason"})
    return ClassPerson(person_id=person_id, reason=reason(body.reason, person_id, keys), **said)


def end_of_absence(person_id: PersonId, absence_id: UUID, body: AbsenceEnding, keys: KeyRing) -> EndAbsence:
    """An absence ends once, so its id makes the id of this."""
    return EndAbsence(
        person_id=person_id, ending_id=derived("absence-end", absence_id), absence_id=absence_id,
        ended_at=body.ended_at, reason=reason(body.reason, person_id, keys),
    )  # fmt: skip


def resumption(person_id: PersonId, end_id: UUID, body: Resumption, keys: KeyRing) -> ResumeCare:
    """Bound to the end, as that of a merge which is undone: it is told of two people."""
    return ResumeCare(
        person_id=person_id, resumption_id=derived("care-resumption", end_id), end_id=end_id,
        reason=reason(body.reason, end_id, keys),
    )  # fmt: skip


def wish(person_id: PersonId, body: Wishing, keys: KeyRing) -> StateWish:
    words = keys.seal(SealedIdentity, body.words, kind="wish", person=person_id) if body.words is not None else None
    hours = tuple(Hours(begin=span.begin, end=span.end) for span in body.hours)
    first = body.ask_first
    asked = AskFirst(role=first.role, holder_id=first.holder_id) if first is not None else None
    return StateWish(
        person_id=person_id, wish_id=body.wish_id, wish=body.wish, words=words, hours=hours, ask_first=asked
    )


def correction(person_id: PersonId, body: Correcting, keys: KeyRing) -> CorrectPerson:
    """With the resident ID comes the birth date that it tells."""
    fields: list[str] = [*body.given]
    values: dict[str, Any] = {name: getattr(body, name) for name in ("community_id", "rank", "political_status")}
    found: list[KeyGiven] = []
    if body.name is not None:
        values["name"] = keys.seal(SealedIdentity, body.name, kind="name", person=person_id)
        values["name_index"] = keys.index.whole("name", body.name)
        found += name_keys(body.name, keys.index)
    if body.resident_id is not None:
        fields.append("birth_date")
        found += number_keys(body.resident_id, keys.index)
        values |= _number(person_id, body.resident_id, keys)
    if "phones" in fields:
        found += phone_keys(body.phones, keys.index)
        values["phones"] = tuple(
            keys.seal(SealedContact, phone, kind="phone", person=person_id) for phone in body.phones
        )
    return CorrectPerson(
        person_id=person_id, correction_id=body.correction_id, fields=tuple(fields), reason=reason(body.reason, person_id, keys),
        since=_midnight(body.since), keys=tuple(found), **values,
    )  # fmt: skip


def _number(person_id: PersonId, resident_id: str, keys: KeyRing) -> dict[str, Any]:
    day = ResidentId.read(resident_id).birth_date
    return {
        "resident_id": keys.seal(SealedIdentity, resident_id, kind="resident-id", person=person_id),
        "resident_id_index": keys.index.whole("resident-id", resident_id),
        "birth_date": keys.seal(SealedIdentity, day.isoformat(), kind="birth-date", person=person_id),
        "birth_date_index": keys.index.whole("birth-date", day.isoformat()),
        **born(day),
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), CITY) if day is not None else None
