"""The facts that notify says of one person, in the words of the contract."""

from datetime import datetime
from uuid import UUID

from contracts.case_code import case_code
from contracts.ids import HolderId
from contracts.notify import CaseAcknowledged, CaseClosed, CaseHandedOver, CaseOpened, SmsRequested, SmsWithdrawn
from services.notify.domain.notice import Case, Notice, Sms, SmsStatus, sms_id_of
from services.notify.domain.wanted import Key, Wanted, key_of


def case_opened(notice: Notice, case: Case) -> CaseOpened:
    assert case.opened_at is not None
    return CaseOpened(
        city=notice.city, county=notice.county, person_id=notice.person_id,
        case_id=case.case_id, duty_id=case.duty_id, opened_at=case.opened_at,
    )  # fmt: skip


def case_closed(notice: Notice, case: Case) -> CaseClosed:
    assert case.closed_at is not None
    return CaseClosed(
        city=notice.city, county=notice.county, person_id=notice.person_id,
        case_id=case.case_id, duty_id=case.duty_id, why=case.why, closed_at=case.closed_at,
    )  # fmt: skip


def case_acknowledged(notice: Notice, case: Case, sms: Sms, at: datetime) -> CaseAcknowledged:
    return CaseAcknowledged(
        city=notice.city, county=notice.county, person_id=notice.person_id, case_id=case.case_id, duty_id=case.duty_id,
        role=sms.role, holder_id=_holder_of(sms), acknowledged_at=at,
    )  # fmt: skip


def case_handed_over(notice: Notice, case: Case, sms: Sms, why: str, at: datetime) -> CaseHandedOver:
    return CaseHandedOver(
        city=notice.city, county=notice.county, person_id=notice.person_id, case_id=case.case_id, duty_id=case.duty_id,
        role=sms.role, holder_id=_holder_of(sms), why=why, handed_over_at=at,
    )  # fmt: skip


def sms_withdrawn(notice: Notice, sms: Sms, why: str, at: datetime) -> SmsWithdrawn:
    return SmsWithdrawn(
        city=notice.city, county=notice.county, person_id=notice.person_id,
        sms_id=sms.sms_id, lane=sms.lane, why=why, withdrawn_at=at,
    )  # fmt: skip


def sms_requested(notice: Notice, word: Wanted, now: datetime) -> SmsRequested | None:
    """The SMS, whole and sealed; None as long as it cannot be said: no card, no such template, no number that takes it."""
    key, voice = word.key, notice.voice
    if notice.name is None or not voice.knows(word.template):
        return None
    before = sum((sms.case_id, sms.stage, sms.holder_id) == key[:3] for sms in notice.sms.values())
    sms_id = sms_id_of(key.case_id, key.stage, key.holder_id, before)
    reached = voice.phone_for_sms(word.phone, key.holder_id, sms_id)
    if reached is None or reached[1] in _numbers_where_it_failed(notice, key):
        return None
    text, parts = voice.text_for_sms(word.template, _values(notice, key), sms_id)
    return SmsRequested(
        city=notice.city, county=notice.county, person_id=notice.person_id, sms_id=sms_id, lane=word.lane,
        case_id=key.case_id, role=word.role, holder_id=key.holder_id, phone=reached[0], phone_index=reached[1],
        text=text, template=word.template, parts=parts, not_before=voice.courtesy.not_before(word.lane, now),
        expires_at=voice.courtesy.expires_at(word.lane, now), owed_since=word.since, requested_at=now,
    )  # fmt: skip


def _numbers_where_it_failed(notice: Notice, key: Key) -> set[UUID]:
    """It goes to no number twice. Sealed anew a number looks different; its blind index does not."""
    found = set()
    for sms in notice.sms.values():
        if sms.status is SmsStatus.FAILED and sms.phone is not None and key_of(sms) == key:
            reached = notice.voice.phone_for_sms(sms.phone, key.holder_id, sms.sms_id)
            found |= {reached[1]} if reached is not None else set()
    return found


def _values(notice: Notice, key: Key) -> dict[str, str]:
    """All that an SMS may say of a person: never an illness, a ward or a number of theirs."""
    case, voice = notice.cases[key.case_id], notice.voice
    assert notice.name is not None and case.due_at is not None
    surname = voice.surname(notice.name, notice.person_id)
    return {
        "person": f"{surname}老" if surname else "",
        "case": case_code(key.case_id),
        "due": voice.courtesy.civil(case.due_at),
        "unit": notice.unit_name,
        "wishes": notice.asks_of(key.holder_id),
    }


def _holder_of(sms: Sms) -> HolderId:
    assert sms.holder_id is not None
    return sms.holder_id
