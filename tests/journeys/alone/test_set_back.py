"""Journey 10: PostgreSQL put back to an earlier backup, and, separately, Kafka lost and told again.

Nothing is lost, nothing is doubled, nobody gets a second SMS.
"""

import asyncio
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import storm_facts
from bus import topics
from bus.retell import retell
from contracts.all import OWNERS, TOPICS
from contracts.case_code import case_code
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsReplied
from contracts.medical import AdmissionCancelled, PatientAdmitted, PatientDischarged
from contracts.notify import CaseAcknowledged, CaseOpened, SmsRequested
from contracts.registry import HardshipReported, PersonEnrolled
from contracts.visits import ContactMade, DutyDone, DutyOpened
from deploy.local import jars, kafka
from deploy.local.actors.city import Person
from deploy.local.actors.making import build
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.postgres_home import find_home
from deploy.local.wanted import KAFKA, POSTGRES
from tests.journeys.quiet import Quiet
from tests.journeys.rebuilt import all_differences, lent
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
PATIENCE_S = 240.0
NEWCOMER = build(31).people[30]
"""Somebody who is enrolled only after the backup."""

ONCE: dict[type[Event], str] = {
    PersonEnrolled: "person_id",
    HardshipReported: "hardship_id",
    PatientAdmitted: "stay_id",
    PatientDischarged: "stay_id",
    AdmissionCancelled: "stay_id",
    DutyOpened: "duty_id",
    DutyDone: "duty_id",
    ContactMade: "contact_id",
    CaseOpened: "case_id",
    CaseAcknowledged: "case_id",
    SmsRequested: "sms_id",
    SmsAccepted: "sms_id",
    SmsDelivered: "sms_id",
    SmsReplied: "reply_id",
}
"""What each fact is about: of each thing there is one fact, however often it stands on Kafka."""

PICTURE = {
    "people": "SELECT person_id, category FROM registry.people",
    "files": "SELECT DISTINCT person_id, what, source_id FROM registry.file_lines",
    "stays": "SELECT visit_id, told_admitted, told_discharged, cancelled_at FROM medical.stays",
    "duties": "SELECT duty_id, rule, closed_as, closed_by_id, acknowledged_by, rung FROM visits.duties",
    "contacts": "SELECT contact_id, made_by, made_at FROM visits.contacts",
    "cases": "SELECT case_id, duty_id, acknowledged_at, closed_at, announced FROM notify.cases",
    "replies": "SELECT reply_id, sms_id, answer, heeded FROM notify.replies",
    "sms": "SELECT sms_id, case_id, stage, holder_id, status FROM notify.sms",
    "at the gateway": "SELECT sms_id, state FROM gateway.outgoing",
    "on the way to a handset": "SELECT sms_id, refs FROM gateway.outgoing WHERE state <> 'delivered'",
}
"""What the services hold, but for when they heard of it: that is later in a database that heard it again.

The carrier's numbers of an SMS that has arrived serve nothing any more; one that arrived before it was answered never told
them, and a database that was set back does not learn them again.
"""


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    platform = Platform(tmp_path_factory.mktemp("set-back") / "bifang", Ports.free())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIFANG_ENVIRONMENT", "test")
        with platform:
            async with World.settled(platform) as world:
                yield world
    platform.destroy()


async def test_a_database_put_back_to_an_earlier_backup_learns_again_what_it_knew(world: World, tmp_path: Path) -> None:
    await a_day(world, [world.somebody() for _ in range(3)])
    await all_is_quiet(world)
    await put_aside(world, tmp_path)
    await world.staff.enrol(NEWCOMER)
    await world.staff.assign(NEWCOMER)
    # admitted before that is heard, they would be told of to the unit leader, who stands in as liaison until one is named
    await all_is_quiet(world)
    await a_day(world, [*(world.somebody() for _ in range(5)), NEWCOMER])
    await all_is_quiet(world)
    before = await picture(world)

    await put_back(world, tmp_path)
    await all_is_quiet(world)

    await unchanged(world, before)
    await life_goes_on(world)


async def test_a_kafka_that_was_lost_is_told_again(world: World) -> None:
    await a_day(world, [world.somebody() for _ in range(3)])
    await all_is_quiet(world)
    before = await picture(world)

    await lose_kafka(world)
    async with Witness(world.platform.brokers, world.platform.admin_dsn) as world.witness:
        await tell_again(world)
        await all_is_quiet(world)

        await unchanged(world, before)
        await life_goes_on(world)


# ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def a_day(world: World, people: list[Person]) -> None:
    """All are admitted; one was an error, one goes home; a liaison answers 1, two visit; somebody is in hardship."""
    at_home, mistaken, visited, *_ = people
    async with world.hospital(patience=120) as hospital:
        stays = {person: await hospital.admits(person) for person in people}
        await hospital.discharges(at_home, stays[at_home])
        await hospital.cancels(mistaken, stays[mistaken])
    for person in people:
        await world.witness.sees(SmsDelivered, within=90, person_id=person.person_id)
    told = await world.witness.sees(SmsRequested, person_id=people[-1].person_id, role="liaison")
    await world.witness.sees(SmsDelivered, within=90, sms_id=told.event.sms_id)
    await world.replies(people[-1].liaison, f"1 {case_code(told.event.case_id)}")
    await world.witness.sees(CaseAcknowledged, within=60, case_id=told.event.case_id)
    for person in (at_home, visited):
        assert await world.staff.record_contact(person, "liaison")
    await world.staff.report_hardship(people[-1])


async def put_aside(world: World, folder: Path) -> None:
    """The backup: the cluster's directory, copied while nobody writes."""
    await world.hold(POSTGRES)
    await copied(find_home(world.platform.places).cluster, folder / "backup")
    await world.release(POSTGRES)


async def put_back(world: World, folder: Path) -> None:
    await world.hold(POSTGRES)
    cluster = find_home(world.platform.places).cluster
    shutil.rmtree(cluster)
    await copied(folder / "backup", cluster)
    await world.release(POSTGRES)


async def copied(source: Path, target: Path) -> None:
    """With its owner: PostgreSQL refuses another's."""
    await asyncio.to_thread(lambda: subprocess.run(["cp", "-a", source, target], check=True))


async def lose_kafka(world: World) -> None:
    """Everything Kafka knew is gone: records, topics, groups, the cluster's own name."""
    await world.hold(KAFKA)
    places = world.platform.places
    shutil.rmtree(places.kafka)
    folder = await asyncio.to_thread(jars.fetch, lambda _: None)
    await asyncio.to_thread(kafka.make_format, places, world.platform.ports, kafka.java(), folder)
    await world.release(KAFKA)
    await asyncio.to_thread(topics.make, world.platform.brokers)


async def tell_again(world: World) -> None:
    """`./bifang retell --since 1d --really`"""
    since = datetime.now(UTC) - timedelta(days=1)
    for name in OWNERS:
        async with lent(world.platform, name) as here:
            async for _ in retell(here.database, since):
                pass


async def life_goes_on(world: World) -> None:
    person, mark = world.somebody(), world.witness.mark
    async with world.hospital(patience=120) as hospital:
        await hospital.admits(person)
    sms = await world.witness.sees(SmsRequested, within=90, since=mark, person_id=person.person_id)
    await world.witness.sees(SmsDelivered, within=90, since=mark, sms_id=sms.event.sms_id)


# ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────────────


async def all_is_quiet(world: World) -> None:
    await asyncio.to_thread(world.platform.wait_ready, None, PATIENCE_S)
    async with Quiet(world.witness, world.platform.brokers) as quiet:
        await quiet.comes(PATIENCE_S)


async def picture(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {what: Counter(map(tuple, await world.witness.rows(sql))) for what, sql in PICTURE.items()}
    return found | {"at the carrier": (await world.carrier.ledger()).submits}


async def unchanged(world: World, before: dict[str, Any]) -> None:
    after = await picture(world)
    for what in before:
        assert after[what] == before[what], what
    assert (await world.carrier.ledger()).taken_twice == ()
    facts = await storm_facts.read(world.platform.brokers, TOPICS)
    said_twice = {
        (kind.__name__, key, n) for kind, of in ONCE.items() for key, n in facts.count(kind, of).items() if n > 1
    }
    assert said_twice == set()
    ends = (await topics.look(world.platform.brokers, [f"{owner}.dead-letters" for owner in OWNERS])).ends
    assert sum(ends.values()) == 0
    assert await all_differences(world.platform) == []
