"""Journey 1: from a hospital's message to a visit that was made, and one id that leads from the one to the other."""

from collections import Counter
from typing import Any

import pytest

from contracts.gateway import SmsAccepted, SmsDelivered, SmsReplied
from contracts.medical import PatientAdmitted
from contracts.notify import CaseAcknowledged, CaseOpened, SmsRequested
from contracts.visits import ContactMade, DutyDone, DutyOpened
from deploy.local.actors.witness import Sighting
from tests.journeys.world import World

pytestmark = pytest.mark.journey
LIAISON, BUREAU = "hospital-visit-liaison", "hospital-visit-bureau"


async def test_an_admission_becomes_a_visit(world: World) -> None:
    old_li, witness = world.somebody(), world.witness
    of: dict[str, Any] = {"person_id": old_li.person_id}

    async with world.hospital() as hospital:
        await hospital.admits(old_li)
    admitted = await witness.sees(PatientAdmitted, **of)
    owed_by_unit = await witness.sees(DutyOpened, **of, rule=LIAISON)
    owed_by_bureau = await witness.sees(DutyOpened, **of, rule=BUREAU)
    case = await witness.sees(CaseOpened, **of, duty_id=owed_by_unit.event.duty_id)
    sms = await witness.sees(SmsRequested, **of, case_id=case.event.case_id)
    accepted = await witness.sees(SmsAccepted, **of, sms_id=sms.event.sms_id)
    delivered = await witness.sees(SmsDelivered, **of, sms_id=sms.event.sms_id)
    await world.replies(old_li.liaison, "1")
    replied = await witness.sees(SmsReplied, **of, sms_id=sms.event.sms_id)
    known = await witness.sees(CaseAcknowledged, **of, case_id=case.event.case_id)
    discharged = await world.staff.record_contact(old_li, "liaison")
    made = await witness.sees(ContactMade, **of)
    done = await witness.sees(DutyDone, **of, duty_id=owed_by_unit.event.duty_id)

    story: list[Sighting[Any]] = [
        admitted,
        owed_by_unit,
        owed_by_bureau,
        case,
        sms,
        accepted,
        delivered,
        replied,
        known,
    ]
    (message,) = await witness.rows(
        "SELECT id FROM medical.journal WHERE type = 'TakeNotice' ORDER BY clock DESC LIMIT 1"
    )
    assert {seen.headers["ce_correlationid"] for seen in story} == {str(message["id"])}
    assert (await world.carrier.ledger()).text_of(sms.event.sms_id) is not None
    assert discharged == [owed_by_unit.event.duty_id] == list(made.event.discharged)
    assert not done.event.late
    assert BUREAU in {duty["rule"] for duty in await world.staff.duties(old_li)}
    await witness.finds(
        "SELECT true FROM registry.file_lines WHERE person_id = $1 AND what = 'duty.done'", old_li.person_id
    )
    assert Counter(THE_FILE) <= Counter(line["what"] for line in await world.staff.file(old_li))


THE_FILE = (
    *("person.name", "person.resident-id", "person.birth-date", "person.phones", "person.kind", "person.category"),
    *("person.unit-id", "person.community-id", "liaison.assigned", "duty.opened", "stay.admitted", "duty.opened"),
    *("duty.opened", "case.acknowledged", "contact.made", "duty.done"),
)
"""The first duty that was opened is the call of every month; what other journeys did to the calendar may stand beside."""
