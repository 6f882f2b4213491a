"""The rules of stays: notices come late, twice and in any order; what is told is each transition, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.event import Event
from contracts.ids import PersonId, StayId, derived
from contracts.medical import (
    AdmissionCancelled,
    DischargeCancelled,
    HospitalReportedDeath,
    HospitalWithdrewDeath,
    PatientAdmitted,
    PatientDischarged,
    PatientTransferred,
)
from contracts.personal import SealedClinical


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit number of one hospital: the newest time of each kind of notice, and what has been told of it.

    A later admission than the cancellation begins a new round: a new stay under the same visit number.
    """

    visit_id: UUID
    hospital: str
    name_index: UUID | None = None
    birth_date_index: UUID | None = None
    first_at: datetime | None = None
    """The earliest time at which any notice places the patient in a bed."""
    admitted_at: datetime | None = None
    cancelled_at: datetime | None = None
    discharged_at: datetime | None = None
    reopened_at: datetime | None = None
    ward: SealedClinical | None = None
    ward_at: datetime | None = None
    died_at: datetime | None = None
    death_reported_at: datetime | None = None
    death_cleared_at: datetime | None = None
    round: int = 0
    told_admitted: bool = False
    told_discharged: bool = False
    told_ward: SealedClinical | None = None
    told_death: bool = False

    @property
    def stay_id(self) -> StayId:
        return StayId(derived("stay", self.visit_id, self.round))

    @property
    def report_id(self) -> UUID:
        return derived("hospital-death", self.visit_id, self.round)

    @property
    def is_cancelled(self) -> bool:
        """The newer of admission and cancellation counts; at the same instant the cancellation, which presupposes the other."""
        return self.cancelled_at is not None and (self.began_at is None or self.cancelled_at >= self.began_at)

    @property
    def began_at(self) -> datetime | None:
        return self.admitted_at or self.first_at

    @property
    def is_ended(self) -> bool:
        return self.discharged_at is not None and (self.reopened_at is None or self.discharged_at > self.reopened_at)

    @property
    def is_death_reported(self) -> bool:
        cleared = self.death_cleared_at
        return self.death_reported_at is not None and (cleared is None or self.death_reported_at > cleared)


