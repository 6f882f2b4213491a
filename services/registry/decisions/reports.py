"""What befalls a person is reported: by those who answer for them, or by a hospital."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, FanOut
from contracts.medical import HospitalReportedDeath, HospitalWithdrewDeath
from services.registry import domain
from services.registry.decisions.changes import told
from services.registry.decisions.duplicates import death_goes_on
from services.registry.decisions.states import enrolled, living, not_merged, person, under_care, weighed, who
from services.registry.decisions.survivors import survivors_follow
from services.registry.domain import Person, reports
from services.registry.requests import Recorded
from services.registry.requests.reports import (
    ReportDeath,
    ReportFamilyChange,
    ReportHardship,
    RetractDeath,
    RetractFamilyChange,
    RetractHardship,
)


@person.asked(ReportDeath)
@weighed
def report_death(state: Person, request: ReportDeath, now: datetime) -> Decision[Person]:
    """A report that is known already counts no second time."""
    after, said = domain.report_death(not_merged(state), request.report_id, request.source, request.died_at, now)
    after = domain.write(after, said, now, who(request))
    answer = Recorded(id=request.report_id, recorded_at=now)
    return Decision(after, said, answer, _others_learn(state, after, request.report_id, now))


@person.asked(RetractDeath)
@weighed
def retract_death(state: Person, request: RetractDeath, now: datetime) -> Decision[Person]:
    """Everything that followed from this report is undone; a report nobody made cannot be retracted."""
    after, said = domain.retract_death(enrolled(state), request.report_id, request.reason, now)
    after = domain.write(after, said, now, who(request))
    answer = Recorded(id=request.retraction_id, recorded_at=now)
    return Decision(after, said, answer, _others_learn(state, after, request.report_id, now))


@person.asked(ReportFamilyChange)
def report_family_change(state: Person, request: ReportFamilyChange, now: datetime) -> Decision[Person]:
    decided = reports.report_family_change(
        under_care(state), request.change_id, request.change, request.happened_on, now
    )
    return told(decided, request, request.change_id, now)


@person.asked(RetractFamilyChange)
def retract_family_change(state: Person, request: RetractFamilyChange, now: datetime) -> Decision[Person]:
    """Also of somebody whose care has ended: what was false is false."""
    decided = reports.retract_family_change(enrolled(state), request.change_id, request.reason, now)
    return told(decided, request, request.retraction_id, now)


@person.asked(ReportHardship)
def report_hardship(state: Person, request: ReportHardship, now: datetime) -> Decision[Person]:
    decided = reports.report_hardship(living(state), request.hardship_id, request.hardship, now)
    return told(decided, request, request.hardship_id, now)


@person.asked(RetractHardship)
def retract_hardship(state: Person, request: RetractHardship, now: datetime) -> Decision[Person]:
    decided = reports.retract_hardship(enrolled(state), request.hardship_id, request.reason, now)
    return told(decided, request, request.retraction_id, now)


@person.hears(HospitalReportedDeath)
@weighed
def a_hospital_reports_a_death(state: Person, heard: HospitalReportedDeath, now: datetime) -> Decision[Person]:
    """Medical matched resident ID and name, which is strong enough: from here on it is a death."""
    source = f"hospital:{heard.hospital}"
    placed = domain.placed(state, heard)
    after, said = domain.hospital_reports(placed, heard.report_id, source, heard.died_at, now)
    after = domain.write(after, said, now, source)
    return Decision(after, said, None, _others_learn(state, after, heard.report_id, now))


@person.hears(HospitalWithdrewDeath)
@weighed
def a_hospital_takes_a_death_back(state: Person, heard: HospitalWithdrewDeath, now: datetime) -> Decision[Person]:
    """Everything that followed from its report is undone."""
    source = f"hospital:{heard.hospital}"
    after, said = domain.hospital_withdraws(domain.placed(state, heard), heard.report_id, source, now)
    after = domain.write(after, said, now, source)
    return Decision(after, said, None, _others_learn(state, after, heard.report_id, now))


def _others_learn(before: Person, after: Person, report_id: UUID, now: datetime) -> tuple[FanOut, ...]:
    """Those who survive the person, and the file under which they go on."""
    return (*survivors_follow(before, after, report_id, now), *death_goes_on(before, after, now))
