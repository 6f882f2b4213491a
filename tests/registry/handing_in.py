"""A roster as it is handed in at the doors, and who is known afterwards."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from bus.database import Database
from bus.testing import MORNING, ByHand, bearer, make_schema
from services.registry.service import lend, service
from tests.registry.town import COUNTY, KEYS, WORDS, build, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
STRANGER = bearer(KEYS, "bureau-officer", county="西区")


@pytest.fixture(scope="module")
async def town(postgres: str) -> AsyncIterator[ByHand]:
    """One for all tests here: each has people of its own, by the numbers of their rows."""
    async with administrator(postgres) as admin:
        await admin.execute("CREATE DATABASE rosters")
    dsn = postgres.rsplit("/", 1)[0] + "/rosters"
    await make_schema(dsn, service.name, service.metadata)
    database = Database(dsn, schema=service.name)
    lend(WORDS)
    hand = ByHand(service, database, MORNING)
    await build(hand)
    await settled(hand)
    yield hand
    await database.close()
    async with administrator(postgres) as admin:
        await admin.execute("DROP DATABASE rosters WITH (FORCE)")


@asynccontextmanager
async def administrator(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client


async def check(doors: httpx.AsyncClient, file: bytes, who: dict[str, str] = OFFICER, **params: str) -> httpx.Response:
    return await doors.post("/roster/check", content=file, headers=who, params=params)


async def take_in(doors: httpx.AsyncClient, file: bytes, rows: str = "all", **params: str) -> httpx.Response:
    return await doors.post("/roster", content=file, headers=OFFICER, params={"rows": rows, **params})


def outcomes(answer: httpx.Response) -> dict[int, str]:
    assert answer.status_code == 200, answer.text
    return {done["row"]: done["outcome"] for done in answer.json()["rows"]}


async def known(town: ByHand, *people: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Who of these rows is under care, as the tables hold it."""
    asked = """SELECT p.person_id, p.resident_id_index, p.unit_id, p.community_id, p.category, a.liaison_id
      FROM people p LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL
      WHERE p.enrolled_at IS NOT NULL AND p.resident_id_index = ANY($1) ORDER BY p.person_id"""
    async with town.database.connection() as connection:
        return [tuple(found) for found in await connection.fetch(asked, [index_of(one) for one in people])]


def index_of(one: Sequence[Any]) -> UUID:
    return KEYS.index.whole("resident-id", one[2])


async def written_down(town: ByHand) -> int:
    """But for the readings: who is known already was looked at."""
    async with town.database.connection() as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM journal WHERE decision <> 'opening'")
        return count
