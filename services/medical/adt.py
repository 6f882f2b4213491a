"""What an ADT message says, in our types: read once at the door, so that no rule ever meets a delimiter."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from contracts.resident_id import ResidentId
from services.medical.hl7 import DELETED, Flaw, Message, Unreadable, day, instant
from services.medical.location import Location, location_of
from services.medical.patient import Identifier, ResidentIdClaim, death_of, name_of, numbers_of, sex_of


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """How one hospital uses HL7. The defaults are what was seen most; nothing here is guessed from a message.

    `IDCard` is not among `resident_id_types` on purpose: in these feeds it is the hospital's visit card (rule 10).
    `1` is inpatient in HL7 v2 feeds but outpatient in the platform's V3 table: a source that uses that one says so.
    """

    resident_id_types: frozenset[str] = frozenset({"IdentifyNO", "NI", "NNCHN"})
    inpatient: frozenset[str] = frozenset({"I", "IMP", "ACUTE", "NONAC", "1", "住院", "住院病人", "住院患者"})
    not_inpatient: frozenset[str] = frozenset({"O", "E", "P", "R", "B", "AMB", "EMER", "PRENC", "门诊", "急诊", "体检"})
    default_charset: str = "gb18030"
    is_test: bool = False
    visit_is_count: bool = False
    """PV1-19 counts the stays of one patient (3 = the third) and means nothing without the patient's number."""

    def publishes(self, processing_id: str) -> bool:
        """MSH-11 P is real; T and D (and none) publish nothing, unless the whole source is a test."""
        return self.is_test or processing_id == "P"


DEFAULT_PROFILE = SourceProfile()


@dataclass(frozen=True, slots=True)
class AdtMessage:
    """One reading. Empty text and None mean that the message does not say it; what is personal is not printed."""

    control_id: str
    sent_at: datetime | None
    trigger: str
    processing_id: str
    version: str
    accept_ack: str
    application_ack: str
    sending_application: str
    sending_facility: str
    event_at: datetime | None
    recorded_at: datetime | None
    visit_number: str = field(repr=False)
    patient_class: str
    is_inpatient: bool | None
    ward: Location | None = field(repr=False)
    previous_ward: Location | None = field(repr=False)
    admitted_at: datetime | None
    discharged_at: datetime | None
    identifiers: tuple[Identifier, ...] = field(repr=False)
    resident_id_claims: tuple[ResidentIdClaim, ...] = field(repr=False)
    name: str = field(repr=False)
    romanised_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Literal["male", "female"] | None = field(repr=False)
    died: bool | None = field(repr=False)
    died_at: datetime | None = field(repr=False)

    @property
    def resident_id(self) -> ResidentId | None:
        """The one that was proved; None also when two different ones were, because nothing is guessed."""
        proved = {claim.id for claim in self.resident_id_claims if claim.id}
        return proved.pop() if len(proved) == 1 else None


def read_adt(message: Message, profile: SourceProfile = DEFAULT_PROFILE) -> AdtMessage:
    """The reading of an ADT message; Unreadable when it is not one, or names no event or no patient."""
    trigger = _trigger(message)
    if "PID" not in message:
        raise Unreadable(Flaw.NO_PATIENT, "PID")
    code = message.code
    sent_at = instant(code("MSH", 7))
    admitted_at, discharged_at = instant(code("PV1", 44)), instant(code("PV1", 45))
    recorded_at = _fullest([instant(code("EVN", 2)), sent_at])
    numbers, claims = numbers_of(message, profile.resident_id_types)
    name, romanised = name_of(message)
    died, died_at = death_of(message)
    patient_class, is_inpatient = _class(message, profile)
    return AdtMessage(
        control_id=message.text(message.field("MSH", 10)),
        sent_at=sent_at,
        trigger=trigger,
        processing_id=code("MSH", 11),
        version=code("MSH", 12),
        accept_ack=code("MSH", 15),
        application_ack=code("MSH", 16),
        sending_application=code("MSH", 3),
        sending_facility=code("MSH", 4),
        event_at=_event_at(message, trigger, admitted_at, discharged_at, sent_at),
        recorded_at=recorded_at,
        visit_number=_visit(message, profile, numbers),
        patient_class=patient_class,
        is_inpatient=is_inpatient,
        ward=location_of(message, 3),
        previous_ward=location_of(message, 6),
        admitted_at=admitted_at,
        discharged_at=_fullest([discharged_at, recorded_at, sent_at]) if discharged_at else None,
        identifiers=tuple(numbers),
        resident_id_claims=tuple(claims),
        name=name,
        romanised_name=romanised,
        birth_date=day(code("PID", 7)),
        sex=sex_of(message),
        died=died,
        died_at=died_at,
    )


def _trigger(message: Message) -> str:
    """MSH-9.2; EVN-1 where the header is silent."""
    parts = message.components(message.field("MSH", 9))
    if parts[0] and parts[0] != "ADT":
        raise Unreadable(Flaw.NOT_ADT, "MSH-9")
    trigger = (parts[1] if len(parts) > 1 else "") or message.code("EVN", 1)
    if not trigger:
        raise Unreadable(Flaw.NO_TRIGGER, "MSH-9")
    return trigger


def _event_at(
    message: Message, trigger: str, admitted: datetime | None, discharged: datetime | None, sent: datetime | None
) -> datetime | None:
    """When it happened: PV1-44 of an admission, PV1-45 of a discharge, else EVN-6, EVN-2, MSH-7.

    An A06 does not use PV1-44, which then is the arrival as an outpatient.
    """
    own = admitted if trigger == "A01" else discharged if trigger == "A03" else None
    return _fullest([own, instant(message.code("EVN", 6)), instant(message.code("EVN", 2)), sent])


def _fullest(times: list[datetime | None]) -> datetime | None:
    """The first that is said. Many senders cut a time to its day: a midnight gives way to the next that names an hour of it."""
    said = [at for at in times if at]
    if not said or not _is_midnight(said[0]):
        return said[0] if said else None
    return next((at for at in said if at.date() == said[0].date() and not _is_midnight(at)), said[0])


def _is_midnight(at: datetime) -> bool:
    return not (at.hour or at.minute or at.second)


def _class(message: Message, profile: SourceProfile) -> tuple[str, bool | None]:
    """PV1-2 and whether it is a stay in hospital; None for a class that the source's tables do not know.

    The text outranks the code (`1^门诊`): codes differ from place to place, words do not.
    """
    parts = message.components(message.field("PV1", 2))
    for word in (*parts[1:2], parts[0]):
        if word in profile.inpatient or word in profile.not_inpatient:
            return parts[0], word in profile.inpatient
    return ("" if parts[0] == DELETED else parts[0]), None


def _visit(message: Message, profile: SourceProfile, numbers: list[Identifier]) -> str:
    visit = message.code("PV1", 19)
    if not profile.visit_is_count:
        return visit
    return f"{numbers[0].value}/{visit}" if visit and numbers else ""
