"""What people feel meanwhile: how long the doors of visits take to answer, and an admission to become a duty."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer

from bench.crowd import PERSON, UNIT_OF
from bench.spent import Spent
from bench.stage import Stage, as_record
from bus import tokens
from bus.sealed import KeyRing
from contracts.ids import PersonId, StayId
from contracts.medical import STAYS, PatientAdmitted

EACH_S = 0.5
PATIENCE_S = 30.0


@dataclass(slots=True)
class Felt:
    """Seconds, each."""

    doors: dict[str, list[float]] = field(default_factory=dict)
    """By what was asked."""
    duties: list[float] = field(default_factory=list)
    """From an admission handed to Kafka until its duty can be read."""

    def has(self, doors: Iterable[str]) -> bool:
        """Whether each was measured at least once."""
        return bool(self.duties) and all(self.doors.get(name) for name in doors)

    @property
    def slowest(self) -> tuple[str, float]:
        return max(((name, max(took)) for name, took in self.doors.items() if took), key=lambda each: each[1])

    def rows(self) -> list[tuple[str, str, str]]:
        name, _ = self.slowest
        asked = sum(map(len, self.doors.values()))
        return [
            (f"slowest of {asked} requests, ms 最慢的请求（{name}）", f"{self.slowest_request_ms:,}", "< 1,000"),
            (
                f"slowest of {len(self.duties)} admissions to its duty, ms 入院到必访",
                f"{self.slowest_duty_ms:,}",
                "< 1,000",
            ),
        ]

    def figures(self, people: int, spent: Spent) -> dict[str, Any]:
        return {
            "people": people, "seconds": round(spent.wall, 1), "slowest_request_ms": self.slowest_request_ms,
            "slowest_admission_ms": self.slowest_duty_ms, "cpu_us_a_person": round(spent.whole / people * 1e6),
        }  # fmt: skip

    @property
    def slowest_request_ms(self) -> int:
        return round(1000 * self.slowest[1])

    @property
    def slowest_duty_ms(self) -> int:
        return round(1000 * max(self.duties))


@asynccontextmanager
async def asked_and_admitted(on: Stage, port: int, people: int, hour: datetime) -> AsyncIterator[Felt]:
    """Twice a second each door is asked about somebody else, and somebody is admitted. `hour`: not after what the clocks show."""
    felt = Felt()
    producer = AIOKafkaProducer(bootstrap_servers=on.brokers, acks="all")
    connection = await asyncpg.connect(on.dsn, server_settings={"search_path": "visits"})
    await producer.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as http:
        somebody = _Somebody(connection, people)
        bureau = _bearer(on, role="bureau-officer", county="蕉城区")
        liaison = _bearer(on, role="liaison", unit=str(await somebody.unit()))
        doors = {
            "GET /duties": partial(_list, bureau),
            "GET /duties, a unit's": partial(_list, liaison),
            "GET /duties?person_id": partial(_of_one, bureau),
            "POST /contacts": partial(_record, bureau),
        }
        asking = [asyncio.create_task(_ask(felt.doors, name, ask, http, somebody, hour)) for name, ask in doors.items()]
        asking.append(asyncio.create_task(_admit(felt, producer, connection, somebody)))
        try:
            yield felt
            while not felt.has(doors) and not any(task.done() for task in asking):  # it was over before any was asked
                await asyncio.sleep(0.05)
        finally:
            for task in asking:
                task.cancel()
            failed = [r for r in await asyncio.gather(*asking, return_exceptions=True) if isinstance(r, Exception)]
            await producer.stop()
            await connection.close()
    if failed:
        raise failed[0]


def _bearer(on: Stage, **who: str) -> dict[str, str]:
    token = tokens.issue(KeyRing.read(on.keys).token_key, person=str(uuid4()), **who)  # type: ignore[arg-type]
    return {"Authorization": f"Bearer {token}"}


class _Somebody:
    """One after the other, all over the table."""

    def __init__(self, connection: Any, people: int) -> None:
        self._connection, self._people, self._n = connection, people, 0
        self._lock = asyncio.Lock()

    async def next(self) -> UUID:
        self._n += 1
        person: UUID = await self.fetchval(f"SELECT {PERSON.format('$1::int')}", 1 + self._n * 7919 % self._people)
        return person

    async def unit(self) -> UUID:
        unit: UUID = await self.fetchval(f"SELECT {UNIT_OF.format('$1::int')}", self._people // 2)
        return unit

    async def fetchval(self, query: str, *args: Any) -> Any:
        async with self._lock:
            return await self._connection.fetchval(query, *args)


Ask = Callable[[httpx.AsyncClient, UUID, datetime], Awaitable[httpx.Response]]


async def _ask(
    took: dict[str, list[float]], name: str, ask: Ask, http: httpx.AsyncClient, somebody: _Somebody, hour: datetime
) -> None:
    while True:
        person = await somebody.next()
        began = time.perf_counter()
        answer = await ask(http, person, hour)
        took.setdefault(name, []).append(time.perf_counter() - began)
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text}")
        await asyncio.sleep(EACH_S)


async def _list(by: dict[str, str], http: httpx.AsyncClient, person: UUID, hour: datetime) -> httpx.Response:
    return await http.get("/duties", headers=by)


async def _of_one(by: dict[str, str], http: httpx.AsyncClient, person: UUID, hour: datetime) -> httpx.Response:
    return await http.get("/duties", headers=by, params={"person_id": str(person)})


async def _record(by: dict[str, str], http: httpx.AsyncClient, person: UUID, hour: datetime) -> httpx.Response:
    made = {"kind": "phone", "strength": "phone", "outcome": "met", "made_at": hour.isoformat()}
    return await http.post("/contacts", headers=by, json={"contact_id": str(uuid4()), "person_id": str(person), **made})


async def _admit(felt: Felt, producer: AIOKafkaProducer, connection: Any, somebody: _Somebody) -> None:
    while True:
        person, stay, now = PersonId(await somebody.next()), StayId(uuid4()), datetime.now(UTC)
        admitted = PatientAdmitted(
            city="宁德市", county="蕉城区", person_id=person, stay_id=stay, hospital="第一医院", admitted_at=now
        )
        key, value, headers = as_record(admitted, now)
        began = time.perf_counter()
        await producer.send(STAYS.name, key=key, value=value, headers=headers)
        while not await somebody.fetchval(
            "SELECT count(*) FROM duties WHERE person_id = $1 AND cause_id = $2", person, stay
        ):
            if time.perf_counter() - began > PATIENCE_S:
                raise TimeoutError(f"the admission of {person} became no duty in {PATIENCE_S} s")
            await asyncio.sleep(0.01)
        felt.duties.append(time.perf_counter() - began)
        await asyncio.sleep(EACH_S)
