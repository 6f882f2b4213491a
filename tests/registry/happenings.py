"""What other services say about Zhang, for the tests of the file."""

from datetime import UTC, datetime, timedelta

from contracts.event import Event
from contracts.ids import CaseId, ContactId, DutyId, HolderId, PersonId, StayId
from contracts.medical import (
    AdmissionCancelled,
    DischargeCancelled,
    HospitalReportedDeath,
    HospitalWithdrewDeath,
    PatientAdmitted,
    PatientDischarged,
    PatientTransferred,
)
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.visits import (
    Cause,
    ContactMade,
    DutyDone,
    DutyEscalated,
    DutyMissed,
    DutyOpened,
    DutySuperseded,
    DutyWaived,
)
from tests.registry.town import CITY, COUNTY, ZHANG, named, sealed_reason

AT = datetime(2026, 5, 10, 8, 0, tzinfo=UTC)
HOSPITAL = "双塔市第一医院"
STAY, DUTY = StayId(named("stay")), DutyId(named("duty"))
CONTACT, CASE, HOLDER = ContactId(named("contact")), CaseId(named("case")), HolderId(named("holder", "联戊"))
REPORT = named("report", 1)
RULE = "hospital-visit"
REFUSED = sealed_reason("家属婉拒探望", HOLDER)


def hours(n: int) -> datetime:
    return AT + timedelta(hours=n)


def admitted(person_id: PersonId = ZHANG) -> PatientAdmitted:
    return PatientAdmitted(
        city=CITY, county=COUNTY, person_id=person_id, stay_id=STAY, hospital=HOSPITAL, admitted_at=AT
    )


def dead(died_at: datetime | None = AT) -> HospitalReportedDeath:
    return HospitalReportedDeath(
        city=CITY, county=COUNTY, person_id=ZHANG, report_id=REPORT, stay_id=STAY, hospital=HOSPITAL, died_at=died_at
    )


def not_dead() -> HospitalWithdrewDeath:
    return HospitalWithdrewDeath(
        city=CITY, county=COUNTY, person_id=ZHANG, report_id=REPORT, stay_id=STAY, hospital=HOSPITAL
    )


def opened() -> DutyOpened:
    return DutyOpened(
        city=CITY, county=COUNTY, person_id=ZHANG, duty_id=DUTY, rule=RULE, policy="2026-1", kind="visit", party="unit",
        role="liaison", cause=Cause(kind="stay", id=STAY, at=AT), due_at=hours(24), opened_at=hours(1),
    )  # fmt: skip


def contact() -> ContactMade:
    return ContactMade(
        city=CITY, county=COUNTY, person_id=ZHANG, contact_id=CONTACT, kind="visit", party="unit", role="liaison",
        strength="in-person", outcome="met", discharged=(DUTY,), made_by=HOLDER, made_at=hours(20), recorded_at=hours(21),
    )  # fmt: skip


def acknowledged() -> CaseAcknowledged:
    return CaseAcknowledged(
        city=CITY, county=COUNTY, person_id=ZHANG, case_id=CASE, duty_id=DUTY, role="liaison", holder_id=HOLDER,
        acknowledged_at=hours(2),
    )  # fmt: skip


def everything() -> list[Event]:
    """One of each that the file hears, at different hours."""
    about = {"city": CITY, "county": COUNTY, "person_id": ZHANG}
    stay = {**about, "stay_id": STAY, "hospital": HOSPITAL}
    duty = {**about, "duty_id": DUTY, "rule": RULE}
    return [
        admitted(),
        opened(),
        acknowledged(),
        PatientTransferred.model_validate({**stay, "transferred_at": hours(3)}),
        CaseHandedOver.model_validate(
            {**about, "case_id": CASE, "duty_id": DUTY, "role": "liaison", "holder_id": HOLDER, "why": "cannot",
             "handed_over_at": hours(4)}
        ),
        PatientDischarged.model_validate({**stay, "discharged_at": hours(5)}),
        DischargeCancelled.model_validate({**stay, "cancelled_at": hours(6)}),
        contact(),
        DutyDone.model_validate({**duty, "contact_id": CONTACT, "late": False, "done_at": hours(22)}),
        DutyMissed.model_validate(
            {**duty, "kind": "visit", "party": "unit", "due_at": hours(24), "missed_at": hours(24)}
        ),
        DutyEscalated.model_validate({**duty, "rung": 1, "role": "unit-leader", "escalated_at": hours(25)}),
        DutyWaived.model_validate({**duty, "waived_by": HOLDER, "reason": REFUSED, "waived_at": hours(26)}),
        DutySuperseded.model_validate({**duty, "by": "duty", "superseded_at": hours(27)}),
        AdmissionCancelled.model_validate({**stay, "cancelled_at": hours(28)}),
    ]  # fmt: skip
