"""Journey 3: what a hospital says late means what it would have meant in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.medical import AdmissionCancelled, PatientAdmitted, PatientDischarged
from contracts.visits import DutyOpened
from deploy.local.actors.city import Person
from deploy.local.actors.messages import Trigger
from tests.journeys.quiet import Quiet
from tests.journeys.world import World

pytestmark = pytest.mark.journey


async def test_a_discharge_that_comes_before_its_admission(world: World, quiet: Quiet) -> None:
    in_time, late, mark, hour = world.somebody(), world.somebody(), world.witness.mark, world.hour

    await _says(world, in_time, hour, "A01", "A03")
    await _says(world, late, hour, "A03", "A01")
    await world.witness.sees(DutyOpened, person_id=late.person_id, rule="hospital-visit-bureau", since=mark)
    await quiet.comes()

    assert await _lot(world, late) == await _lot(world, in_time)
    for person in (in_time, late):
        assert len(world.witness.saw(PatientAdmitted, since=mark, person_id=person.person_id)) == 1
        assert len(world.witness.saw(PatientDischarged, since=mark, person_id=person.person_id)) == 1
    assert {rule for rule, *_ in (await _lot(world, late))["owed"]} >= {
        "hospital-visit-liaison",
        "hospital-visit-bureau",
    }


async def test_a_cancellation_that_comes_before_its_admission(world: World, quiet: Quiet) -> None:
    in_time, late, hour = world.somebody(), world.somebody(), world.hour

    await _says(world, in_time, hour, "A01", "A11")
    await world.witness.sees(AdmissionCancelled, person_id=in_time.person_id)
    await _says(world, late, hour, "A11", "A01")
    await quiet.comes()

    assert await _lot(world, late) == await _lot(world, in_time)
    assert world.witness.saw(PatientAdmitted, person_id=late.person_id) == [], "nobody is sent to a stay that never was"


async def _says(world: World, person: Person, hour: datetime, *triggers: Trigger) -> None:
    """An admission an hour before, and what ended it: in this order."""
    at = {"A01": hour - timedelta(hours=1), "A03": hour, "A11": hour}
    async with world.hospital() as hospital:
        visit = hospital.visit(at["A01"])
        for trigger in triggers:
            await hospital.says(trigger, person, visit, at=at[trigger])


async def _lot(world: World, person: Person) -> dict[str, list[Any]]:
    """What hospital and bureau know of this person, without the ids, and what they are owed."""
    stays = await world.witness.rows(
        "SELECT admitted_at, discharged_at, cancelled_at, told_admitted, told_discharged FROM medical.stays s "
        "JOIN medical.patients p ON p.patient_id = s.patient_id WHERE person_id = $1", person.person_id
    )  # fmt: skip
    owed = [(duty["rule"], duty["missed_at"] is not None, duty["rung"]) for duty in await world.staff.duties(person)]
    return {"stays": [tuple(stay) for stay in stays], "owed": sorted(owed)}
