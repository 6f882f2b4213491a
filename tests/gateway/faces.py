"""One SMS of these tests, and the numbers that a simulated carrier answers in different ways."""

import json
from datetime import UTC, datetime, timedelta

from bus.sealed import KeyRing, new_demo_ring
from contracts.ids import CaseId, HolderId, PersonId, SmsId, derived
from contracts.notify import SmsRequested, SmsWithdrawn
from contracts.personal import SealedSms
from services.gateway.domain import Outgoing, claimed, requested

KEYS = json.dumps(new_demo_ring(["sms"]))
"""As the file of keys of a gateway holds them."""
RING = KeyRing(KEYS)
ZHANG = PersonId(derived("test", "张国栋"))
LIN = HolderId(derived("test", "林晓燕"))
CASE = CaseId(derived("case", "hospital"))
SMS = SmsId(derived("sms", "hospital"))
LIN_PHONE = "+8619900001234"
TEXT = "【双塔市委老干部局】张老已住院，请于5月3日09:00前看望并登记。编号JTLP。回复1已知晓 2无法前往 3非本人"
TWO_PARTS = TEXT + "双塔市委老干部局" * 8

MORNING = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
LEASE, PAUSE = timedelta(minutes=1), timedelta(seconds=5)


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def request(
    sms_id: SmsId = SMS,
    *,
    case_id: CaseId = CASE,
    parts: int = 1,
    not_before: float | None = None,
    expires: float = 600,
) -> SmsRequested:
    return SmsRequested(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, lane="urgent", case_id=case_id, role="liaison",
        holder_id=LIN, phone=RING.seal(SealedSms, LIN_PHONE, kind="sms-phone", person=sms_id), phone_index=LIN,
        text=RING.seal(SealedSms, TEXT, kind="sms-text", person=sms_id), template="hospital-visit-liaison", parts=parts,
        not_before=None if not_before is None else at(not_before), expires_at=at(expires), requested_at=at(0),
    )  # fmt: skip


def withdrawal(sms_id: SmsId = SMS, minutes: float = 1) -> SmsWithdrawn:
    return SmsWithdrawn(
        city="shuangta",
        county="donghu",
        person_id=ZHANG,
        sms_id=sms_id,
        lane="urgent",
        why="death",
        withdrawn_at=at(minutes),
    )


def queued(parts: int = 1) -> Outgoing:
    return requested(Outgoing(SMS), request(parts=parts), at(0))[0]


def submitting(parts: int = 1) -> Outgoing:
    return claimed(queued(parts), at(1), LEASE)[0]
