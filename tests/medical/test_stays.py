"""Whatever order the notices of a stay come in, the same is so in the end: every permutation of short histories."""

from dataclasses import fields, replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from bus.testing import MORNING
from contracts.event import Event
from contracts.ids import PersonId, derived
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
from services.medical.domain import Patient, Stay, noticed
from services.medical.requests import TakeNotice

VISIT, NAME = derived("test", "visit"), derived("test", "name")
ZHANG = Patient(
    derived("test", "patient"), PersonId(derived("test", "zhang")), known_since=MORNING, name_index=NAME, card_version=1
)


def notice(kind: Any, typed: int, *, happened: int | None = None, died: bool | None = None) -> TakeNotice:
    """Typed so many minutes after nine; it happened then too, or earlier."""
    at = MORNING + timedelta(minutes=typed if happened is None else happened)
    return TakeNotice(
        message_id=derived("message", kind, typed), patient_id=ZHANG.patient_id, visit_id=VISIT, hospital="第一医院",
        kind=kind, at=at, recorded_at=MORNING + timedelta(minutes=typed), admitted_at=MORNING, discharged_at=None,
        sent_at=at, name_index=NAME, birth_date_index=None, ward=None, point_of_care_index=None,
        facility_index=None, died=died, died_at=at if died else None, raw="",
    )  # fmt: skip


ADMITTED = notice("admitted", 1, happened=0)
CANCELLED = notice("cancelled", 60)
ADMITTED_AGAIN = notice("admitted", 65, happened=0)
DISCHARGED = notice("discharged", 120)
REOPENED = notice("reopened", 180)
DISCHARGED_AGAIN = notice("discharged", 240, happened=150)
DEAD = notice("vital-status", 200, died=True)
ALIVE = notice("vital-status", 210, died=False)
DEAD_AFTER_ALL = notice("updated", 220, died=True)
HISTORIES: list[tuple[tuple[TakeNotice, ...], list[bool], bool]] = [
    ((ADMITTED, CANCELLED), [], False),
    ((ADMITTED, CANCELLED, ADMITTED_AGAIN), [False], False),
    ((ADMITTED, notice("discharged", 30), CANCELLED, ADMITTED_AGAIN), [False], False),
    ((ADMITTED, DISCHARGED, REOPENED, DISCHARGED_AGAIN), [True], False),
    ((ADMITTED, CANCELLED, ADMITTED_AGAIN, DISCHARGED, REOPENED, DISCHARGED_AGAIN), [True], False),
    ((ADMITTED, DEAD, ALIVE), [False], False),
    ((DEAD, ALIVE, DEAD_AFTER_ALL), [False], True),
    ((ADMITTED, CANCELLED, ADMITTED_AGAIN, DISCHARGED, DEAD, ALIVE), [True], False),
    ((ADMITTED, notice("cancelled", 60, died=True), ADMITTED_AGAIN, REOPENED, DEAD_AFTER_ALL), [False], True),
]
"""What happened; of each stay that stands in the end whether it has ended; whether the person is reported dead."""
OF_THE_TELLING = {
    "round", "told_admitted", "told_discharged", "told_point_of_care", "told_facility", "told_death",
}  # fmt: skip


def lived_through(notices: tuple[TakeNotice, ...]) -> tuple[Patient, list[Event]]:
    patient, said = ZHANG, list[Event]()
    for n, each in enumerate(notices):
        patient, facts = noticed(patient, each, MORNING + timedelta(days=1, seconds=n))
        said += facts
    return patient, said


def is_so(patient: Patient) -> dict[str, Any]:
    """All that a stay knows, but for what was told of it."""
    stay = patient.stays[VISIT]
    return {f.name: getattr(stay, f.name) for f in fields(Stay) if f.name not in OF_THE_TELLING}


def believed(said: list[Event]) -> tuple[list[bool], bool]:
    """What somebody who heard it all holds true: of each stay that stands whether it has ended; whether a death stands."""
    ended: dict[UUID, bool] = {}
    reports: set[UUID] = set()
    for one in said:
        match one:
            case PatientAdmitted():
                assert one.stay_id not in ended, "a stay is told once"
                ended[one.stay_id] = False
            case AdmissionCancelled():
                del ended[one.stay_id]
            case PatientDischarged():
                assert not ended[one.stay_id]
                ended[one.stay_id] = True
            case DischargeCancelled():
                assert ended[one.stay_id]
                ended[one.stay_id] = False
            case HospitalReportedDeath():
                assert one.report_id not in reports
                reports.add(one.report_id)
            case HospitalWithdrewDeath():
                reports.remove(one.report_id)
    return sorted(ended.values()), bool(reports)


@pytest.mark.parametrize(("history", "ended", "dead"), HISTORIES)
def test_every_order_of_arrival_ends_alike(history: tuple[TakeNotice, ...], ended: list[bool], dead: bool) -> None:
    in_order, _ = lived_through(history)

    for order in permutations(history):
        patient, said = lived_through(order)
        assert (is_so(patient), believed(said)) == (is_so(in_order), (ended, dead)), [one.kind for one in order]


def test_what_comes_twice_changes_nothing() -> None:
    history = HISTORIES[4][0]

    once, twice = lived_through(history), lived_through(history + history)

    assert once == twice


def test_a_stay_that_was_taken_back_is_told_under_another_id_when_it_is_typed_again() -> None:
    _, said = lived_through((ADMITTED, CANCELLED, ADMITTED_AGAIN))

    first, taken_back, again = said
    assert isinstance(first, PatientAdmitted)
    assert isinstance(taken_back, AdmissionCancelled)
    assert isinstance(again, PatientAdmitted)
    assert first.stay_id == taken_back.stay_id != again.stay_id


def test_the_time_of_the_newest_record_is_what_is_told() -> None:
    _, said = lived_through((ADMITTED, DISCHARGED, REOPENED, DISCHARGED_AGAIN))

    assert isinstance(said[-1], PatientDischarged)
    assert said[-1].discharged_at == MORNING + timedelta(minutes=150)


def test_the_ward_of_the_newest_record_is_the_one_that_is_told_last() -> None:
    wards = [SealedClinical(f"v1.A256GCM.clinical.k1.{letter * 38}") for letter in "abc"]
    moves = [
        notice(kind, typed).model_copy(update={"ward": ward, "point_of_care_index": derived("test", ward.token)})
        for kind, typed, ward in zip(("admitted", "transferred", "updated"), (1, 30, 60), wards, strict=True)
    ]

    for order in permutations(moves):
        _, said = lived_through(order)
        assert isinstance(said[-1], PatientAdmitted | PatientTransferred)
        assert said[-1].ward == wards[-1]


def test_a_newer_report_without_an_hour_leaves_the_hour_of_death_that_was_said() -> None:
    for order in permutations((DEAD, DEAD_AFTER_ALL.model_copy(update={"died_at": None}))):
        patient, _ = lived_through(order)
        assert patient.stays[VISIT].died_at == DEAD.died_at


def test_nobody_is_told_of_who_is_not_known() -> None:
    stranger = replace(ZHANG, person_id=None, known_since=None)

    patient, said = noticed(stranger, ADMITTED, MORNING)

    assert (said, patient.stays[VISIT].began_at) == ((), MORNING)
