"""What the tests stand on: one real PostgreSQL and one real Kafka for the run, and a database of its own for each test."""

import itertools
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from bus.database import Database
from bus.service import Service
from bus.testing import make_schema
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.wanted import KAFKA, POSTGRES

if (
    sys.dont_write_bytecode
):  # as containers like it; but a run starts hundreds of processes, and each would compile it all
    _bytecode = TemporaryDirectory(prefix="bifang-bytecode-")  # gone with this process
    sys.dont_write_bytecode, sys.pycache_prefix = False, _bytecode.name
    os.environ["PYTHONPYCACHEPREFIX"] = _bytecode.name
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of this test run alone, as its administrator."""
    platform = Platform(tmp_path_factory.mktemp("postgres") / "data", Ports.free(), parts=[POSTGRES])
    with platform:
        yield platform.admin_dsn
    platform.destroy()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A Kafka of this test run alone. `kafka.brokers` is its address; `kafka.kill("kafka", …)` sends it a signal."""
    platform = Platform(tmp_path_factory.mktemp("kafka") / "data", Ports.free(), parts=[KAFKA])
    with platform:
        yield platform
    platform.destroy()


class Databases:
    """What a test has left is renamed for the next of that service: whoever still holds to it does not find it again."""

    def __init__(self, address: str, admin: asyncpg.Connection) -> None:
        self.admin, self._server = admin, address.rsplit("/", 1)[0]
        self._numbers, self._left = itertools.count(1), defaultdict[str, list[str]](list)

    async def take(self, service: str) -> str:
        """The address of a database that nobody is connected to, with the settings of the server."""
        name = f"test_{next(self._numbers)}"
        if not self._left[service]:
            await self.admin.execute(f"CREATE DATABASE {name}")
        else:
            left = self._left[service].pop()
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
            await self.admin.execute(others, left)
            await self.admin.execute(f"ALTER DATABASE {left} RENAME TO {name}")
            await self.admin.execute(f"ALTER DATABASE {name} RESET ALL")
        return f"{self._server}/{name}"

    def leave(self, service: str, address: str) -> None:
        self._left[service].append(address.rsplit("/", 1)[1])


@pytest.fixture(scope="session")
async def databases(postgres: str) -> AsyncIterator[Databases]:
    databases = Databases(postgres, await asyncpg.connect(postgres))
    yield databases
    await databases.admin.close()


@pytest.fixture
async def fresh(databases: Databases) -> AsyncIterator[Callable[[Service], object]]:
    """`async with fresh(service) as database`: a database of its own that holds just this service's schema."""
    taken: list[tuple[str, str]] = []

    @asynccontextmanager
    async def make(service: Service) -> AsyncIterator[Database]:
        address = await databases.take(service.name)
        taken.append((service.name, address))
        await make_schema(address, service.name, service.metadata)
        database = Database(address, schema=service.name)
        try:
            yield database
        finally:
            await database.close()

    yield make
    for service, address in taken:
        databases.leave(service, address)


@pytest.fixture
def repository() -> Path:
    return Path(__file__).resolve().parent.parent
