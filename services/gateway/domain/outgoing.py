"""One SMS on its way to a carrier: submitted once at most, and what became of it only becomes clearer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsUnknown
from contracts.ids import CaseId, HolderId, PersonId, SmsId
from contracts.notify import SmsRequested, SmsWithdrawn
from contracts.personal import SealedSms
from services.gateway.domain.answer import Accepted, Answer, NoAnswer, NotTaken, Refused


class State(StrEnum):
    """Where it is. `awaited`: nothing was requested yet; a withdrawal, a receipt or our own old word may come first."""

    AWAITED = "awaited"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    HELD_BACK = "held-back"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {state: rank for rank, state in enumerate(State)}
"""What is known only grows; the one way back, from submitting to queued, needs the carrier's own refusal.

What the carrier may have outranks what was held back: a database that was set back hears the withdrawal again, and only then
that the SMS had gone.
"""


ARRIVED = "DELIVRD"
LOST = {"UNDELIV": "undeliverable", "DELETED": "undeliverable", "EXPIRED": "expired", "REJECTD": "rejected"}
"""The final words of a receipt, of SMPP and of CMPP alike; any other says that the SMS is still on its way."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One SMS, by the id that it has for ever. Phone and text are sealed; only the sender opens them, while it submits."""

    sms_id: SmsId
    state: State = State.AWAITED
    city: str = ""
    county: str = ""
    person_id: PersonId | None = None
    case_id: CaseId | None = None
    holder_id: HolderId | None = None
    lane: str = ""
    phone: SealedSms | None = None
    phone_index: UUID | None = None
    text: SealedSms | None = None
    parts: int = 0
    requested_at: datetime | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None
    attempt: int = 0
    submitted_at: datetime | None = None
    lease_until: datetime | None = None
    refs: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()
    """Carrier's numbers of the parts that are on the handset."""
    lost: tuple[str, ...] = ()
    """Kind and carrier's number of the parts that will not arrive."""
    why: str = ""
    replies: tuple[UUID, ...] = ()
    """What was written back, in the order in which it was stored."""


Outcome = tuple[Outgoing, tuple[Event, ...]]
Said = SmsAccepted | SmsDelivered | SmsFailed | SmsUnknown | SmsHeldBack


def requested(sms: Outgoing, request: SmsRequested, now: datetime) -> Outcome:
    """Queued once, however often it is requested; not at all if a withdrawal overtook it or its time has passed."""
    if sms.person_id is not None:
        return sms, ()
    sms = replace(
        sms, city=request.city, county=request.county, person_id=request.person_id, case_id=request.case_id,
        holder_id=request.holder_id, lane=request.lane, phone=request.phone, phone_index=request.phone_index,
        text=request.text, parts=request.parts,
        requested_at=request.requested_at, not_before=request.not_before, expires_at=request.expires_at,
    )  # fmt: skip
    if sms.state is not State.AWAITED:
        return sms, _said(sms, now)  # it was known to have gone before we heard of it again
    if sms.withdrawn_at is not None:
        return _moved(sms, State.HELD_BACK, now, "withdrawn")
    if sms.expires_at is not None and sms.expires_at <= now:
        return _moved(sms, State.HELD_BACK, now, "expired")
    return replace(sms, state=State.QUEUED), ()


def withdrawn(sms: Outgoing, withdrawal: SmsWithdrawn, now: datetime) -> Outcome:
    """What no carrier was given is held back; what is with a carrier cannot be called back, and says what becomes of it."""
    sms = replace(sms, withdrawn_at=sms.withdrawn_at or withdrawal.withdrawn_at)
    return _moved(sms, State.HELD_BACK, now, "withdrawn") if sms.state is State.QUEUED else (sms, ())


def claimed(sms: Outgoing, now: datetime, lease: timedelta) -> Outcome:
    """Committed before a byte is written: from here on the carrier may have it. Unchanged if it is not to be sent now."""
    if sms.state is not State.QUEUED or (sms.not_before is not None and sms.not_before > now):
        return sms, ()
    if sms.expires_at is not None and sms.expires_at <= now:
        return _moved(sms, State.HELD_BACK, now, "expired")
    attempt = sms.attempt + 1
    return replace(sms, state=State.SUBMITTING, attempt=attempt, submitted_at=now, lease_until=now + lease), ()


def answered(sms: Outgoing, attempt: int, answer: Answer, now: datetime, pause: timedelta) -> Outcome:
    """What the carrier answered to this attempt. An answer to an older one, or after the end, changes nothing.

    A late answer still tells what became of an unknown SMS, but never puts it back into the queue.
    """
    if attempt != sms.attempt or attempt == 0 or RANK[sms.state] < RANK[State.SUBMITTING]:
        return sms, ()
    if isinstance(answer, Accepted):
        return _received(replace(sms, refs=answer.refs), now, State.ACCEPTED)
    if sms.state not in (State.SUBMITTING, State.UNKNOWN):
        return sms, ()
    match answer:
        case NoAnswer(_, refs):
            return _received(replace(sms, refs=sms.refs or refs), now, State.UNKNOWN)
        case Refused(kind, _):
            return _moved(sms, State.FAILED, now, kind)
        case NotTaken() if sms.state is State.UNKNOWN:
            return _moved(sms, State.FAILED, now, "rejected")
        case NotTaken() if sms.withdrawn_at is not None:
            return _moved(replace(sms, submitted_at=None), State.HELD_BACK, now, "withdrawn")
        case NotTaken():
            return replace(sms, state=State.QUEUED, submitted_at=None, lease_until=None, not_before=now + pause), ()


