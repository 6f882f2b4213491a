"""What an SMS gateway says: what became of each SMS, and what came back. A city's own gateway says the same."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Topic, said_in
from contracts.ids import CaseId, HolderId, PersonId, SmsId
from contracts.personal import SealedSms

STATUS = Topic("gateway.status", "What became of each SMS, in order per person")
REPLIES = Topic("gateway.replies", "What holders answered by SMS")


class SmsAccepted(Event, topic=STATUS, type="gateway.sms-accepted.v1", key="person_id"):
    """The carrier has taken the SMS."""

    person_id: PersonId
    sms_id: SmsId
    carrier_ref: str
    accepted_at: AwareDatetime


class SmsDelivered(Event, topic=STATUS, type="gateway.sms-delivered.v1", key="person_id"):
    """The carrier's receipt: the SMS is on the handset. It says nothing about having been read."""

    person_id: PersonId
    sms_id: SmsId
    holder_id: HolderId | None = None
    """Whom it was sent to, as it was requested: without it no delivery proves that they can be reached."""
    phone_index: UUID | None = None
    """Likewise, of the number."""
    delivered_at: AwareDatetime


class SmsFailed(Event, topic=STATUS, type="gateway.sms-failed.v1", key="person_id"):
    """The SMS will not arrive, for certain."""

    person_id: PersonId
    sms_id: SmsId
    kind: str
    """invalid-number · rejected · undeliverable · expired · blocked"""
    failed_at: AwareDatetime


class SmsUnknown(Event, topic=STATUS, type="gateway.sms-unknown.v1", key="person_id"):
    """It cannot be said whether the SMS went out. It is never sent again by itself; the case goes on to the next."""

    person_id: PersonId
    sms_id: SmsId
    why: str
    """no-answer · lease-ended"""
    unknown_at: AwareDatetime


class SmsHeldBack(Event, topic=STATUS, type="gateway.sms-held-back.v1", key="person_id"):
    """The SMS was withdrawn, or its time had passed, before the carrier saw it."""

    person_id: PersonId
    sms_id: SmsId
    why: str
    """withdrawn · expired"""
    held_back_at: AwareDatetime


class SmsReplied(Event, topic=REPLIES, type="gateway.sms-replied.v1", key="person_id"):
    """A holder answered. The SMS it answers is the last one that was sent to that number, unless the text names a case."""

    person_id: PersonId
    reply_id: UUID
    sms_id: SmsId
    case_id: CaseId
    holder_id: HolderId | None = None
    """Whom that SMS was sent to, as it was requested: without it no answer proves that they can be reached."""
    phone_index: UUID
    text: SealedSms
    """Sealed with kind `sms-reply`, bound to `reply_id`."""
    answer: str
    """1 known 已知晓 · 2 cannot · 3 wrong-person · other"""
    replied_at: AwareDatetime


EVENTS = said_in(__name__)
