"""A service as a process: it waits for what will come, and ends at once when it cannot be relied upon."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from bus.asking import NotNow
from bus.database import Database
from bus.sealed import new_demo_ring
from bus.testing import SHIPPED, ByHand
from deploy.local import postgres
from deploy.local.children import start, until_ready
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.postgres_home import find_home
from deploy.local.wanted import POSTGRES
from tests.bus.outboxes import url
from tests.bus.people import ZHANG
from tests.bus.races.gates import until
from tests.bus.watch import AddNote, service

RUN = "from bus.program import main; from tests.bus.watch import service; main(service)"
A_DESK_THAT_ENDS = "from bus.asking import Asking\nasync def ends(_): return\nAsking._serve = ends\n"

A_CLOCK_THAT_FAILS = """
from bus.clock import Clock
async def fails(_): raise LookupError("topics are missing; `python -m bus.topics` makes them")
Clock.run = fails
"""

UNFIT = """
from dataclasses import replace
from tests.bus import watch
async def recalls(_): return ["this city is another one", "and nobody knows its words"]
watch.service = replace(watch.service, recall=recalls)
"""


class Process:
    """The watch."""

    def __init__(self, repository: Path, keys: Path, database_url: str, before: str, roles: str) -> None:
        self.port = Ports.free()["registry"]
        environment = os.environ | {
            "KAFKA_BROKERS": "127.0.0.1:1", "DATABASE_URL": database_url, "BIFANG_ENVIRONMENT": "test",
            "BIFANG_KEYS": str(keys), "BIFANG_PORT": str(self.port), "BIFANG_POLICY": str(SHIPPED),
        }  # fmt: skip
        self.running = subprocess.Popen(
            [sys.executable, "-c", before + RUN, "--roles", roles], cwd=repository, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    async def answers(self, path: str) -> tuple[int, Any]:
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as http:
                said = await http.get(path)
        except httpx.TransportError:
            return 0, None
        return said.status_code, said.json()

    async def ended(self) -> tuple[int, str]:
        """Its exit code, and why it says that it ended."""
        out, _ = await asyncio.to_thread(self.running.communicate, timeout=30)
        (why,) = [line["reason"] for line in map(json.loads, out.splitlines()) if line["event"] == "the process ends"]
        return self.running.returncode, why


@pytest.fixture
def begun(repository: Path, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(new_demo_ring(["identity"])))
    keys.chmod(0o600)
    processes: list[Process] = []

    def begin(database_url: str, before: str = "", roles: str = "api") -> Process:
        processes.append(Process(repository, keys, database_url, before, roles))
        return processes[-1]

    yield begin
    for process in processes:
        process.running.kill()
        process.running.communicate()


@asynccontextmanager
async def reachable_at(port: int, database: Database) -> AsyncIterator[None]:
    """The server of this database, at this port too."""
    there = database.engine.url

    ends: list[asyncio.StreamWriter] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, words = await asyncio.open_connection(there.host, there.port)
        ends.extend((writer, words))
        await asyncio.gather(_copied(reader, words), _copied(answers, writer))

    server = await asyncio.start_server(pass_on, "127.0.0.1", port)
    yield
    server.close()
    for end in ends:
        end.close()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # one end has gone: so does the other
        while data := await reader.read(1 << 16):
            writer.write(data)
    writer.close()


async def test_it_waits_for_its_database_with_its_doors_open(
    fresh: Callable[..., Any], begun: Callable[..., Process]
) -> None:
    """Were it to end instead, whoever had asked something meanwhile would be cut off, and the log full of its deaths."""
    async with fresh(service) as database:
        port = Ports.free()["postgres"]
        process = begun(url(database).replace(f":{database.engine.url.port}/", f":{port}/"))
        await until(lambda: _is(process, "/healthz", 200))
        await asyncio.sleep(1.5)
        away = await process.answers("/readyz")

        async with reachable_at(port, database):
            await until(lambda: _is(process, "/readyz", 200))

    assert away == (503, {"ready": False, "missing": ["database: not reached yet"]})
    assert process.running.poll() is None


async def test_told_to_stop_while_it_waits_for_its_database_it_begins_nothing(begun: Callable[..., Process]) -> None:
    process = begun(f"postgresql://nobody@127.0.0.1:{Ports.free()['postgres']}/none", roles="api,worker")
    await until(lambda: _is(process, "/healthz", 200))

    process.running.terminate()
    out, _ = await asyncio.to_thread(process.running.communicate, timeout=20)

    told = {line["event"] for line in map(json.loads, out.splitlines())}
    assert (process.running.returncode, told) == (0, {"waiting for the database", "stopping", "stopped"})


async def _is(process: Process, path: str, status: int) -> bool:
    return (await process.answers(path))[0] == status


async def test_a_database_that_acknowledges_before_it_has_written_is_refused(
    fresh: Callable[..., Any], begun: Callable[..., Process], postgres: str
) -> None:
    admin = await asyncpg.connect(postgres)
    async with fresh(service) as database:
        await admin.execute(f'ALTER DATABASE "{database.engine.url.database}" SET synchronous_commit = off')
        await admin.close()

        code, why = await begun(url(database)).ended()

    assert (code, why) == (1, "synchronous_commit is off or local: set it to on (or remote_apply)")


@asynccontextmanager
async def server_with(setting: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a PostgreSQL that runs with one setting more than the platform's own."""
    ports = Ports.free()
    platform = Platform(tmp_path / "data", ports, parts=[POSTGRES])
    with platform:
        pass  # its cluster is made
    safe = postgres.child(platform.places, ports, find_home(platform.places))
    process = await start(replace(safe, argv=(*safe.argv, "-c", setting)), tmp_path, tmp_path / "log")
    try:
        await until_ready(safe)
        yield platform.admin_dsn
    finally:
        process.send_signal(safe.stop_signal)
        await process.wait()
        platform.destroy()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_can_lose_what_it_acknowledged_is_refused(
    begun: Callable[..., Process], tmp_path: Path, setting: str
) -> None:
    async with server_with(f"{setting}=off", tmp_path) as address:
        code, why = await begun(address).ended()

    assert code == 1
    assert why == f"PostgreSQL runs with {setting}=off: what it acknowledges can be lost; set {setting} = on"


async def test_a_desk_that_ends_by_itself_ends_the_process(
    fresh: Callable[..., Any], begun: Callable[..., Process]
) -> None:
    """Whoever asks at a desk where nobody sits would wait for ever."""
    async with fresh(service) as database:
        code, why = await begun(url(database), A_DESK_THAT_ENDS).ended()

    assert code == 1
    assert why.startswith("desk-") and why.endswith("ended by itself")


async def test_why_a_part_ended_is_told_with_its_cure(fresh: Callable[..., Any], begun: Callable[..., Process]) -> None:
    async with fresh(service) as database:
        code, why = await begun(url(database), A_CLOCK_THAT_FAILS, roles="clock").ended()

    assert (code, why) == (1, "Clock: LookupError: topics are missing; `python -m bus.topics` makes them")


async def test_what_the_database_knows_may_stand_in_the_way_of_beginning(
    fresh: Callable[..., Any], begun: Callable[..., Process]
) -> None:
    async with fresh(service) as database:
        assert await begun(url(database), before=UNFIT).ended() == (
            1,
            "this city is another one; and nobody knows its words",
        )


async def test_whoever_asks_before_a_desk_is_open_is_told_so_at_once(hand: ByHand) -> None:
    with pytest.raises(NotNow):
        await hand.asking.ask(AddNote(person_id=ZHANG, note_id=uuid4(), text="见到本人"))
