"""Journey 6: one record that cannot be taken in costs none of the others theirs, and is not lost either."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaProducer

from bus.dead_letters import Letter, read_all
from bus.envelope import Envelope, pack
from bus.ids import derived_uuid7
from bus.replay import Outcome, Replay
from contracts.ids import StayId, derived
from contracts.medical import PatientDischarged
from deploy.local.actors.shape import CITY, HOSPITAL
from tests.journeys.conftest import Expected
from tests.journeys.quiet import Quiet
from tests.journeys.rebuilt import lent
from tests.journeys.world import World

pytestmark = pytest.mark.journey
ALL = 1000


async def test_one_poison_record_among_a_thousand(world: World, quiet: Quiet, expected: Expected) -> None:
    """Its cause lies outside the code: a constraint that somebody left behind in the database of visits."""
    stays = [StayId(derived("poison-journey", world.week, n)) for n in range(ALL)]
    poison, before, expected.letters["visits"] = stays[617], len(_letters(world)), 1

    async with _left_behind(world, f"CHECK (stay_id <> '{poison}')"):
        await _tell(world, stays)
        await quiet.comes()
        arrived, (letter,) = await _heard(world, stays), _letters(world)[before:]
        early = await _replayed(world, letter)
    mended = await _replayed(world, letter)
    again = await _replayed(world, letter)
    await quiet.comes()

    assert arrived == set(stays) - {poison}
    assert letter.said("ce_type") == PatientDischarged.type
    assert letter.said("dead_letter_reason").startswith("CheckViolationError")
    assert str(poison).encode() in letter.body
    assert (early, mended, again) == (Outcome.BURIED, Outcome.REPLAYED, Outcome.SEEN)
    assert await _heard(world, stays) == set(stays)
    expected.letters["visits"] = 2  # the replay that came too early buried it anew


@asynccontextmanager
async def _left_behind(world: World, constraint: str) -> AsyncIterator[None]:
    await world.witness.rows(f"ALTER TABLE visits.stays ADD CONSTRAINT left_behind {constraint}")
    try:
        yield
    finally:
        await world.witness.rows("ALTER TABLE visits.stays DROP CONSTRAINT left_behind")


async def _tell(world: World, stays: list[StayId]) -> None:
    """A thousand discharges on the topic of the stays, as medical says them; of their admissions nothing was heard."""
    people = [person for person in world.city.people if person.category == "with-relatives"]
    async with AIOKafkaProducer(bootstrap_servers=world.platform.brokers) as producer:
        for n, stay_id in enumerate(stays):
            person, now = people[n % len(people)], world.now
            said = PatientDischarged(city=CITY, county=person.county, person_id=person.person_id, stay_id=stay_id,
                                     hospital=HOSPITAL, discharged_at=now - timedelta(minutes=n))  # fmt: skip
            id_ = derived_uuid7(now, stay_id.bytes)
            envelope = Envelope(id_, said.type, "/bifang/medical", said.key, now, id_, id_)
            await producer.send(said.topic.name, said.model_dump_json().encode(), key=str(said.key).encode(),
                                headers=list(pack(envelope)))  # fmt: skip
        await producer.flush()


async def _heard(world: World, stays: list[StayId]) -> set[StayId]:
    rows = await world.witness.rows("SELECT stay_id FROM visits.stays WHERE stay_id = ANY($1)", stays)
    return {row["stay_id"] for row in rows}


def _letters(world: World) -> list[Letter]:
    return read_all(world.platform.brokers, "visits.dead-letters")


async def _replayed(world: World, letter: Letter) -> Outcome:
    async with lent(world.platform, "visits") as visits:
        return (await Replay(visits.service, visits.database).replay(letter)).outcome
