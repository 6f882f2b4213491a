"""What has befallen a person as it was reported: a change in the family, a hardship. A report may be taken back, for good."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import FamilyChanged, FamilyChangeRetracted, HardshipReported, HardshipRetracted
from services.registry.domain.circumstances import Report
from services.registry.domain.person import Decided, Person, about

FAMILY_CHANGE, HARDSHIP = "family-change", "hardship"


def report_family_change(
    person: Person, change_id: UUID, change: str, happened_on: date | None, now: datetime
) -> Decided:
    said = FamilyChanged(**about(person), change_id=change_id, change=change, happened_on=happened_on, reported_at=now)
    return _with(person, Report(change_id, FAMILY_CHANGE, now)), (said,)


def retract_family_change(person: Person, change_id: UUID, reason: SealedCare, now: datetime) -> Decided:
    report = _known(person, change_id, FAMILY_CHANGE, "change_id", "此人没有这一家庭变故的报告")
    if report.retracted_at is not None:
        return person, ()
    said = FamilyChangeRetracted(**about(person), change_id=change_id, reason=reason, retracted_at=now)
    return _with(person, replace(report, retracted_at=now)), (said,)


def report_hardship(person: Person, hardship_id: UUID, hardship: str, now: datetime) -> Decided:
    said = HardshipReported(**about(person), hardship_id=hardship_id, hardship=hardship, reported_at=now)
    return _with(person, Report(hardship_id, HARDSHIP, now)), (said,)


def retract_hardship(person: Person, hardship_id: UUID, reason: SealedCare, now: datetime) -> Decided:
    report = _known(person, hardship_id, HARDSHIP, "hardship_id", "此人没有这一困难的报告")
    if report.retracted_at is not None:
        return person, ()
    said = HardshipRetracted(**about(person), hardship_id=hardship_id, reason=reason, retracted_at=now)
    return _with(person, replace(report, retracted_at=now)), (said,)


def _known(person: Person, report_id: UUID, what: str, field: str, zh: str) -> Report:
    """Only what was reported can be retracted, and only as what it was."""
    report = person.reports.get(report_id)
    if report is None or report.what != what:
        raise Refused(f"{what}-unknown", zh, field)
    return report


def _with(person: Person, report: Report) -> Person:
    return replace(person, reports={**person.reports, report.report_id: report})
