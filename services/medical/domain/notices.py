"""What is heard of stays: a hospital's notice is folded into one, a card says whose they are."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.event import Event
from services.medical.domain.stays import Patient, Stay
from services.medical.domain.telling import told


def noticed(patient: Patient, notice: Any, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """A notice is folded into its stay by when it was recorded, not by its arrival; then what is new is told."""
    recorded_at = notice.recorded_at or now
    stay = patient.stays.get(notice.visit_id) or Stay(notice.visit_id, notice.hospital)
    stay = _with_identity(stay, notice, recorded_at)
    if notice.kind == "cancelled":
        stay = replace(stay, cancelled_at=_later(stay.cancelled_at, recorded_at))
    elif notice.kind != "vital-status":
        stay = _with_stay(stay, notice, recorded_at)
    stay = _with_death(stay, notice, recorded_at)
    return told(replace(patient, stays={**patient.stays, stay.visit_id: stay}), now)


def _with_identity(stay: Stay, notice: Any, recorded_at: datetime) -> Stay:
    if notice.name_index is not None and _is_newest(recorded_at, stay.name_recorded_at):
        stay = replace(stay, name_index=notice.name_index, name_recorded_at=recorded_at)
    if notice.birth_date_index is not None and _is_newest(recorded_at, stay.birth_date_recorded_at):
        stay = replace(stay, birth_date_index=notice.birth_date_index, birth_date_recorded_at=recorded_at)
    return stay


def _with_stay(stay: Stay, notice: Any, recorded_at: datetime) -> Stay:
    """What each trigger changes (HL7 v2 chapter 3). A discharge or a transfer proves a stay whose admission was not heard."""
    at = notice.at or recorded_at
    began = notice.admitted_at or at
    stay = replace(stay, first_at=min(began, stay.first_at or began))
    if notice.kind == "admitted" and _is_newest(recorded_at, stay.admission_recorded_at):
        stay = replace(stay, admitted_at=at, admission_recorded_at=recorded_at)
    if notice.kind == "reopened":
        stay = replace(stay, reopened_at=_later(stay.reopened_at, recorded_at))
    ended = _discharge_in(notice, recorded_at)
    if ended is not None and _is_newest(recorded_at, stay.discharge_recorded_at):
        stay = replace(stay, discharged_at=ended, discharge_recorded_at=recorded_at)
    if notice.ward is not None and _is_newest(recorded_at, stay.ward_recorded_at):
        stay = replace(
            stay, ward=notice.ward, point_of_care_index=notice.point_of_care_index, facility_index=notice.facility_index,
            ward_at=at, ward_recorded_at=recorded_at,
        )  # fmt: skip
    return stay


def _discharge_in(notice: Any, recorded_at: datetime) -> datetime | None:
    """When the stay ended, of whatever trigger: a time still to come is a plan, and a reopening repeats what it takes back."""
    at: datetime | None = notice.discharged_at
    if notice.kind == "discharged":
        return notice.at or recorded_at
    return None if notice.kind == "reopened" or at is None or at > recorded_at else at


def _with_death(stay: Stay, notice: Any, recorded_at: datetime) -> Stay:
    """Of whatever trigger, and whatever becomes of the stay. That the patient lives is kept also when no death was heard yet."""
    if notice.died is True:
        stay = replace(stay, death_reported_at=_later(stay.death_reported_at, recorded_at))
    elif notice.died is False:
        stay = replace(stay, death_cleared_at=_later(stay.death_cleared_at, recorded_at))
    if notice.died_at is not None and _is_newest(recorded_at, stay.died_recorded_at):
        stay = replace(stay, died_at=notice.died_at, died_recorded_at=recorded_at)
    return stay


def _later(known: datetime | None, recorded_at: datetime) -> datetime:
    return max(known or recorded_at, recorded_at)


def _is_newest(recorded_at: datetime, known: datetime | None) -> bool:
    """Of two records of one instant, the one that came later."""
    return known is None or recorded_at >= known


def carded(patient: Patient, card: Any, now: datetime) -> tuple[Patient, tuple[Event, ...]]:
    """The person's card: who is in hospital when they come under care is told of now. Lower versions are ignored.

    Where the file was one of two of one person, what is heard from now on is told of the one that goes on.
    """
    if card.version <= patient.card_version:
        return patient, ()
    known = replace(
        patient,
        person_id=card.care_ended.into if card.care_ended and card.care_ended.into else card.person_id,
        city=card.city,
        county=card.county,
        card_version=card.version,
        known_since=patient.known_since or now,
        name_index=card.name_index,
        birth_date_index=card.birth_date_index,
    )
    return told(known, now)