def receipt(sms: Outgoing, ref: str, stat: str, now: datetime) -> Outcome:
    """A carrier's word about one part. Order and repetition do not matter, and `delivered` beats everything.

    It may come before the answer to the submission, and years after; it is believed also when nothing was requested yet,
    because then our database was set back, and what is on a handset must not be sent again.
    """
    if stat == ARRIVED:
        sms = replace(sms, arrived=tuple(sorted({*sms.arrived, ref})))
    elif stat in LOST:
        sms = replace(sms, lost=tuple(sorted({*sms.lost, f"{LOST[stat]} {ref}"})))
    return _received(sms, now)


def reminded(sms: Outgoing, own: Said, now: datetime) -> Outcome:
    """What we ourselves said of it before our database was set back: it is where it then was, and nothing is said again."""
    state, why = _state_of(own)
    if RANK[state] <= RANK[sms.state]:
        return sms, ()
    refs = tuple(own.carrier_ref.split()) if isinstance(own, SmsAccepted) else sms.refs
    return replace(sms, state=state, why=why, refs=refs, lease_until=None), ()


def woken(sms: Outgoing, now: datetime) -> Outcome:
    """A lease that ended without an answer leaves the SMS unknown; one that waited too long dies."""
    if sms.state is State.SUBMITTING and sms.lease_until is not None and sms.lease_until <= now:
        return _moved(sms, State.UNKNOWN, now, "lease-ended")
    if sms.state is State.QUEUED and sms.expires_at is not None and sms.expires_at <= now:
        return _moved(sms, State.HELD_BACK, now, "expired")
    return sms, ()


def next_change(sms: Outgoing, now: datetime) -> datetime | None:
    """When it changes without anybody's doing: the end of a lease, or of its life in the queue."""
    return {State.SUBMITTING: sms.lease_until, State.QUEUED: sms.expires_at}.get(sms.state)


def _received(sms: Outgoing, now: datetime, at_least: State = State.AWAITED) -> Outcome:
    """What the receipts so far amount to: delivered when all parts arrived, and until then failed when one was lost."""
    if len(sms.arrived) >= max(len(sms.refs), sms.parts, 1):
        return _moved(sms, State.DELIVERED, now)
    if sms.lost:
        kind = sms.lost[0].partition(" ")[0]  # the first by name, so that the order of the receipts does not show
        return (replace(sms, why=kind), ()) if sms.state is State.FAILED else _moved(sms, State.FAILED, now, kind)
    return _moved(sms, at_least, now, "no-answer" if at_least is State.UNKNOWN else "")


def _moved(sms: Outgoing, state: State, now: datetime, why: str = "") -> Outcome:
    """Forward in rank, or not at all."""
    if RANK[state] <= RANK[sms.state]:
        return sms, ()
    sms = replace(sms, state=state, why=why, lease_until=None)
    return sms, _said(sms, now)


def _said(sms: Outgoing, now: datetime) -> tuple[Event, ...]:
    """The fact for where it is now; nothing as long as it is not known whose SMS it is."""
    if sms.person_id is None:
        return ()
    city, county, person_id, sms_id = sms.city, sms.county, sms.person_id, sms.sms_id
    match sms.state:
        case State.ACCEPTED:
            ref = " ".join(sms.refs)
            return (
                SmsAccepted(
                    city=city, county=county, person_id=person_id, sms_id=sms_id, carrier_ref=ref, accepted_at=now
                ),
            )
        case State.DELIVERED:
            return (
                SmsDelivered(
                    city=city, county=county, person_id=person_id, sms_id=sms_id, holder_id=sms.holder_id,
                    phone_index=sms.phone_index, delivered_at=now,
                ),
            )  # fmt: skip
        case State.FAILED:
            return (
                SmsFailed(city=city, county=county, person_id=person_id, sms_id=sms_id, kind=sms.why, failed_at=now),
            )
        case State.UNKNOWN:
            return (
                SmsUnknown(city=city, county=county, person_id=person_id, sms_id=sms_id, why=sms.why, unknown_at=now),
            )
        case State.HELD_BACK:
            return (
                SmsHeldBack(
                    city=city, county=county, person_id=person_id, sms_id=sms_id, why=sms.why, held_back_at=now
                ),
            )
        case _:
            return ()


def _state_of(own: Said) -> tuple[State, str]:
    match own:
        case SmsAccepted():
            return State.ACCEPTED, ""
        case SmsDelivered():
            return State.DELIVERED, ""
        case SmsFailed():
            return State.FAILED, own.kind
        case SmsUnknown():
            return State.UNKNOWN, own.why
        case SmsHeldBack():
            return State.HELD_BACK, own.why
