"""Senders of the gateway by hand and with a real carrier, beside one another over one database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bus.asking import Asking
from bus.journal import Item
from bus.running import Running
from bus.testing import ByHand
from contracts.ids import SmsId, derived
from services.gateway.access import Access
from services.gateway.domain import Outgoing, State
from services.gateway.requests import ClaimSms
from services.gateway.sender import LEASE_S, Sender
from services.gateway.service import service
from tests.gateway.conftest import CarrierProcess, until
from tests.gateway.faces import MORNING, RING, SMS

FIFTY = [SmsId(derived("sms", "one of fifty", n)) for n in range(50)]
OTHER = SmsId(derived("sms", "another"))
LEASE = timedelta(seconds=LEASE_S)


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


class Desk(Asking):
    """As every other; but the first claims wait until all senders have read the queue, or they would meet by luck."""

    meeting: asyncio.Barrier
    _met = False

    async def decide(self, items: list[Item]) -> list[bytes | Exception | None]:
        if not self._met:
            self._met = True
            await self.meeting.wait()
        return await super().decide(items)


class Beside(Running):
    """A sender, and what it needs of a service that runs: a desk of its own over the database that it shares with others.

    There is no Kafka to catch up with.
    """

    def __init__(self, hand: ByHand, carrier: CarrierProcess, window: int, meeting: asyncio.Barrier) -> None:
        self.keys, self.database = RING, hand.database
        desk = Desk(service.name, hand.database, hand.road, service.decisions, told=_nobody)
        desk.meeting = meeting
        self.asking = desk
        self.sender = Sender(self, Access("127.0.0.1", carrier.port, "bifang", "secret", window=window))

    async def caught_up(self) -> None:
        """At once."""

    def begins(self) -> None:
        self.asking.start()
        self.sending = asyncio.create_task(self.sender.run())

    async def ends(self) -> None:
        """As the service does when it is stopped: the parts first, then the desk."""
        await self.sender.stop()
        await self.asking.stop()
        await asyncio.wait([self.sending], timeout=10)

    async def dies(self) -> None:
        """Nothing that its sender still hears is stored."""
        await self.asking.stop()
        self.sending.cancel()


@asynccontextmanager
async def senders(
    hand: ByHand, carrier: CarrierProcess, count: int, *, window: int = 50
) -> AsyncIterator[list[Beside]]:
    """So many alive at once, each with a line of its own; when there is something to claim, all see the same queue."""
    meeting = asyncio.Barrier(count)
    beside = [Beside(hand, carrier, window, meeting) for _ in range(count)]
    for one in beside:
        one.begins()
    try:
        for one in beside:
            await until(lambda link=one.sender.link: link.up, 10)
        yield beside
    finally:
        for one in beside:
            await one.ends()


async def _nobody() -> None:
    """The outbox is read by hand."""


async def state(hand: ByHand, sms_id: SmsId = SMS) -> Outgoing:
    found: Outgoing = await hand.state(Outgoing, sms_id)
    return found


async def comes(hand: ByHand, wanted: State, *sms_ids: SmsId, within: float = 20) -> None:
    """Until all of them are there."""
    async with asyncio.timeout(within):
        while {(await state(hand, sms_id)).state for sms_id in sms_ids} != {wanted}:
            await asyncio.sleep(0.1)


async def the_carrier_has(carrier: CarrierProcess, count: int) -> None:
    """Until it has taken so many."""
    async with asyncio.timeout(10):
        while len(await carrier.ledger()) < count:
            await asyncio.sleep(0.02)


async def somebody_waits_for_a_lock(hand: ByHand) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10), hand.database.connection() as connection:
        while not await connection.fetch(waiting):
            await asyncio.sleep(0.02)


async def claims(hand: ByHand) -> int:
    async with hand.database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM journal WHERE type = 'ClaimSms'")
    return found


def claim(n: int = 1, sms_id: SmsId = SMS) -> ClaimSms:
    return ClaimSms(claim_id=derived("claim", n), sms_id=sms_id, lease_s=LEASE_S)
