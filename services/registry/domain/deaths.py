"""The most dangerous fact: a person is dead while some report of it stands; no flag is ever set or cleared."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.ids import derived
from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import DeathReported, DeathRetracted
from services.registry.domain.card import state_card
from services.registry.domain.person import Death, Decided, Person


def report_death(person: Person, report_id: UUID, source: str, died_at: datetime | None, now: datetime) -> Decided:
    """A report counts once, however often it is made."""
    if report_id in person.deaths:
        return person, ()
    person = person.with_death(Death(report_id, source, died_at, reported_at=now))
    person, card = state_card(person, now)
    reported = DeathReported(
        city=person.city,
        county=person.county,
        person_id=person.person_id,
        report_id=report_id,
        source=source,
        died_at=died_at,
        reported_at=now,
    )
    return person, (reported, *card)


def retract_death(
    person: Person, report_id: UUID, reason: SealedCare | None, now: datetime, *, source: str | None = None
) -> Decided:
    """Only a report that was made can be retracted, only that one (others may stand), and for good."""
    known = person.deaths.get(report_id)
    if known is None:
        raise Refused("death-report-unknown", f"此人没有编号为 {report_id} 的去世报告", "report_id")
    if known.retracted_at is not None:
        return person, ()
    person, card = state_card(person.with_death(replace(known, retracted_at=now, reason=reason)), now)
    retracted = DeathRetracted(
        city=person.city,
        county=person.county,
        person_id=person.person_id,
        report_id=report_id,
        source=source,
        reason=reason,
        retracted_at=now,
    )
    return person, (retracted, *card)


def hospital_reports(person: Person, of: UUID, source: str, died_at: datetime | None, now: datetime) -> Decided:
    """A hospital has one report for a stay. After a retraction it may say the same again, and that is a new report:
    readers hold the old one retracted for good, and a death must not be lost in it."""
    return report_death(person, _latest(person, of), source, died_at, now)


def hospital_withdraws(person: Person, of: UUID, source: str, now: datetime) -> Decided:
    """The hospital's own report falls, if it stands; one that the family or the bureau made is not touched."""
    latest = _latest(person, of)
    return retract_death(person, latest, None, now, source=source) if latest in person.deaths else (person, ())


def _latest(person: Person, of: UUID) -> UUID:
    """The hospital's report that stands; when the last was retracted, the id that the next will have."""
    report_id = of
    while (death := person.deaths.get(report_id)) is not None and death.retracted_at is not None:
        report_id = derived("death-reported-again", report_id)
    return report_id
