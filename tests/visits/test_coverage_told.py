"""What Kafka was told of the certificates is read back from it, and whoever cuts off chain and book together is seen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bus.outbox import load_headers
from bus.testing import MORNING, ByHand
from contracts.visits import COVERAGE
from deploy.docker.chain import flaws_of
from deploy.local.platform import Platform
from services.visits.coverage.nightly import counted_request
from services.visits.coverage.told import told_certificates
from services.visits.domain.certificates import Flaw
from services.visits.service import service
from services.visits.store import care_store
from tests.bus import wire
from tests.visits.coverage_city import DAY, enrolled, install, policy
from tests.visits.town import GREETING, REPORTING

NIGHTS = 3


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    install(policy(repository, GREETING, REPORTING))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(1, hand.now))
        yield hand


@pytest.fixture
async def prefix(hand: ByHand, kafka: Platform) -> str:
    """Three nights were certified, and all that was said is told, as the relay tells it."""
    prefix = wire.new_prefix()
    topic = prefix + COVERAGE.name
    wire.make(kafka.brokers, topic)
    for _ in range(NIGHTS):
        await hand.waits(DAY)
        async with hand.database.connection() as connection:
            book = await care_store.books.in_force(connection)
        async with hand.database.transaction() as tx:
            await tx.execute("DELETE FROM outbox")
        await hand.asking.decide([hand.asking.item(await counted_request(hand.database, book))])
        async with hand.database.transaction() as tx:
            rows = await tx.fetch("DELETE FROM outbox WHERE topic = $1 RETURNING *", COVERAGE.name)
        records = [(row["key"].bytes, load_headers(row["headers"]), row["body"]) for row in rows]
        await asyncio.to_thread(wire.put, kafka.brokers, topic, records)
    await asyncio.to_thread(wire.put, kafka.brokers, topic, [(b"x", [("ce_type", b"stranger")], b"{")])
    return prefix


async def test_all_that_was_told_is_read_back_and_the_chain_agrees(hand: ByHand, kafka: Platform, prefix: str) -> None:
    told = await asyncio.to_thread(told_certificates, kafka.brokers, prefix)

    assert [each.number for each in told] == [1, 2, 3]
    assert await flaws_of(hand.database, kafka.brokers, prefix) == []


async def test_who_cuts_off_both_is_seen(hand: ByHand, kafka: Platform, prefix: str) -> None:
    async with hand.database.transaction() as tx:
        await tx.execute("DELETE FROM certificates WHERE number = 3")
        await tx.execute(
            "UPDATE certificate_books SET (number, day, hash) = (SELECT number, day, hash FROM certificates WHERE number = 2)"
        )

    assert await flaws_of(hand.database, kafka.brokers, prefix) == [Flaw(3, "certificate-not-kept")]


async def test_who_takes_away_everything_is_seen(hand: ByHand, kafka: Platform, prefix: str) -> None:
    async with hand.database.transaction() as tx:
        await tx.execute("DELETE FROM certificates")
        await tx.execute("DELETE FROM certificate_books")

    found = await flaws_of(hand.database, kafka.brokers, prefix)

    assert found == [Flaw(n, "certificate-not-kept") for n in (1, 2, 3)]


async def test_where_there_is_no_such_topic_nothing_was_told(hand: ByHand, kafka: Platform) -> None:
    assert await asyncio.to_thread(told_certificates, kafka.brokers, wire.new_prefix()) == []
