"""What was heard becomes facts about the person: in any order, any number of times, always the same in the end.

Each function answers the very same care when it hears nothing new. None of them opens or closes a duty: `settle` does.
"""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from contracts.held import held
from contracts.ids import StayId
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.registry import (
    AbsenceEnded,
    AbsenceReported,
    CareEnded,
    CareResumed,
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    FamilyChangeRetracted,
    HardshipReported,
    HardshipRetracted,
    PersonCard,
    PersonClassed,
    PersonEnrolled,
    PostFilled,
    PostVacant,
    SituationBegan,
    SituationEnded,
)
from services.visits.domain.care import Care, Classed
from services.visits.domain.causes import ABSENCE, CARE_ENDED, SITUATION
from services.visits.domain.happened import begun, over, with_happening
from services.visits.domain.happenings import Death, Discharged, Happening, Stay
from services.visits.domain.moves import moved
from services.visits.domain.stays import with_its_end


def enrolled(care: Care, said: PersonEnrolled, now: datetime) -> Care:
    """From now on somebody owes them something. Where a card was heard already, the card knows better."""
    if care.enrolled_at is not None:
        return care
    known = replace(care, enrolled_at=said.enrolled_at)
    if care.card_version is not None:
        return known
    known = replace(known, city=said.city, unit_id=said.unit_id)
    return _classed(
        known, now, None, county=said.county, kind=said.kind, category=said.category, rank=said.rank
    )  # fmt: skip


def carded(care: Care, said: PersonCard, now: datetime) -> Care:
    """The latest card holds; a lower version is ignored, an equal one changes nothing.

    A change of class may be heard before the card that shows it: a card from before it knows less.
    """
    if care.card_version is not None and said.version <= care.card_version:
        return care
    known = moved(care, said.unit_id, said.stated_at, now)
    known = replace(
        known, city=said.city, unit_id=said.unit_id, unit_name=said.unit_name, community_id=said.community_id
    )
    known = replace(known, card_version=said.version, held=held(said.holders))
    known = replace(known, wishes=said.wishes, hours=said.hours, ask_first=said.ask_first)
    known = replace(known, birth_year=said.birth_year, birthday=said.birthday)
    if care.reclassed_at is not None and (said.classed_at is None or said.classed_at < care.reclassed_at):
        return _classed(known, now, care.reclassed_at, county=said.county)
    return _classed(
        known, now, said.classed_at, county=said.county, kind=said.kind, category=said.category, rank=said.rank
    )  # fmt: skip


def reclassed(care: Care, said: PersonClassed, now: datetime) -> Care:
    """Another class is a happening, too: its code is the new category, or what else alone has changed."""
    field = next(name for name in ("category", "kind", "rank") if name in said.fields)
    care = begun(care, said.change_id, "class-changed", getattr(said, field) or "", _day(care, said.happened_on), now)
    if care.kind is None or (care.reclassed_at is not None and said.classed_at <= care.reclassed_at):
        return care
    return _classed(care, now, said.classed_at, kind=said.kind, category=said.category, rank=said.rank)


def _classed(care: Care, now: datetime, reclassed_at: datetime | None, **of: Any) -> Care:
    if all(getattr(care, name) == value for name, value in of.items()):
        return care if care.reclassed_at == reclassed_at else replace(care, reclassed_at=reclassed_at)
    if care.kind is not None:
        was = Classed(care.county, care.kind, care.category, care.rank, care.classed_at, care.reclassed_at)
        care = replace(care, former=(*care.former, was))
    return replace(care, classed_at=now, reclassed_at=reclassed_at, **of)


def admitted(care: Care, said: PatientAdmitted, now: datetime) -> Care:
    """A stay counts once, however often we hear of it; the first time we heard is when we knew (row 12)."""
    stay = _stay(care, said.stay_id)
    if stay.heard_at is not None:
        return care
    return _with_stay(care, replace(stay, admitted_at=said.admitted_at, heard_at=now))


