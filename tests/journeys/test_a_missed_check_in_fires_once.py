"""Journey 5: nobody who lives alone goes ungreeted unseen, whatever slept at the hour at which it should be noticed."""

from collections import Counter
from uuid import UUID

import pytest

from contracts.all import OWNERS
from contracts.notify import SmsRequested
from contracts.visits import DutyEscalated, DutyMissed
from tests.journeys.quiet import Quiet
from tests.journeys.world import MONDAY, SUNDAY, THURSDAY, World

pytestmark = pytest.mark.journey
GREETING = "weekly-greeting"


async def test_a_missed_check_in_fires_once(world: World, quiet: Quiet) -> None:
    await _a_new_week(world, quiet)
    alone, witness, mark = world.somebody("living-alone"), world.witness, world.witness.mark

    await world.until(SUNDAY, "23:59")
    await quiet.comes()
    missed_early = _missed(world, mark)
    await world.until(MONDAY, "00:01")
    missed = await witness.sees(DutyMissed, person_id=alone.person_id, rule=GREETING, since=mark)
    await quiet.comes()
    climbed = witness.saw(DutyEscalated, rule=GREETING, since=mark)
    await world.until(MONDAY, "08:01")
    bureau = await witness.sees(DutyEscalated, person_id=alone.person_id, rule=GREETING, since=mark)
    await quiet.comes()

    assert missed_early == {}
    assert climbed == [], "nobody is woken at midnight"
    assert (bureau.event.duty_id, bureau.event.rung, bureau.event.role) == (missed.event.duty_id, 1, "bureau-officer")
    assert _missed(world, mark) == dict.fromkeys(_alone(world), 1)
    assert _told(world, mark) == dict.fromkeys(((who, "bureau-officer") for who in _alone(world)), 1)


async def test_a_missed_check_in_fires_once_also_when_everything_slept_for_three_days(
    world: World, quiet: Quiet
) -> None:
    await _a_new_week(world, quiet)
    await world.until(SUNDAY, "12:00")
    await quiet.comes()
    witness, mark = world.witness, world.witness.mark

    await world.hold(*OWNERS)
    await world.until_while_down(THURSDAY, "10:00")
    await world.release(*OWNERS)
    for who in _alone(world):
        await witness.sees(DutyMissed, person_id=who, rule=GREETING, since=mark, within=30)
        await witness.sees(DutyEscalated, person_id=who, rule=GREETING, rung=2, since=mark)
    await quiet.comes()

    rungs = ("bureau-officer", "organisation-department")
    assert _missed(world, mark) == dict.fromkeys(_alone(world), 1)
    assert _told(world, mark) == dict.fromkeys(((who, role) for who in _alone(world) for role in rungs), 1)


async def _a_new_week(world: World, quiet: Quiet) -> None:
    """Everybody was greeted this week, and is owed the greeting of the next, which has begun."""
    for person in world.city.living_alone():
        await world.staff.record_contact(person, "community-worker", kind="check-in", strength="phone")
    await world.until(SUNDAY, "20:00")
    await world.until(MONDAY, "09:00")
    await quiet.comes()


def _alone(world: World) -> list[UUID]:
    return [person.person_id for person in world.city.living_alone()]


def _missed(world: World, mark: int) -> Counter[UUID]:
    return Counter(seen.event.person_id for seen in world.witness.saw(DutyMissed, rule=GREETING, since=mark))


def _told(world: World, mark: int) -> Counter[tuple[UUID, str]]:
    """The SMS that ask to make sure at once, by person and by who is asked."""
    sms = world.witness.saw(SmsRequested, template="greeting-missed", since=mark)
    return Counter((seen.event.person_id, seen.event.role) for seen in sms)
