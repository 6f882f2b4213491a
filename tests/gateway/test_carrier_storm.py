"""The carrier is killed again and again while SMS are sent: by its own ledger, none reached it twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.ids import SmsId
from services.gateway.carrier.ledger import Ledger
from services.gateway.domain import NoAnswer, Outgoing, State, answered, claimed, receipt, requested
from tests.gateway.conftest import CarrierProcess, Line, until
from tests.gateway.faces import TEXT, request

SEED = 20260501
SMS_COUNT = 150


class Sender:
    """The sender's loop in small: claim, submit, answer; what comes in is applied as it comes."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.outgoing: dict[SmsId, Outgoing] = {}
        self.in_flight = 0
        """How many were unanswered when the carrier was killed."""

    def ask(self, sms_id: SmsId) -> None:
        wanted = request(sms_id).model_copy(update={"expires_at": None})
        self.outgoing[sms_id] = requested(Outgoing(sms_id), wanted, datetime.now(UTC))[0]

    async def send(self, sms_id: SmsId) -> None:
        while (
            sms := claimed(self.outgoing[sms_id], datetime.now(UTC), timedelta(seconds=30))[0]
        ).state is State.SUBMITTING:
            self.outgoing[sms_id] = sms
            answer = await self.line.link.submit(sms_id, "+8619900001234", TEXT)
            self.in_flight += isinstance(answer, NoAnswer)
            pause = timedelta(milliseconds=50)
            self.outgoing[sms_id] = answered(self.outgoing[sms_id], sms.attempt, answer, datetime.now(UTC), pause)[0]
            await asyncio.sleep(0.06)

    def hear_receipts(self) -> None:
        for heard in self.line.heard.receipts:
            if heard.sms_id is not None:
                self.outgoing[heard.sms_id] = receipt(
                    self.outgoing[heard.sms_id], heard.ref, heard.stat, datetime.now(UTC)
                )[0]


@pytest.fixture
def slow_carrier(tmp_path: Path) -> Iterator[CarrierProcess]:
    """So slow that something is always in flight when it is killed."""
    process = CarrierProcess(tmp_path, "--slow", "0.1", "--mode", "slow")
    yield process
    process.stop()


async def test_no_sms_reaches_the_carrier_twice_though_it_is_killed_in_mid_flight(slow_carrier: CarrierProcess) -> None:
    chance = random.Random(SEED)
    sms_ids = [SmsId(uuid4()) for _ in range(SMS_COUNT)]
    async with Line(slow_carrier.port, window=5) as line:
        sender = Sender(line)
        for sms_id in sms_ids:
            sender.ask(sms_id)
        sending = [asyncio.create_task(_at(chance.uniform(0, 3), sender.send(sms_id))) for sms_id in sms_ids]
        for _ in range(3):
            await asyncio.sleep(chance.uniform(0.2, 0.5))
            slow_carrier.kill()
            await asyncio.to_thread(slow_carrier.start)
        await asyncio.gather(*sending)
        taken = {line["sms_id"] for line in await slow_carrier.ledger()}
        await until(lambda: len({r.sms_id for r in line.heard.receipts}) == len(taken), 10)
        sender.hear_receipts()
        twice = (await slow_carrier.ask("GET", "/ledger"))["taken_twice"]

    ended = Counter(sms.state for sms in sender.outgoing.values())
    assert twice == [], f"seed {SEED}"
    assert sender.in_flight >= 5, f"seed {SEED}: the kills missed"
    assert set(ended) <= {State.DELIVERED, State.UNKNOWN}, f"seed {SEED}: {ended}"
    assert {str(sms_id) for sms_id, sms in sender.outgoing.items() if sms.state is State.DELIVERED} == taken


async def _at(seconds: float, doing: Coroutine[None, None, None]) -> None:
    await asyncio.sleep(seconds)
    await doing


def test_a_line_that_a_kill_left_half_written_is_cut_off(tmp_path: Path) -> None:
    whole = b'{"receipted":"0000000001"}\n'
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(whole + b'{"message_id":"00000')

    ledger = Ledger(file)

    assert ledger.receipted == Counter({"0000000001": 1})
    assert file.read_bytes() == whole


def test_a_part_that_was_taken_twice_would_be_seen(tmp_path: Path) -> None:
    line = '{{"message_id":"{0}","at":"","phone":"86199","source":"","text":"","sms_id":"a","part":{1},"parts":2,"status":{2}}}\n'
    file = tmp_path / "ledger.jsonl"
    file.write_text(line.format(1, 1, 0) + line.format(2, 2, 0) + line.format("", 1, 0x58))
    assert Ledger(file).taken_twice() == []

    file.write_text(file.read_text() + line.format(3, 2, 0))

    assert Ledger(file).taken_twice() == ["a"]