def discharged(care: Care, said: PatientDischarged, now: datetime) -> Care:
    """The stay has ended; the visit stays owed. It may be heard before its admission; the newest record counts.

    Since when we know of it the first record says: who writes a discharge down again does not put off what follows from it.
    """
    stay, recorded_at = _stay(care, said.stay_id), said.recorded_at or said.discharged_at
    if any(one.recorded_at == recorded_at for one in stay.discharges):
        newest = stay.discharge_recorded_at == recorded_at
        return _with_stay(care, replace(stay, discharged_at=said.discharged_at)) if newest else care
    stay = replace(stay, discharges=(*stay.discharges, Discharged(recorded_at, now)))
    if stay.discharge_recorded_at is None or stay.discharge_recorded_at < recorded_at:
        stay = replace(stay, discharged_at=said.discharged_at, discharge_recorded_at=recorded_at)
    return _with_stay(care, stay)


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
    return begun(care, said.change_id, "family-changed", said.change, _day(care, said.happened_on), now)


def hardship_reported(care: Care, said: HardshipReported, now: datetime) -> Care:
    """One hardship, once (row 13)."""
    return begun(care, said.hardship_id, "hardship-reported", said.hardship, said.reported_at, now)


def family_change_retracted(care: Care, said: FamilyChangeRetracted, now: datetime) -> Care:
    """It never was: also when it is only heard afterwards."""
    return retracted(care, said.change_id, "family-changed", now)


def hardship_retracted(care: Care, said: HardshipRetracted, now: datetime) -> Care:
    return retracted(care, said.hardship_id, "hardship-reported", now)


def situation_began(care: Care, said: SituationBegan, now: datetime) -> Care:
    """Several may stand at once, each until its own end (row 21)."""
    at = _day(care, said.began_on) or said.reported_at
    return begun(care, said.situation_id, SITUATION, said.situation, at, now)


def situation_ended(care: Care, said: SituationEnded, now: datetime) -> Care:
    return over(care, said.situation_id, SITUATION, _day(care, said.ended_on) or said.reported_at, now)


def absence_reported(care: Care, said: AbsenceReported, now: datetime) -> Care:
    """Until its end, which is asked after (★46): expected now, or heard already."""
    care = begun(care, said.absence_id, ABSENCE, said.absence, said.from_at, now)
    one = care.happenings[said.absence_id]
    return care if one.until is not None else over(care, said.absence_id, ABSENCE, said.until_at, now)


def absence_ended(care: Care, said: AbsenceEnded, now: datetime) -> Care:
    """Earlier or later than was expected."""
    return over(care, said.absence_id, ABSENCE, said.ended_at, now)


def care_ended(care: Care, said: CareEnded, now: datetime) -> Care:
    """Nothing more is owed from here, until this very end is taken back."""
    care = begun(care, said.end_id, CARE_ENDED, said.why, said.ended_at, now)
    return with_happening(care, replace(care.happenings[said.end_id], into=said.into))


def care_resumed(care: Care, said: CareResumed, now: datetime) -> Care:
    return over(care, said.end_id, CARE_ENDED, said.resumed_at, now)


def post_vacant(care: Care, said: PostVacant, now: datetime) -> Care:
    """Nobody holds a role that somebody must hold for this person (row 06)."""
    return begun(care, said.vacancy_id, "post-vacant", said.role, said.since, now)


def post_filled(care: Care, said: PostFilled, now: datetime) -> Care:
    return over(care, said.vacancy_id, "post-vacant", said.filled_at, now)


def notice_heard(care: Care, id_: UUID, event: str, what: str, until: datetime | None, now: datetime) -> Care:
    """A notice is one happening, its being unanswered another; the end of what it warns of is told with it."""
    care = begun(care, id_, event, what, now, now)
    return care if until is None else over(care, id_, event, until, now)


def retracted(care: Care, id_: UUID, event: str, now: datetime) -> Care:
    """There was no ground for any of it, also when its beginning is only heard afterwards."""
    one = care.happenings.get(id_) or Happening(id_, event)
    return care if one.retracted_at is not None else with_happening(care, replace(one, retracted_at=now))


def _day(care: Care, day: date | None) -> datetime | None:
    return datetime.combine(day, time(), care.policy.zone) if day is not None else None


def _stay(care: Care, stay_id: StayId) -> Stay:
    return care.stays.get(stay_id) or Stay(stay_id)


def _with_stay(care: Care, stay: Stay) -> Care:
    stay = with_its_end(stay)
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
