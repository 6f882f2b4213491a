"""The people of these tests, what is said of them, and a voice with demo keys: constants with faces."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from bus.pack import read_words
from bus.pack.messages import read_messages
from bus.sealed import KeyRing, new_demo_ring
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import ContactId, DutyId, HolderId, PersonId, SmsId, UnitId, derived
from contracts.notify import SmsRequested
from contracts.personal import SEALED, SealedContact, SealedIdentity, SealedSms
from contracts.registry import DeathReported, DeathRetracted, Holder, PersonCard
from contracts.visits import Cause, DutyDone, DutyDueSoon, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify.domain import Notice
from services.notify.pack import courtesy_of
from services.notify.voice import SealedVoice
from tests.reasons import a_reason

RING = KeyRing(json.dumps(new_demo_ring([cls.purpose for cls in SEALED])))
PACK = Path(__file__).parents[2] / "policies" / "shuangta"
FILE = read_messages(PACK)
MESSAGES = FILE.texts
VOICE = SealedVoice(RING, MESSAGES, courtesy_of(FILE), read_words(PACK).zh["roles"])

ZHANG = PersonId(derived("test", "张国栋"))
WATER_BUREAU = UnitId(derived("test", "水利局"))
LIN, WANG, CHEN, ZHAO = (HolderId(derived("test", name)) for name in ("林晓燕", "王建平", "陈立", "赵敏"))
NAMES = {LIN: "林晓燕", WANG: "王建平", CHEN: "陈立", ZHAO: "赵敏"}
PHONES = {LIN: "+8619900001234", WANG: "+8619900002345", CHEN: "+8619900003456", ZHAO: "+8619900004567"}

MORNING = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
"""Nine o'clock in the city."""
NIGHT = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening."""

HOSPITAL = DutyId(derived("duty", "hospital", "may"))
GREETING = DutyId(derived("duty", "greeting", "week 18"))
BEREAVEMENT = DutyId(derived("duty", "death", "may"))
REPORT = UUID("018f5e2a-7c00-7a11-8b22-00000000dead")


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def zhang() -> Notice:
    """A person of whom nothing is known yet."""
    return Notice(ZHANG, VOICE)


def holder(role: str, holder_id: HolderId, phone: str | None = None) -> Holder:
    return Holder(
        role=role,
        party="unit",
        holder_id=holder_id,
        unit_id=WATER_BUREAU,
        name=RING.seal(SealedIdentity, NAMES[holder_id], kind="name", person=holder_id),
        phone=RING.seal(SealedContact, phone or PHONES[holder_id], kind="phone", person=holder_id),
    )


def card(
    version: int = 1,
    *holders: Holder,
    name: str = "张国栋",
    unit: str = "双塔市水利局",
    deaths: tuple[UUID, ...] = (),
    minutes: float = 0,
) -> PersonCard:
    everybody = (holder("liaison", LIN), holder("unit-leader", WANG), holder("bureau-officer", CHEN))
    return PersonCard(
        city="shuangta", county="donghu", person_id=ZHANG, version=version, kind="veteran-cadre", category="living-alone",
        name=RING.seal(SealedIdentity, name, kind="name", person=ZHANG), resident_id_index=ZHANG, name_index=ZHANG,
        birth_date_index=ZHANG, unit_id=WATER_BUREAU, unit_name=unit, holders=holders or everybody, death_reports=deaths,
        stated_at=at(minutes),
    )  # fmt: skip


def opened(
    duty: DutyId = HOSPITAL,
    minutes: float = 0,
    *,
    role: str = "liaison",
    message: str | None = "hospital-visit-liaison",
    lane: str = "urgent",
    cause: str = "stay",
    due_minutes: float = 2880,
) -> DutyOpened:
    return DutyOpened(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule", policy="shuangta-1", kind="visit",
        party="unit", role=role, cause=Cause(kind=cause, at=at(minutes)), due_at=at(due_minutes), message=message, lane=lane,
        opened_at=at(minutes),
    )  # fmt: skip


def greeting(minutes: float = 0) -> DutyOpened:
    return opened(GREETING, minutes, message="weekly-greeting", lane="normal", cause="calendar")


def escalated(
    duty: DutyId = HOSPITAL,
    rung: int = 1,
    minutes: float = 60,
    role: str = "unit-leader",
    message: str | None = "duty-overdue",
) -> DutyEscalated:
    return DutyEscalated(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule", rung=rung, role=role, message=message,
        lane="urgent", escalated_at=at(minutes),
    )  # fmt: skip


def due_soon(
    duty: DutyId = HOSPITAL, minutes: float = 10, *, role: str = "liaison", due_minutes: float = 2880
) -> DutyDueSoon:
    return DutyDueSoon(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule", role=role, due_at=at(due_minutes),
        reminded_at=at(minutes),
    )  # fmt: skip


def done(duty: DutyId = HOSPITAL, minutes: float = 90) -> DutyDone:
    return DutyDone(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule",
        contact_id=ContactId(UUID(int=1)), late=False, done_at=at(minutes),
    )  # fmt: skip


def waived(duty: DutyId = HOSPITAL, minutes: float = 90) -> DutyWaived:
    return DutyWaived(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule", waived_by=CHEN, reason=a_reason("转院外地"),
        waived_at=at(minutes),
    )  # fmt: skip


def superseded(duty: DutyId = HOSPITAL, by: str = "retraction", minutes: float = 30) -> DutySuperseded:
    return DutySuperseded(
        city="shuangta", county="donghu", person_id=ZHANG, duty_id=duty, rule="rule", by=by, superseded_at=at(minutes)
    )


def died(minutes: float = 20) -> DeathReported:
    return DeathReported(
        city="shuangta",
        county="donghu",
        person_id=ZHANG,
        report_id=REPORT,
        source="hospital:双塔市医院",
        reported_at=at(minutes),
    )


def retracted(minutes: float = 40) -> DeathRetracted:
    return DeathRetracted(
        city="shuangta",
        county="donghu",
        person_id=ZHANG,
        report_id=REPORT,
        reason=a_reason("同名"),
        retracted_at=at(minutes),
    )


def accepted(sms_id: SmsId, minutes: float = 1) -> SmsAccepted:
    return SmsAccepted(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, carrier_ref="1", accepted_at=at(minutes)
    )


def delivered(sms_id: SmsId, minutes: float = 2) -> SmsDelivered:
    return SmsDelivered(city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, delivered_at=at(minutes))


def failed(sms_id: SmsId, minutes: float = 2) -> SmsFailed:
    return SmsFailed(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, kind="invalid-number", failed_at=at(minutes)
    )


def unknown(sms_id: SmsId, minutes: float = 2) -> SmsUnknown:
    return SmsUnknown(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, why="no-answer", unknown_at=at(minutes)
    )


def held_back(sms_id: SmsId, why: str = "withdrawn", minutes: float = 2) -> SmsHeldBack:
    return SmsHeldBack(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id, why=why, held_back_at=at(minutes)
    )


def reply(request: SmsRequested, answer: str = "known", minutes: float = 5) -> SmsReplied:
    reply_id = derived("reply", request.sms_id, answer)
    return SmsReplied(
        city="shuangta", county="donghu", person_id=ZHANG, reply_id=reply_id, sms_id=request.sms_id, case_id=request.case_id,
        phone_index=request.phone_index, text=RING.seal(SealedSms, "1", kind="sms-reply", person=reply_id), answer=answer,
        replied_at=at(minutes),
    )  # fmt: skip


def text_of(request: SmsRequested) -> str:
    return RING.open(request.text, kind="sms-text", person=request.sms_id)


def phone_of(request: SmsRequested) -> str:
    return RING.open(request.phone, kind="sms-phone", person=request.sms_id)


def kinds(facts: tuple[Event, ...]) -> list[str]:
    """The names of the facts that were said."""
    return [type(fact).__name__ for fact in facts]
