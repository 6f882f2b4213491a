"""What is told of stays: the difference between what is so and what was told, so that each transition is told once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.event import Event
from contracts.medical import (
    AdmissionCancelled,
    DischargeCancelled,
    HospitalReportedDeath,
    HospitalWithdrewDeath,
    PatientAdmitted,
    PatientDischarged,
    PatientTransferred,
)
from services.medical.domain.stays import Patient, Stay


def told(patient: Patient, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """The difference between what is so and what was told, of every stay and every death that is surely this person's."""
    if patient.person_id is None:
        return patient, ()
    facts: list[Event] = []
    stays = dict(patient.stays)
    for visit_id, stay in patient.stays.items():
        about = {"city": patient.city, "county": patient.county, "person_id": patient.person_id}
        about |= {"stay_id": stay.stay_id, "hospital": stay.hospital}
        for step in _steps_of(stay, patient):
            fact, stays[visit_id] = step(stays[visit_id], about, now)
            facts += [fact] if fact is not None else []
    return replace(patient, stays=stays) if facts else patient, tuple(facts)


Step = tuple[Event | None, Stay]


def _steps_of(stay: Stay, patient: Patient) -> list[Callable[[Stay, dict[str, Any], datetime], Step]]:
    """What may be told of it. A report of a death falls whatever the name is by now."""
    is_told_of = patient.is_meant_by(stay) and (stay.told_admitted or not patient.was_not_known_during(stay))
    of_the_stay = [_admission_told, _transfer_told, _end_told] if is_told_of else []
    return of_the_stay + ([_death_told] if stay.told_death or patient.is_named_by(stay) else [])


def _admission_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if stay.is_cancelled and stay.told_admitted:
        cancelled = AdmissionCancelled(**about, cancelled_at=stay.cancelled_at or now)
        return cancelled, replace(stay, round=stay.round + 1, told_admitted=False, told_discharged=False)
    if stay.is_cancelled or stay.told_admitted or stay.began_at is None:
        return None, stay
    admitted = PatientAdmitted(**about, ward=stay.current_ward, admitted_at=stay.began_at)
    return admitted, _with_ward_told(replace(stay, told_admitted=True))


def _transfer_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if not (stay.told_admitted and stay.is_in_another_ward):
        return None, stay
    transferred = PatientTransferred(**about, ward=stay.current_ward, transferred_at=stay.ward_at or now)
    return transferred, _with_ward_told(stay)


def _with_ward_told(stay: Stay) -> Stay:
    """Nowhere, when no ward is known of this stay."""
    is_known = stay.current_ward is not None
    point_of_care, facility = (stay.point_of_care_index, stay.facility_index) if is_known else (None, None)
    return replace(stay, told_point_of_care=point_of_care, told_facility=facility)


def _end_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    if not stay.told_admitted or stay.is_ended == stay.told_discharged:
        return None, stay
    if stay.is_ended:
        ended = PatientDischarged(
            **about, discharged_at=stay.discharged_at or now, recorded_at=stay.discharge_recorded_at
        )
        return ended, replace(stay, told_discharged=True)
    return DischargeCancelled(**about, cancelled_at=stay.reopened_at or now), replace(stay, told_discharged=False)


def _death_told(stay: Stay, about: dict[str, Any], now: datetime) -> Step:
    """Also of a stay that was cancelled, or that never was: a death is the person's."""
    if stay.is_death_reported == stay.told_death:
        return None, stay
    about = {**about, "report_id": stay.report_id}
    if stay.is_death_reported:
        return HospitalReportedDeath(**about, died_at=stay.died_at), replace(stay, told_death=True)
    return HospitalWithdrewDeath(**about), replace(stay, told_death=False)
