"""What the tests stand on: one real PostgreSQL and one real Kafka for the run, and a database of its own for each test."""

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from bus.database import Database
from bus.service import Service
from bus.testing import make_schema
from deploy.local.bring_up import KAFKA, POSTGRES
from deploy.local.platform import Platform
from deploy.local.ports import Ports

_numbers = itertools.count(1)


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


@pytest.fixture
async def fresh(postgres: str) -> AsyncIterator[Callable[[Service], object]]:
    """`async with fresh(service) as database`: a new database that holds just this service's schema."""
    made: list[str] = []

    @asynccontextmanager
    async def make(service: Service) -> AsyncIterator[Database]:
        name = f"test_{next(_numbers)}"
        admin = await asyncpg.connect(postgres)
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
        made.append(name)
        dsn = postgres.rsplit("/", 1)[0] + f"/{name}"
        await make_schema(dsn, service.name, service.metadata)
        database = Database(dsn, schema=service.name)
        try:
            yield database
        finally:
            await database.close()

    yield make
    admin = await asyncpg.connect(postgres)
    for name in made:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def repository() -> Path:
    return Path(__file__).resolve().parent.parent
