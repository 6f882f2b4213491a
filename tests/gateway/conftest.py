"""A simulated carrier as a process of its own, and a line to it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.ids import SmsId
from services.gateway.access import Access
from services.gateway.domain import Answer
from services.gateway.receipts import Receipt
from services.gateway.session import Ears
from services.gateway.smpp import CarrierLink

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Of those that are left to these tests."""
    for port in range(23000, 23100):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if trial.connect_ex(("127.0.0.1", port)) != 0 and port not in _given:
                _given.add(port)
                return port
    raise RuntimeError("no port from 23000 to 23099 is free")


_given: set[int] = set()


class CarrierProcess:
    """Started, killed without warning, started again with the same ledger."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port, self.control = free_port(), free_port()
        self.ledger_file = folder / "carrier.jsonl"
        self._log = (folder / "carrier.log").open("ab")
        self._options = ("--moment", "0.02", "--hold", "1.0", "--slow", "0.5", *options)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        ports = ("--port", str(self.port), "--control-port", str(self.control), "--ledger", str(self.ledger_file))
        command = [sys.executable, "-m", "services.gateway.carrier", *ports, *self._options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{self.control}/ledger")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError(f"the carrier did not start: {self._log.name}")

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        self._log.close()

    async def ask(self, method: str, path: str, **json: str) -> Any:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.control}") as client:
            answer = await client.request(method, path, json=json or None)
            answer.raise_for_status()
            return answer.json() if answer.content else None

    async def ledger(self, sms_id: SmsId | None = None) -> list[dict[str, Any]]:
        submits: list[dict[str, Any]] = (await self.ask("GET", "/ledger"))["submits"]
        return [line for line in submits if sms_id is None or line["sms_id"] == str(sms_id)]


class Heard:
    """What came in over the line, and how often storing it failed before it worked."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.replies: list[tuple[str, str, str]] = []
        self.late: list[tuple[SmsId, Answer]] = []
        self.fail_next = 0

    @property
    def ears(self) -> Ears:
        return Ears(self._receipt, self._reply, self._late)

    async def _receipt(self, receipt: Receipt) -> None:
        if self.fail_next > 0:
            self.fail_next -= 1
            raise ConnectionError("the database is away")
        self.receipts.append(receipt)

    async def _reply(self, phone: str, to: str, text: str) -> None:
        self.replies.append((phone, to, text))

    async def _late(self, sms_id: SmsId, answer: Answer) -> None:
        self.late.append((sms_id, answer))

    def of(self, sms_id: SmsId) -> list[str]:
        return [receipt.stat for receipt in self.receipts if receipt.sms_id == sms_id]


class Line:
    """A link that runs, and what it heard."""

    def __init__(self, port: int, **access: float) -> None:
        self.heard = Heard()
        values: dict[str, Any] = {"answer_within": 5.0, "reconnect_after": 0.05, "reconnect_at_most": 0.2} | access
        self.link = CarrierLink(Access("127.0.0.1", port, "bifang", "secret", **values), self.heard.ears)
        self._running = asyncio.create_task(self.link.run())

    async def __aenter__(self) -> "Line":
        await until(lambda: self.link.up, 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()
        await asyncio.wait([self._running])


async def until(true: Any, seconds: float = 5.0) -> None:
    """Waits for what must come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrierProcess]:
    """One carrier for all tests of a file that do it no harm."""
    process = CarrierProcess(tmp_path_factory.mktemp("carrier"))
    yield process
    process.stop()


@pytest.fixture
def own_carrier(tmp_path: Path) -> Iterator[CarrierProcess]:
    """A carrier that this test may kill."""
    process = CarrierProcess(tmp_path)
    yield process
    process.stop()


@pytest.fixture
async def line(carrier: CarrierProcess) -> AsyncIterator[Line]:
    async with Line(carrier.port) as line:
        yield line
