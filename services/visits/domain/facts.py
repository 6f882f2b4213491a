"""What was heard becomes facts about the person: in any order, any number of times, always the same in the end.

Each function answers the very same care when it hears nothing new. None of them opens or closes a duty: `settle` does.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.ids import StayId
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.registry import (
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    HardshipReported,
    PersonCard,
    PersonEnrolled,
)
from services.visits.domain.care import Care, Death, FamilyChange, Hardship, Stay


def enrolled(care: Care, said: PersonEnrolled, now: datetime) -> Care:
    """From now on somebody owes them something. Where a card was heard already, the card knows better."""
    if care.enrolled_at is not None:
        return care
    known = replace(care, enrolled_at=said.enrolled_at)
    if care.card_version is not None:
        return known
    known = replace(known, city=said.city, county=said.county, unit_id=said.unit_id)
    return _classed(known, said.kind, said.category, now)


def carded(care: Care, said: PersonCard, now: datetime) -> Care:
    """The latest card holds; a lower version is ignored, an equal one changes nothing."""
    if care.card_version is not None and said.version <= care.card_version:
        return care
    roles = tuple(sorted({holder.role for holder in said.holders}))
    known = replace(care, city=said.city, county=said.county, unit_id=said.unit_id, community_id=said.community_id)
    known = replace(known, card_version=said.version, roles_held=roles)
    return _classed(known, said.kind, said.category, now)


def _classed(care: Care, kind: str, category: str, now: datetime) -> Care:
    if (care.kind, care.category) == (kind, category):
        return care
    return replace(care, kind=kind, category=category, classed_at=now)


def admitted(care: Care, said: PatientAdmitted, now: datetime) -> Care:
    """A stay counts once, however often we hear of it; the first time we heard is when we knew (row 12)."""
    stay = _stay(care, said.stay_id)
    if stay.heard_at is not None:
        return care
    return _with_stay(care, replace(stay, admitted_at=said.admitted_at, heard_at=now))


def discharged(care: Care, said: PatientDischarged, now: datetime) -> Care:
    """The stay has ended; the visit stays owed. It may be heard before its admission; the newest record counts."""
    stay, recorded_at = _stay(care, said.stay_id), said.recorded_at or said.discharged_at
    if stay.discharge_recorded_at is not None and stay.discharge_recorded_at > recorded_at:
        return care
    return _with_stay(care, replace(stay, discharged_at=said.discharged_at, discharge_recorded_at=recorded_at))


def discharge_cancelled(care: Care, said: DischargeCancelled, now: datetime) -> Care:
    """The stay goes on, unless a later discharge ends it."""
    stay = _stay(care, said.stay_id)
    return _with_stay(
        care, replace(stay, discharge_cancelled_at=_later(stay.discharge_cancelled_at, said.cancelled_at))
    )


def admission_cancelled(care: Care, said: AdmissionCancelled, now: datetime) -> Care:
    """This stay never was: also when its admission is only heard afterwards."""
    stay = _stay(care, said.stay_id)
    return _with_stay(care, replace(stay, cancelled_at=_later(stay.cancelled_at, said.cancelled_at)))


def death_reported(care: Care, said: DeathReported, now: datetime) -> Care:
    """It stands until this very report is retracted (row 15)."""
    death = care.deaths.get(said.report_id) or Death(said.report_id)
    if death.heard_at is not None:
        return care
    return _with_death(care, replace(death, reported_at=said.reported_at, heard_at=now, died_at=said.died_at))


def death_retracted(care: Care, said: DeathRetracted, now: datetime) -> Care:
    """The report was false, also when it is only heard afterwards."""
    death = care.deaths.get(said.report_id) or Death(said.report_id)
    return _with_death(care, replace(death, retracted_at=death.retracted_at or said.retracted_at))


def family_changed(care: Care, said: FamilyChanged, now: datetime) -> Care:
    """One change, once (row 14)."""
    if said.change_id in care.family_changes:
        return care
    change = FamilyChange(said.change_id, said.change, said.happened_on, said.reported_at, now)
    return replace(care, family_changes={**care.family_changes, said.change_id: change})


def hardship_reported(care: Care, said: HardshipReported, now: datetime) -> Care:
    """One hardship, once (row 13)."""
    if said.hardship_id in care.hardships:
        return care
    hardship = Hardship(said.hardship_id, said.hardship, said.reported_at, now)
    return replace(care, hardships={**care.hardships, said.hardship_id: hardship})


def _stay(care: Care, stay_id: StayId) -> Stay:
    return care.stays.get(stay_id) or Stay(stay_id)


def _with_stay(care: Care, stay: Stay) -> Care:
    if care.stays.get(stay.stay_id) == stay:
        return care
    return replace(care, stays={**care.stays, stay.stay_id: stay})


def _with_death(care: Care, death: Death) -> Care:
    report_id: UUID = death.report_id
    if care.deaths.get(report_id) == death:
        return care
    return replace(care, deaths={**care.deaths, report_id: death})


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
