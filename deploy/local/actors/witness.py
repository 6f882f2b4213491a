"""Whoever must prove what happened: sees every fact on Kafka from its start on, and may look into every table."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar

import asyncpg
from aiokafka import AIOKafkaConsumer

from bus.envelope import read_body
from contracts.all import TOPICS
from contracts.event import Event

E = TypeVar("E", bound=Event)
_LOOK_S: Final = 0.02


class Sighting(NamedTuple, Generic[E]):
    """One fact as it stood on Kafka."""

    event: E
    headers: dict[str, str]
    at: datetime
    """When the broker wrote it down."""


class NotSeen(Exception):
    """What was awaited did not come."""

    def __init__(self, what: str, within: float) -> None:
        super().__init__(f"{what}: not within {within:.0f} s")
        self.what, self.within = what, within


class Witness:
    """In no consumer group: looking moves nobody's mark. Everything it saw is kept, so that nothing is missed by being early."""

    def __init__(self, brokers: str, admin_dsn: str, *, topics: Iterable[str] = ()) -> None:
        """`topics`: all that the contracts declare, unless some are named."""
        self.seen: list[Sighting[Event]] = []
        self._brokers, self._dsn, self._topics = brokers, admin_dsn, tuple(topics) or tuple(TOPICS)
        self._consumer: Any = None
        self._pool: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._more = asyncio.Event()

    async def start(self) -> None:
        """From here on nothing escapes it."""
        self._pool = await asyncpg.create_pool(self._dsn, min_size=0, max_size=3, timeout=10)
        self._consumer = AIOKafkaConsumer(
            *self._topics,
            bootstrap_servers=self._brokers.split(","),
            group_id=None,
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )
        await self._consumer.start()
        await self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            await self._consumer.position(partition)  # the end is asked for lazily; now it is fixed
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._consumer is not None:
            await self._consumer.stop()
        if self._pool is not None:
            await self._pool.close()

    @property
    def mark(self) -> int:
        """Where the story stands now: `sees(…, since=mark)` takes nothing older."""
        return len(self.seen)

    def saw(self, kind: type[E], *, since: int = 0, **fields: object) -> list[Sighting[E]]:
        """All that were seen until now."""
        return [found for found in self.seen[since:] if _is(found, kind, fields)]  # type: ignore[misc]

    async def sees(
        self,
        kind: type[E],
        *,
        within: float = 10.0,
        since: int = 0,
        where: Callable[[E], bool] = lambda _: True,
        **fields: object,
    ) -> Sighting[E]:
        """The first fact of this kind whose fields are these, also one that was seen before the call. Raises NotSeen."""
        deadline, at = time.monotonic() + within, since
        while True:
            self._more.clear()
            for found in self.seen[at:]:
                if _is(found, kind, fields) and where(found.event):  # type: ignore[arg-type]
                    return found  # type: ignore[return-value]
            at = len(self.seen)
            await self._wait(deadline, f"{kind.type} {_told(fields)}", within)

    async def rows(self, query: str, *args: object) -> list[Any]:
        """Of any table of any service: `SELECT … FROM visits.duties`."""
        found: list[Any] = await self._pool.fetch(query, *args)
        return found

    async def value(self, query: str, *args: object) -> Any:
        return await self._pool.fetchval(query, *args)

    async def finds(self, query: str, *args: object, within: float = 10.0) -> Any:
        """The first value of this query that is neither NULL, false, 0 nor empty. Raises NotSeen."""
        deadline = time.monotonic() + within
        while not (found := await self.value(query, *args)):
            if time.monotonic() > deadline:
                raise NotSeen(" ".join(query.split()), within)
            await asyncio.sleep(_LOOK_S)
        return found

    async def _read(self) -> None:
        async for record in self._consumer:
            headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
            event = read_body(headers.get("ce_type", ""), record.value)
            if event is not None:
                self.seen.append(Sighting(event, headers, datetime.fromtimestamp(record.timestamp / 1000, UTC)))
                self._more.set()

    async def _wait(self, deadline: float, what: str, within: float) -> None:
        assert self._reading is not None
        if self._reading.done():
            self._reading.result()
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await self._more.wait()
        except TimeoutError:
            raise NotSeen(what, within) from None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.stop()


def _is(found: Sighting[Event], kind: type[Event], fields: dict[str, object]) -> bool:
    return type(found.event) is kind and all(getattr(found.event, name) == value for name, value in fields.items())


def _told(fields: dict[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items())
