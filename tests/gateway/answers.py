"""What a carrier may answer to one SMS, and what is said of it then."""

from datetime import datetime

from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsUnknown
from services.gateway.domain import (
    Accepted,
    Answer,
    NoAnswer,
    NotTaken,
    Outgoing,
    Refused,
    answered,
)
from tests.gateway.faces import PAUSE, SMS, ZHANG, at, request

TOOK, REFUSED, LATER, SILENT = (
    Accepted(("7",)),
    Refused("invalid-number", 11),
    NotTaken("throttled"),
    NoAnswer("timeout"),
)


def accepted(ref: str = "7") -> SmsAccepted:
    return SmsAccepted(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, carrier_ref=ref, accepted_at=at(2)
    )


def delivered() -> SmsDelivered:
    return SmsDelivered(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, holder_id=request().holder_id,
        phone_index=request().phone_index, delivered_at=at(2),
    )  # fmt: skip


def failed(kind: str) -> SmsFailed:
    return SmsFailed(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, kind=kind, failed_at=at(2))


def unknown(why: str) -> SmsUnknown:
    return SmsUnknown(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, why=why, unknown_at=at(2))


def held_back(why: str) -> SmsHeldBack:
    return SmsHeldBack(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, why=why, held_back_at=at(2))


def after(
    sms: Outgoing, answer: Answer, attempt: int = 1, now: datetime | None = None
) -> tuple[Outgoing, tuple[Event, ...]]:
    return answered(sms, attempt, answer, now or at(2), PAUSE)
