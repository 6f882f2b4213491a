"""A gateway as a process, with PostgreSQL, Kafka and a carrier: what it had begun when it is told to end."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bus import topics
from bus.testing import SHIPPED, ByHand
from contracts.gateway import SmsAccepted
from deploy.local.platform import Platform
from services.gateway.domain import Outgoing, State
from services.gateway.service import service
from tests.gateway.conftest import CarrierProcess, free_port
from tests.gateway.faces import KEYS, MORNING, SMS, request


async def test_a_gateway_that_is_told_to_end_stores_the_answer_that_is_on_its_way(
    fresh: Callable[..., Any], kafka: Platform, own_carrier: CarrierProcess, repository: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(KEYS)
    keys.chmod(0o600)
    await asyncio.to_thread(topics.make, kafka.brokers, prefix="ends.")
    await own_carrier.ask("POST", "/mode", mode="hold")
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(request())
        sender = subprocess.Popen(
            [sys.executable, "-m", "services.gateway", "--roles", "sender"], cwd=repository,
            env=os.environ | {
                "KAFKA_BROKERS": kafka.brokers, "BIFANG_TOPIC_PREFIX": "ends.", "BIFANG_ENVIRONMENT": "test",
                "DATABASE_URL": database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
                "BIFANG_KEYS": str(keys), "BIFANG_PORT": str(free_port()), "BIFANG_SMPP": f"127.0.0.1:{own_carrier.port}",
                "BIFANG_POLICY": str(SHIPPED),
            },
        )  # fmt: skip
        try:
            async with asyncio.timeout(30):
                while not await own_carrier.ledger(SMS):
                    await asyncio.sleep(0.05)
            sender.send_signal(signal.SIGTERM)
            await asyncio.sleep(1)
            await own_carrier.ask("POST", "/mode", mode="normal")
            code = await asyncio.to_thread(sender.wait, 15)
        finally:
            sender.kill()
        said = await hand.said()
        state: Outgoing = await hand.state(Outgoing, SMS)

    assert code == 0
    assert state.state in (State.ACCEPTED, State.DELIVERED)
    assert [type(event) for event in said][:1] == [SmsAccepted]
