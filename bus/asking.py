"""From requests to the road: those that wait together travel together, and each gets its own answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self
from uuid import UUID

import asyncpg
import structlog

from bus import journal, metrics
from bus.database import LOST_RACES, Database, passes_by_waiting
from bus.decisions import Decisions, Rejected, Request
from bus.ids import as_uuid7
from bus.journal import Item, Kind
from bus.road import Road
from contracts.refused import Refused

log = structlog.get_logger()


class SameIdOtherWords(Exception):
    """The id in this field was used for another request: a new one needs a new id. `answer` is what the first was answered."""

    def __init__(self, what: str, field: str, answer: bytes | None) -> None:
        super().__init__(what)
        self.field, self.answer = field, answer


class NotNow(Exception):
    """Nothing was decided, ask again: which rule says so, and why."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule

    @classmethod
    def away(cls, error: Exception) -> Self:
        return cls("database-away", f"数据库暂时不可用（{type(error).__name__}）")


class Asking:
    """The desk of one service: requests of the same moment share a transaction, which is what makes it fast."""

    def __init__(
        self,
        service: str,
        database: Database,
        road: Road,
        tables: Sequence[Decisions[Any]],
        *,
        told: Callable[[], Awaitable[None]],
        desks: int = 2,
        largest: int = 100,
        patience: float = 3.0,
    ) -> None:
        self.service, self.database, self.road = service, database, road
        self._tables = {request: table for table in tables for request in table.asks}
        self._told, self._largest, self._patience = told, largest, patience
        self._waiting: asyncio.Queue[tuple[Item, asyncio.Future[bytes | None]]] = asyncio.Queue(maxsize=5000)
        self._desks = desks
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> list[asyncio.Task[None]]:
        """The desks. One that ends by itself would leave whoever asks there waiting for ever: they must be watched."""
        self._tasks = [asyncio.create_task(self._serve(), name=f"desk-{n}") for n in range(self._desks)]
        return self._tasks

    async def stop(self) -> None:
        """What waits is served first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self._waiting.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def ask(self, request: Request, *, key: UUID | None = None, correlation: UUID | None = None) -> bytes | None:
        """The answer, as JSON. Raises Rejected, SameIdOtherWords, NotNow, or what a defect raised."""
        if not self._tasks:
            raise NotNow("not-ready", "服务正在启动或停止")
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        await self._waiting.put((self.item(request, key=key, correlation=correlation), future))
        return await future

    def item(self, request: Request, *, key: UUID | None = None, correlation: UUID | None = None) -> Item:
        table = self._tables[type(request)]
        id_ = as_uuid7(request.id, request.time)
        words = request.model_dump_json().encode()
        name = type(request).__name__
        return Item(table, Kind.ASKED, id_, key or request.key, name, words, request, correlation or id_, request.time)

    async def first(self, ids: Sequence[UUID], said: str) -> bytes | None:
        """What was answered to the request of one of these ids at whose door this was said; None = nothing yet."""
        names = {table.name for table in self._tables.values()}
        async with self.database.connection() as tables:
            return await journal.first_answer(tables, names, ids, said)

    async def _serve(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self._largest and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._answer(batch)
            except asyncio.CancelledError:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(NotNow("stopping", "服务正在停止"))
                raise
            finally:
                for _ in batch:
                    self._waiting.task_done()

    async def _answer(self, batch: list[tuple[Item, "asyncio.Future[bytes | None]"]]) -> None:
        try:
            outcomes = await self.decide([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait, and is raised there
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    async def decide(self, items: list[Item]) -> list[bytes | Exception | None]:
        """One transaction; a lost race is tried again; what fails for its data is halved until it fails alone."""
        started = time.monotonic()
        pause = 0.02
        while True:
            try:
                return await self._transaction(items)
            except Exception as error:  # noqa: BLE001 - what cannot be waited out is returned to who asked
                if passes_by_waiting(error):
                    if time.monotonic() - started > self._patience and not isinstance(error, LOST_RACES):
                        return [NotNow.away(error)] * len(items)
                    metrics.RETRIES.labels(self.service, "api").inc()
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 0.5)
                    continue
                if len(items) == 1 and isinstance(error, asyncpg.UniqueViolationError):
                    return [_already_there(error)]
                if len(items) == 1:
                    log.error("request failed", type=items[0].type, error=type(error).__name__)
                    return [error]
                half = len(items) // 2
                return await self.decide(items[:half]) + await self.decide(items[half:])

    async def _transaction(self, items: list[Item]) -> list[bytes | Exception | None]:
        for item in items:
            item.failure, item.answer, item.seen = None, None, False
        with metrics.TRANSACTION_SECONDS.labels(self.service, "asked").time():
            async with self.database.transaction() as tx:
                said = await self.road.travel(tx, items)
                seen = [item for item in items if item.seen]
                then = await journal.answers(tx, seen) if seen else {}
        metrics.BATCH_SIZE.labels(self.service, "asked").observe(len(items))
        self.road.committed(items)
        for outcome, n in metrics.outcomes(items).items():
            if n:
                metrics.REQUESTS.labels(self.service, outcome).inc(n)
        if said:
            await self._told()
        return [_outcome(item, then) for item in items]


def _already_there(error: asyncpg.UniqueViolationError) -> Rejected:
    """A unique index ends what a decision cannot see: the race of two states for one value. Its name says table and field."""
    field = str(error.constraint_name).removeprefix(f"{error.table_name}_")
    return Rejected("already-there", "与已有的另一项重复", field, status=409)


def _outcome(item: Item, then: dict[tuple[str, UUID], tuple[bytes, bytes | None]]) -> bytes | Exception | None:
    if item.seen:
        if item.name not in then:
            return NotNow("being-decided", "同一请求正在处理")
        words, answer = then[item.name]
        if item.repeats(words):
            return answer
        assert isinstance(item.subject, Request)
        return SameIdOtherWords(f"{item.type} {item.id}", item.subject.id_field, answer)
    if isinstance(item.failure, Refused):
        return Rejected(item.failure.rule, item.failure.reason, item.failure.field)
    return item.failure if item.failure is not None else item.answer