@dataclass(frozen=True, slots=True)
class Patient:
    """Who bears one resident ID, as hospitals know them. `person_id` is known once the registry's card has come."""

    patient_id: UUID
    person_id: PersonId | None = None
    city: str = ""
    county: str = ""
    card_version: int = -1
    name_index: UUID | None = None
    birth_date_index: UUID | None = None
    stays: Mapping[UUID, Stay] = field(default_factory=dict)

    def is_meant_by(self, stay: Stay) -> bool:
        """The resident ID agrees already; the name or the birth date must agree too. Nothing is guessed."""
        return self.person_id is not None and (
            (stay.name_index is not None and stay.name_index == self.name_index)
            or (stay.birth_date_index is not None and stay.birth_date_index == self.birth_date_index)
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that was stored and acknowledged, and that says nothing of a known stay: a human looks at it."""

    message_id: UUID
    reason: str = ""
    place: str = ""
    source: str = ""
    control_id: str = ""
    received_at: datetime | None = None


def noticed(patient: Patient, notice: Any, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """A notice is folded into its stay by its own time, not by its arrival; then what is new is told."""
    at = notice.at or now
    before = patient.stays.get(notice.visit_id) or Stay(notice.visit_id, notice.hospital)
    stay = _with_notice(before, notice, at)
    stay = replace(
        stay,
        name_index=notice.name_index or stay.name_index,
        birth_date_index=notice.birth_date_index or stay.birth_date_index,
    )
    return told(replace(patient, stays={**patient.stays, stay.visit_id: stay}), now)


def _with_notice(stay: Stay, notice: Any, at: datetime) -> Stay:
    """What each trigger changes (HL7 v2 chapter 3). A discharge or a transfer proves a stay whose admission was not heard."""
    kind = notice.kind
    if kind == "admitted":
        if (
            stay.is_cancelled
            and stay.cancelled_at is not None
            and at > stay.cancelled_at
            and stay.admitted_at is not None
        ):
            stay = Stay(stay.visit_id, stay.hospital, stay.name_index, stay.birth_date_index, round=stay.round + 1)
        stay = replace(stay, admitted_at=max(at, stay.admitted_at or at))
    elif kind == "cancelled":
        return replace(stay, cancelled_at=max(at, stay.cancelled_at or at))
    elif kind == "reopened":
        stay = replace(stay, reopened_at=max(at, stay.reopened_at or at))
    elif kind == "discharged":
        stay = replace(stay, discharged_at=max(at, stay.discharged_at or at))
    began = notice.admitted_at or at
    stay = replace(stay, first_at=min(began, stay.first_at or began))
    if notice.ward is not None and (stay.ward_at is None or at >= stay.ward_at):
        stay = replace(stay, ward=notice.ward, ward_at=at)
    return _with_death(stay, notice, at)


def _with_death(stay: Stay, notice: Any, at: datetime) -> Stay:
    if notice.died is True:
        return replace(
            stay, death_reported_at=max(at, stay.death_reported_at or at), died_at=notice.died_at or stay.died_at
        )
    if notice.died is False and stay.death_reported_at is not None:
        return replace(stay, death_cleared_at=max(at, stay.death_cleared_at or at))
    return stay


def carded(patient: Patient, card: Any, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """The person's card: whoever was in hospital before they came under care is told of now. Lower versions are ignored."""
    if card.version <= patient.card_version:
        return patient, ()
    known = replace(
        patient,
        person_id=card.person_id,
        city=card.city,
        county=card.county,
        card_version=card.version,
        name_index=card.name_index,
        birth_date_index=card.birth_date_index,
    )
    return told(known, now)


def told(patient: Patient, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """The difference between what is so and what was told, of every stay that is surely this person's."""
    facts: list[Event] = []
    stays = dict(patient.stays)
    for visit_id, stay in patient.stays.items():
        if patient.is_meant_by(stay):
            stays[visit_id] = _told(stay, patient, facts, now)
    return replace(patient, stays=stays) if facts else patient, tuple(facts)


def _told(stay: Stay, patient: Patient, facts: list[Event], now: datetime) -> Stay:
    assert patient.person_id is not None
    about: dict[str, Any] = {"city": patient.city, "county": patient.county, "person_id": patient.person_id}
    about |= {"stay_id": stay.stay_id, "hospital": stay.hospital}
    for step in (_admission_told, _transfer_told, _end_told, _death_told):
        fact, stay = step(stay, about, now)
        facts += [fact] if fact is not None else []
    return stay


Step = tuple[Event | None, Stay]


def _admission_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if stay.is_cancelled and stay.told_admitted:
        cancelled = AdmissionCancelled(**about, cancelled_at=stay.cancelled_at or now)
        return cancelled, replace(stay, told_admitted=False, told_discharged=False)
    if stay.is_cancelled or stay.told_admitted or stay.began_at is None:
        return None, stay
    admitted = PatientAdmitted(**about, ward=stay.ward, admitted_at=stay.began_at)
    return admitted, replace(stay, told_admitted=True, told_ward=stay.ward)


def _transfer_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if not stay.told_admitted or stay.ward is None or stay.told_ward == stay.ward:
        return None, stay
    transferred = PatientTransferred(**about, ward=stay.ward, transferred_at=stay.ward_at or now)
    return transferred, replace(stay, told_ward=stay.ward)


def _end_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if not stay.told_admitted or stay.is_ended == stay.told_discharged:
        return None, stay
    if stay.is_ended:
        return PatientDischarged(**about, discharged_at=stay.discharged_at or now), replace(stay, told_discharged=True)
    return DischargeCancelled(**about, cancelled_at=stay.reopened_at or now), replace(stay, told_discharged=False)


def _death_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    """A cancelled stay tells nothing of its own; a death that was told is still taken back."""
    if stay.is_death_reported == stay.told_death:
        return None, stay
    about = {**about, "report_id": stay.report_id}
    if stay.is_death_reported:
        return HospitalReportedDeath(**about, died_at=stay.died_at), replace(stay, told_death=True)
    return HospitalWithdrewDeath(**about), replace(stay, told_death=False)
