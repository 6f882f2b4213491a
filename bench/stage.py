"""The stage of a measurement: a broker and a database of its own, and the programs that run on it."""

import asyncio
import json
import os
import platform as machine
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bus import topics
from bus.envelope import Envelope, pack
from bus.ids import derived_uuid7
from bus.sealed import new_demo_ring
from contracts.event import Event
from deploy.local.platform import INFRASTRUCTURE, Platform
from deploy.local.ports import Ports
from deploy.local.services import POLICY

REPOSITORY = Path(__file__).resolve().parent.parent


class Stage:
    """Kafka and PostgreSQL, empty; everything on it ends with the measurement."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform, self.folder = platform, folder
        self.brokers, self.dsn = platform.brokers, platform.admin_dsn
        self.programs: list[subprocess.Popen[bytes]] = []
        self.keys = folder / "keys.json"

    async def new_topics(self, *names: str) -> None:
        """These topics are empty again."""
        await asyncio.to_thread(self._drop_topics, names)
        await asyncio.to_thread(topics.make, self.brokers)

    def _drop_topics(self, names: Sequence[str]) -> None:
        from kafka.admin import KafkaAdminClient

        admin: Any = KafkaAdminClient(bootstrap_servers=self.brokers)
        admin.delete_topics(list(names))
        while set(names) & set(admin.list_topics()):
            time.sleep(0.1)
        admin.close()

    def run(self, module: str, *arguments: str, port: int, **environment: str) -> subprocess.Popen[bytes]:
        """A program of the system, told where everything is."""
        if not (keys := self.keys).exists():
            keys.write_text(json.dumps(new_demo_ring(["identity", "contact", "clinical", "care", "sms"])))
        told = {
            "KAFKA_BROKERS": self.brokers,
            "DATABASE_URL": self.dsn,
            "BIFANG_ENVIRONMENT": "test",
            "BIFANG_KEYS": str(keys),
            "BIFANG_PORT": str(port),
            "BIFANG_POLICY": POLICY,
        }
        log = (self.folder / f"{module}.log").open("ab")
        program = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **told, **environment},
            cwd=self.folder,  # a plain Faust makes a folder where it stands
            stdout=log,
            stderr=log,
        )
        self.programs.append(program)
        return program

    def wait_ready(self, port: int, seconds: float = 60) -> None:
        """Until /readyz says so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"nothing is ready on port {port}; logs: {self.folder}")

    def end(self, program: subprocess.Popen[bytes]) -> None:
        """Ends one program, and waits for it."""
        program.terminate()
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


@contextmanager
def stage() -> Iterator[Stage]:
    """A fresh stage on free ports, taken down at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bifang-bench-"))
    platform = Platform(folder / "data", Ports.free(), parts=INFRASTRUCTURE)
    platform.start()
    made = Stage(platform, folder)
    try:
        topics.make(made.brokers)
        yield made
    finally:
        for program in made.programs:
            if program.poll() is None:
                made.end(program)
        platform.destroy()
    shutil.rmtree(folder)  # kept, with the logs, when the measurement failed


def as_record(event: Event, at: datetime) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """An event as its producer would put it on Kafka: key, value, headers."""
    body = event.model_dump_json().encode()
    id_: UUID = derived_uuid7(at, event.type.encode(), body)
    return str(event.key).encode(), body, list(pack(Envelope(id_, event.type, "/bench", event.key, at, id_, id_)))


async def produce(brokers: str, events: Sequence[tuple[str, tuple[bytes, bytes, list[tuple[str, bytes]]]]]) -> None:
    """Puts records on their topics as fast as the broker takes them."""
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=brokers, linger_ms=20, max_batch_size=1 << 18, acks="all")
    await producer.start()
    try:
        futures = [await producer.send(topic, key=k, value=v, headers=h) for topic, (k, v, h) in events]
        await asyncio.gather(*futures)
    finally:
        await producer.stop()


def machine_line() -> str:
    """The machine a figure was taken on."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    return f"{os.cpu_count()} × {model}, {machine.system()} {machine.release()}, Python {machine.python_version()}"


def report(title: str, rows: Sequence[tuple[str, str, str]], figures: dict[str, Any]) -> None:
    """A table for people; last, one JSON line for programs."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{title}\n{machine_line()}")
    for column in ("什么 what", "测得 measured", "目标 goal"):
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)
    sys.stdout.write(json.dumps(figures) + "\n")
