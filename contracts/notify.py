"""What notify says: the cases in which somebody must be told, and the SMS that are to be sent."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Topic, said_in
from contracts.ids import CaseId, DutyId, HolderId, PersonId, SmsId
from contracts.personal import SealedSms
from contracts.readings import OfAReading

CASES = Topic("notify.cases", "Each case in which somebody must be told about a person, until they know")
URGENT = Topic("notify.sms.urgent", "SMS that pass quiet hours: admissions, deaths, missed check-ins")
NORMAL = Topic("notify.sms.normal", "SMS of every day")
BULK = Topic("notify.sms.bulk", "SMS to many: weather, festivals")
HOLDERS = Topic("notify.holders", "Of whoever answers for people, whether anything proves that an SMS reaches them")
READINGS = Topic("notify.readings", "Who was shown what of whom at the doors of notify")
LANES = {"urgent": URGENT, "normal": NORMAL, "bulk": BULK}
RECALLED = "case-recalled"
"""The template that takes back what was told; every pack must have it."""
WISHES_CHANGED, WISHES_WITHDRAWN = "wishes-changed", "wishes-withdrawn"
"""Of a person who asks for other things than whoever owes them something was told, or for nothing any more; a pack that has
wishes must have both."""


class CaseOpened(Event, topic=CASES, type="notify.case-opened.v1", key="person_id"):
    """Somebody must be told of a duty."""

    person_id: PersonId
    case_id: CaseId
    duty_id: DutyId
    opened_at: AwareDatetime


class CaseAcknowledged(
    Event,
    topic=CASES,
    type="notify.case-acknowledged.v1",
    key="person_id",
    once=("case_id", "holder_id", "acknowledged_at"),
):
    """A holder says that they know (a reply of 1). It records no contact."""

    person_id: PersonId
    case_id: CaseId
    duty_id: DutyId
    role: str
    holder_id: HolderId
    acknowledged_at: AwareDatetime


class CaseHandedOver(Event, topic=CASES, type="notify.case-handed-over.v1", key="person_id"):
    """A holder says that they cannot (2) or are the wrong person (3): the next rung must act."""

    person_id: PersonId
    case_id: CaseId
    duty_id: DutyId
    role: str
    holder_id: HolderId
    why: str
    """cannot · wrong-person · cannot-reach"""
    handed_over_at: AwareDatetime


class CaseClosed(Event, topic=CASES, type="notify.case-closed.v1", key="person_id"):
    """There is nothing left to tell: the duty is done, waived or superseded."""

    person_id: PersonId
    case_id: CaseId
    duty_id: DutyId
    why: str
    closed_at: AwareDatetime


class OnLane(Event):
    """What is said on the lane that it names."""

    person_id: PersonId
    """Whom it is about. A holder's own SMS (a digest, a test) is about nobody: this is then the holder, and keeps the order of
    what is said to them."""
    sms_id: SmsId
    """Of a holder's own SMS a UUID of version 8, of no other: only a test (last two bits 01) is answered by a reply. Whoever says
    what became of an SMS gives both ids back, and the holder's and the number's index with a delivery and a reply."""
    lane: str

    @property
    def topic(self) -> Topic:
        return LANES[self.lane]


class SmsRequested(
    OnLane, topic=(URGENT, NORMAL, BULK), type="notify.sms-requested.v1", key="person_id", once=("sms_id", "owed_since")
):
    """One SMS is to be sent to one number, once. The same `sms_id` is the same SMS, for ever."""

    case_id: CaseId
    """What a reply answers; of a holder's own SMS derived from the holder."""
    role: str
    holder_id: HolderId
    phone: SealedSms
    """The number in E.164; sealed with kind `sms-phone`, bound to `sms_id`."""
    phone_index: UUID
    """Blind index of the number, so that a reply finds its case."""
    text: SealedSms
    """The whole text with its signature; sealed with kind `sms-text`, bound to `sms_id`."""
    template: str
    parts: int
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    owed_since: AwareDatetime | None = None
    """Since when the holder is owed this word."""
    requested_at: AwareDatetime


class SmsWithdrawn(OnLane, topic=(URGENT, NORMAL, BULK), type="notify.sms-withdrawn.v1", key="person_id"):
    """An SMS that was requested must not be sent any more. It may overtake its request: the gateway remembers it."""

    why: str
    withdrawn_at: AwareDatetime


class HolderUnreachable(Event, topic=HOLDERS, type="notify.holder-unreachable.v1", key="holder_id"):
    """Nothing proves that an SMS reaches this holder, though they answer for people: the ladder is broken at their rung."""

    holder_id: HolderId
    role: str
    """The highest that they hold."""
    why: str
    """silent · no-number · wrong-person"""
    tested_at: AwareDatetime | None = None
    """None = no test could be sent."""
    told_to: HolderId | None = None
    """Who holds the next rung. None = nobody is above."""
    unreachable_since: AwareDatetime


class HolderReachable(Event, topic=HOLDERS, type="notify.holder-reachable.v1", key="holder_id"):
    """It is over: they were reached, or answer for nobody any more."""

    holder_id: HolderId
    role: str
    why: str
    """proved · released"""
    reachable_at: AwareDatetime


class PeopleRead(OfAReading, topic=READINGS, type="notify.people-read.v1", key="reading_id"):
    """Somebody was shown the SMS about what is owed to one person."""


EVENTS = said_in(__name__)
