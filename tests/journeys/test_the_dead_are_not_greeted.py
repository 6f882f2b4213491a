"""Journey 4: greetings to the dead are the deepest offence; a false report must not cost the living theirs."""

from datetime import time

import pytest

from contracts.gateway import SmsDelivered, SmsHeldBack
from contracts.notify import SmsRequested, SmsWithdrawn
from deploy.local.actors.city import Person
from deploy.local.actors.witness import Sighting
from tests.journeys.quiet import Quiet
from tests.journeys.world import MONDAY, SHANGHAI, World

pytestmark = pytest.mark.journey


async def test_the_dead_are_not_greeted_and_who_was_not_dead_is_greeted_again(world: World, quiet: Quiet) -> None:
    dies, lives, witness = world.somebody("living-alone"), world.somebody("living-alone"), world.witness

    await world.until(MONDAY, "00:05")  # the week has begun, and the night holds its greetings back
    night, greeting = await _greeting(world, dies), await _greeting(world, lives)
    report_id = await world.staff.report_death(dies)
    await witness.sees(SmsWithdrawn, sms_id=night.event.sms_id, why="death")
    await witness.sees(SmsHeldBack, sms_id=night.event.sms_id, why="withdrawn")
    await world.until(MONDAY, "07:01")
    await witness.sees(SmsDelivered, sms_id=greeting.event.sms_id)
    await quiet.comes()
    ledger, mark = await world.carrier.ledger(), witness.mark
    await world.staff.retract_death(dies, report_id)
    again = await witness.sees(SmsRequested, person_id=dies.person_id, template="weekly-greeting", since=mark)
    await witness.sees(SmsDelivered, sms_id=again.event.sms_id)

    assert [
        seen.event.not_before.astimezone(SHANGHAI).time() for seen in (night, greeting) if seen.event.not_before
    ] == [
        time(7),
        time(7),
    ]
    assert ledger.text_of(greeting.event.sms_id) is not None
    assert ledger.text_of(night.event.sms_id) is None


async def _greeting(world: World, person: Person) -> Sighting[SmsRequested]:
    """The SMS that asks for this week's greeting."""
    return await world.witness.sees(
        SmsRequested,
        person_id=person.person_id,
        template="weekly-greeting",
        where=lambda sms: sms.requested_at >= world.week,
    )
