"""Journey 2: hospitals say everything again when an answer is late, and some in another charset."""

from collections import Counter

import pytest

from contracts.medical import PatientAdmitted
from contracts.notify import SmsRequested
from contracts.visits import DutyOpened
from tests.journeys.quiet import Quiet
from tests.journeys.world import World

pytestmark = pytest.mark.journey


async def test_a_message_said_five_times_and_in_two_charsets_is_one_duty_of_each_rule(
    world: World, quiet: Quiet
) -> None:
    old_li, witness, mark = world.somebody(), world.witness, world.witness.mark

    async with world.hospital() as hospital:
        admission = hospital.message("A01", old_li, hospital.visit())
        answers = [(await hospital.send(admission)).answer for _ in range(5)]
        await hospital.send(admission, charset="gb18030")
    await witness.sees(SmsRequested, person_id=old_li.person_id, role="bureau-officer", since=mark)
    await quiet.comes()

    told = witness.saw(SmsRequested, person_id=old_li.person_id, since=mark)
    assert len(set(answers)) == 1, "what is said again is answered as it was"
    assert len(witness.saw(PatientAdmitted, person_id=old_li.person_id)) == 1
    assert Counter(seen.event.rule for seen in witness.saw(DutyOpened, person_id=old_li.person_id, since=mark)) == {
        "hospital-visit-liaison": 1,
        "hospital-visit-bureau": 1,
    }
    assert Counter(seen.event.holder_id for seen in told) == {
        old_li.liaison.holder_id: 1,
        world.city.holder(old_li, "bureau-officer").holder_id: 1,
    }
    taken = (await world.carrier.ledger()).taken
    assert [taken[str(seen.event.sms_id)] for seen in told] == [1, 1]
