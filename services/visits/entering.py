"""Where clear text ends: what came in at the door is sealed here, and only then asked."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.decisions import Caller, Rejected
from bus.sealed import KeyRing
from contracts.ids import ContactId, DutyId, HolderId, PersonId, derived
from contracts.personal import SealedCare
from services.visits.decisions.callers import holder_of
from services.visits.domain.rounds import Review
from services.visits.domain.words import REFUSED
from services.visits.opening import REASON
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.requests.duties import WaiveDuty
from services.visits.requests.rounds import ReviewFlag

CLOSEST = 3
"""Decimals of a degree that are kept of a place: about 100 m, enough to tell two villages apart, too coarse for a door."""


SHORTEST_REASON = 5
"""Characters; "无" is no reason."""


class Place(BaseModel):
    """Where a contact was made, in degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class ContactEntry(BaseModel):
    """Something was done, or tried, as its maker writes it down."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    contact_id: ContactId
    person_id: PersonId
    kind: str = Field(description="走访的类别，政策 duty_kinds 所列")
    strength: str = Field(description="走访的方式，政策 strengths 所列")
    outcome: str = Field(description="走访的结果，政策 outcomes 所列")
    made_at: AwareDatetime
    note: str | None = Field(
        None, min_length=1, max_length=2000, description="看到什么、说了什么；加密保存。没有见到或联系上的必写"
    )
    place: Place | None = None
    witness: HolderId | None = Field(None, description="同行的第二人，不是记录人自己")
    photo: str | None = Field(None, max_length=200, description="照片存放处的编号，不是照片")
    new_facts: int = Field(0, ge=0, le=100, description="这次走访更新了档案的几项")


class StrikeEntry(BaseModel):
    """A contact was recorded in error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    person_id: PersonId
    reason: str = Field(min_length=1, max_length=500, description="作废的理由；加密保存")


class WaiverEntry(BaseModel):
    """Somebody named decides that this need not be done."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    waiver_id: UUID
    person_id: PersonId
    duty_id: DutyId
    reason: str = Field(min_length=1, max_length=500, description="免办的理由；加密保存")


class ReviewEntry(BaseModel):
    """What was found by looking."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    reason: str = Field(min_length=1, max_length=500, description="核实的情况；加密保存")


def recorded(entry: ContactEntry, keys: KeyRing) -> RecordContact:
    note, place = entry.note, entry.place
    return RecordContact(
        **entry.model_dump(exclude={"note", "place"}),
        note=keys.seal(SealedCare, note, kind="note", person=entry.person_id) if note else None,
        note_index=keys.index.whole("note", note) if note else None,
        place=f"{place.latitude:.{CLOSEST}f},{place.longitude:.{CLOSEST}f}" if place else None,
    )


def struck(contact_id: UUID, entry: StrikeEntry, keys: KeyRing) -> StrikeContact:
    """A contact is struck once, so its id makes the id of this."""
    return StrikeContact(
        strike_id=derived("strike", contact_id),
        contact_id=ContactId(contact_id),
        person_id=entry.person_id,
        reason=_reason(entry.reason, keys, entry.person_id),
    )


def waived(entry: WaiverEntry, caller: Caller, keys: KeyRing) -> WaiveDuty:
    """Bound to who waives: a file that is merged hands a duty on under another id and another person."""
    holder, _ = holder_of(caller)
    return WaiveDuty(
        waiver_id=entry.waiver_id, person_id=entry.person_id, duty_id=entry.duty_id,
        reason=_reason(entry.reason, keys, holder),
    )  # fmt: skip


def reviewed(
    flag_id: UUID, what: Review, holder_id: HolderId, entry: ReviewEntry, caller: Caller, keys: KeyRing
) -> ReviewFlag:
    """Twice in the same words is once."""
    reason = _reason(entry.reason, keys, flag_id)
    review_id = derived("flag-review", flag_id, what, caller.person, reason.token)
    return ReviewFlag(holder_id=holder_id, review_id=review_id, flag_id=flag_id, review=what, reason=reason)


def _reason(given: str, keys: KeyRing, bound: UUID) -> SealedCare:
    """Long enough to say something; sealed it shows no length any more."""
    written = given.strip()
    if len(written) < SHORTEST_REASON:
        raise Rejected("reason-too-short", REFUSED["reason-too-short"], "reason")
    return keys.seal(SealedCare, written, kind=REASON, person=bound)
