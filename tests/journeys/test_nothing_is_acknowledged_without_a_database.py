"""Journey 9: PostgreSQL is away for half a minute; who was not acknowledged says it again, and nobody lends a hand."""

import asyncio
import time
from typing import Final

import pytest

from contracts.notify import SmsRequested
from deploy.local.actors.city import Person
from tests.journeys.conftest import Expected
from tests.journeys.quiet import Quiet
from tests.journeys.world import World

pytestmark = pytest.mark.journey
AWAY: Final = 30.0
RECOVERY: Final = 20.0
"""Seconds from the moment at which PostgreSQL answers again to the first acknowledgement."""
_STORED: Final = """
SELECT count(*) FROM medical.journal j JOIN medical.patients p ON p.patient_id = j.key
WHERE j.type = 'TakeNotice' AND p.person_id = ANY($1)
"""


async def test_postgres_is_away_for_half_a_minute(world: World, quiet: Quiet, expected: Expected) -> None:
    expected.restarts = True  # a process that finds no way on ends, and its supervisor starts it again
    patients, later = [world.somebody() for _ in range(3)], world.somebody()
    lines = [Line(world, patient) for patient in patients]
    sending = [asyncio.create_task(line.send()) for line in lines]

    await asyncio.sleep(2)
    await world.hold("postgres")
    down = time.monotonic()
    await asyncio.sleep(AWAY)
    up = time.monotonic()
    await world.release("postgres")
    ready = time.monotonic()
    await asyncio.sleep(2)
    for line in lines:
        line.stopped = True
    await asyncio.wait_for(asyncio.gather(*sending), 60)
    answered = sorted(at for line in lines for at in line.answered)
    async with world.hospital() as hospital:
        await hospital.admits(later)
    await world.witness.sees(
        SmsRequested, person_id=later.person_id, role="liaison", template="hospital-visit-liaison", within=60
    )
    await quiet.comes()

    assert [at for at in answered if down < at < up] == [], "no acknowledgement while nothing can be stored"
    assert min(at for at in answered if at > up) - ready < RECOVERY
    assert await world.witness.value(_STORED, [patient.person_id for patient in patients]) == len(answered)


class Line:
    """One line of the hospital: a patient is moved from ward to ward, and each message is said until it is acknowledged."""

    def __init__(self, world: World, patient: Person) -> None:
        self.answered: list[float] = []
        self.stopped = False
        self._world, self._patient = world, patient

    async def send(self) -> None:
        async with self._world.hospital(patience=120) as hospital:
            visit = await hospital.admits(self._patient)
            self.answered.append(time.monotonic())
            while not self.stopped:
                await hospital.transfers(self._patient, visit, f"4506^^12^^{len(self.answered)}病区")
                self.answered.append(time.monotonic())
                await asyncio.sleep(0.1)
