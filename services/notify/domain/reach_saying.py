"""What notify says of a holder's reach, in the words of the contract: the test, the report to whoever is above, the incident."""

from collections.abc import Mapping
from datetime import datetime

from contracts.digest import Own, own_id
from contracts.ids import CaseId, PersonId, SmsId, derived
from contracts.notify import HolderReachable, HolderUnreachable, SmsRequested
from services.notify.domain.notice import sms_id_of
from services.notify.domain.reach import Post, Reach, Report

NORMAL = "normal"


def test_requested(reach: Reach, top: Post, now: datetime) -> SmsRequested:
    """Of nobody, and to be answered; it is worth sending as long as it can be answered in time."""
    expires_at = min(reach.voice.courtesy.expires_at(NORMAL, now), now + reach.proving.answer_within)
    return _requested(reach, top, Own.TEST, reach.proving.template, {}, expires_at, now)


def report_requested(reach: Reach, top: Post, count: int, now: datetime) -> SmsRequested:
    """How many below cannot be reached; who they are stands in the list."""
    expires_at = reach.voice.courtesy.expires_at(NORMAL, now)
    values = {"count": str(count)}
    return _requested(reach, top, Own.REPORT, reach.proving.told_up, values, expires_at, now)


def unreachable(reach: Reach, top: Post, now: datetime) -> HolderUnreachable:
    return HolderUnreachable(
        city=top.city, county=top.county, holder_id=reach.holder_id, role=top.role, why=reach.why,
        tested_at=reach.tested_at if reach.tested_number == reach.number else None, told_to=top.above, unreachable_since=now,
    )  # fmt: skip


def reachable(reach: Reach, own: Report, why: str, now: datetime) -> HolderReachable:
    return HolderReachable(
        city=own.city, county=own.county, holder_id=reach.holder_id, role=own.role, why=why, reachable_at=now
    )


def _requested(
    reach: Reach, top: Post, own: Own, template: str, values: Mapping[str, str], expires_at: datetime, now: datetime
) -> SmsRequested:  # fmt: skip
    """One a day and a number: asked anew by a database that was set back it is the same SMS, and next month's is another."""
    voice, holder_id, kind = reach.voice, reach.holder_id, own.name.lower()
    case_id = CaseId(derived(f"reach-{kind}", holder_id, voice.courtesy.day(now).isoformat(), reach.number))
    sms_id: SmsId = own_id(sms_id_of(case_id, kind, holder_id, 0), own)
    assert reach.phone is not None
    number = voice.phone_for_sms(reach.phone, holder_id, sms_id)
    assert number is not None  # whoever has no number that takes SMS is not asked
    text, parts = voice.text_for_sms(template, values, sms_id)
    return SmsRequested(
        city=top.city, county=top.county, person_id=PersonId(holder_id), sms_id=sms_id, lane=NORMAL, case_id=case_id,
        role=top.role, holder_id=holder_id, phone=number[0], phone_index=number[1], text=text, template=template, parts=parts,
        expires_at=expires_at, requested_at=now,
    )  # fmt: skip
