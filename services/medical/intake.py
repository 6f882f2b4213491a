"""From the bytes of a message to a request and back to its acknowledgement: the door of the hospitals."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from traceback import extract_tb
from uuid import UUID

import structlog

from bus.asking import Asking, NotNow, SameIdOtherWords
from bus.database import passes_by_waiting
from bus.decisions import Caller, Request
from bus.ids import derived_uuid7
from bus.sealed import KeyRing
from contracts.ids import derived
from contracts.personal import SealedClinical
from services.medical.acknowledge import Outcome, acknowledge
from services.medical.adt import DEFAULT_PROFILE, AdtMessage, SourceProfile, read_adt
from services.medical.hl7 import Flaw, Unreadable, header_of, instant, read
from services.medical.mllp import NotStored
from services.medical.requests import SetMessageAside, Taken, TakeNotice

log = structlog.get_logger()

KINDS = {
    "A01": "admitted",
    "A02": "transferred",
    "A03": "discharged",
    "A06": "admitted",
    "A08": "updated",
    "A11": "cancelled",
    "A13": "reopened",
    "A31": "updated",
}
"""The triggers that concern a stay or a death. Every other is acknowledged, and set aside."""

OF_NO_STAY = "vital-status"
"""What a notice is that says nothing of a stay, but whether the patient lives: from outside the ward, or of no visit."""

HOSPITAL = Caller(person="hospital", role="hospital")
_EPOCH = instant("19700101")


class Intake:
    """One hospital's line. `take` returns the acknowledgement, after the message is committed; else it raises NotStored."""

    def __init__(self, asking: Asking, keys: KeyRing, hospital: str, profile: SourceProfile = DEFAULT_PROFILE) -> None:
        self._asking, self._keys, self._hospital, self._profile = asking, keys, hospital, profile
        self._index = keys.index

    async def take(self, raw: bytes, *, told: str | None = None) -> bytes:
        """AA when it is stored, AE when a human must repair the sender, or us (and it is stored all the same)."""
        request, fault = self._request(raw, told)
        try:
            answer = await self._asking.ask(request.model_copy(update={"by": HOSPITAL}))
        except SameIdOtherWords as then:
            answer = then.answer  # the id is made of the bytes: these are stored, but sealed or read otherwise by now
        except NotNow as reason:
            raise NotStored(str(reason)) from None
        except Exception as error:
            if passes_by_waiting(error):
                raise NotStored(type(error).__name__) from None
            log.error("a message could not be decided about", exc_info=True)
            raise NotStored(type(error).__name__) from None
        at = Taken.model_validate_json(answer or b"").at
        outcome = Outcome.UNREADABLE if fault is not None else Outcome.STORED
        control_id = request.id.hex[-20:]
        return acknowledge(
            raw, outcome, at=at, control_id=control_id, fault=fault, told=told, default=self._profile.default_charset
        )

    def _request(self, raw: bytes, told: str | None) -> tuple[Request, Unreadable | None]:
        try:
            adt = read_adt(read(raw, told=told, default=self._profile.default_charset), self._profile)
            reason = self._why_aside(adt)
            return self._notice(raw, adt) if reason is None else self._aside(raw, *reason), None
        except Unreadable as fault:
            return self._unreadable(raw, fault)
        except Exception as error:  # noqa: BLE001 - one message may not hold up all that wait behind it on its line
            log.error("a message could not be read", error=type(error).__name__, where=_where(error))
            return self._unreadable(raw, Unreadable(Flaw.OF_OURS, "MSH"))

    def _why_aside(self, adt: AdtMessage) -> tuple[str, str] | None:
        """What cannot be placed, and by which field."""
        if not self._profile.publishes(adt.processing_id):
            return "not-production", "MSH-11"
        if adt.trigger not in KINDS:
            return "no-stay-concerned", "MSH-9"
        if adt.resident_id is None:
            fault = next((claim.fault.name for claim in adt.resident_id_claims if claim.fault is not None), None)
            return ("resident-id-" + fault.lower().replace("_", "-") if fault else "no-resident-id"), "PID-3"
        if _is_of_a_stay(adt) or _says_if_the_patient_lives(adt):
            return None
        return ("not-inpatient", "PV1-2") if adt.visit_number else ("no-visit-number", "PV1-19")

    def _notice(self, raw: bytes, adt: AdtMessage) -> TakeNotice:
        assert adt.resident_id is not None
        patient_id = self._index.whole("resident-id", adt.resident_id.number)
        number = adt.visit_number
        visit = ("visit", self._hospital, number) if number else ("no-visit", self._hospital, patient_id)
        message_id = self._message_id(raw)
        ward = adt.ward
        return TakeNotice(
            message_id=message_id,
            patient_id=patient_id,
            visit_id=derived(*visit),
            hospital=self._hospital,
            kind=KINDS[adt.trigger] if _is_of_a_stay(adt) else OF_NO_STAY,  # type: ignore[arg-type]
            at=adt.event_at or adt.sent_at,
            recorded_at=adt.recorded_at,
            admitted_at=adt.admitted_at,
            discharged_at=adt.discharged_at,
            sent_at=adt.sent_at,
            name_index=self._indexed("name", adt.name),
            birth_date_index=self._indexed("birth-date", adt.birth_date.isoformat()) if adt.birth_date else None,
            ward=self._keys.seal(SealedClinical, ward.name, kind="ward", person=patient_id) if ward else None,
            point_of_care_index=self._indexed("ward", ward.point_of_care or ward.name) if ward else None,
            facility_index=self._indexed("ward", ward.facility) if ward else None,
            died=adt.died,
            died_at=adt.died_at,
            raw=self._sealed(raw, message_id),
        )

    def _unreadable(self, raw: bytes, fault: Unreadable) -> tuple[SetMessageAside, Unreadable]:
        return self._aside(raw, "unreadable", fault.place), fault

    def _aside(self, raw: bytes, reason: str, place: str) -> SetMessageAside:
        """Without a header nothing is said of the sender: what stands in its places may be a resident ID or a name."""
        header = header_of(raw, default=self._profile.default_charset)
        source, control_id = (f"{header.field(3)}/{header.field(4)}", header.field(10)) if header.named else ("", "")
        message_id = self._message_id(raw)
        return SetMessageAside(
            message_id=message_id,
            reason=reason,
            place=place,
            source=source[:100].replace("\x00", ""),
            control_id=control_id[:100].replace("\x00", ""),
            sent_at=instant(header.field(7)),
            raw=self._sealed(raw, message_id),
        )

    def _indexed(self, kind: str, text: str) -> UUID | None:
        """None for what holds nothing to be found by: a name of dots is no name."""
        try:
            return self._index.whole(kind, text)
        except ValueError:
            return None

    def _message_id(self, raw: bytes) -> UUID:
        """Source, MSH-10, MSH-7 and the hash of the body: MSH-10 alone is used twice by too many senders."""
        header = header_of(raw, default=self._profile.default_charset)
        sent_at = instant(header.field(7)) or _EPOCH
        assert sent_at is not None
        return derived_uuid7(
            sent_at, self._hospital.encode(), header.field(10).encode(), header.field(7).encode(), sha256(raw).digest()
        )

    def _sealed(self, raw: bytes, message_id: UUID) -> str:
        return b64encode(self._keys.seal_bytes(SealedClinical, raw, kind="hl7", message=message_id)).decode()


def _where(error: Exception) -> str:
    """The line of code that raised it, without its message, which may quote what is personal."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _is_of_a_stay(adt: AdtMessage) -> bool:
    return adt.is_inpatient is True and bool(adt.visit_number)


def _says_if_the_patient_lives(adt: AdtMessage) -> bool:
    """A death wherever it is said. That the patient lives is said along with everything: it must not hide an admission that
    lacks its visit number, or is of a class that nobody told us of.
    """
    return adt.died is True or (adt.died is False and (adt.is_inpatient is False or KINDS[adt.trigger] == "updated"))
