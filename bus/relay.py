"""The relay: the one voice of a service. It carries the outbox to Kafka, in order, and keeps what it told."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError
from aiokafka.partitioner import murmur2

from bus import metrics
from bus.database import Connection, Database, passes_by_waiting
from bus.outbox import load_headers

log = structlog.get_logger()

LOCK = 0x6269_6661  # one relay per service: the schema has locks of its own through the role's name
TAKE = """
WITH taken AS (
  DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM outbox ORDER BY id LIMIT $1)) RETURNING *
), kept AS (
  INSERT INTO told (told_at, id, event_id, topic, key, headers, body)
  SELECT clock_timestamp(), id, event_id, topic, key, headers, body FROM taken
)
SELECT id, topic, key, headers, body FROM taken ORDER BY id
"""
STAMP_HOLDS_S = 60.0
_SPEAK_OR_GO = """
SELECT set_config('idle_session_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false),
  set_config('tcp_user_timeout', $1, false)
"""


class NotTold(Exception):
    """Kafka did not acknowledge in time. The transaction rolls back, and the relay goes: its batch may still be on the way."""


class Relay:
    """Active is who holds the advisory lock, on the very connection that deletes: who lost the lock cannot commit."""

    def __init__(
        self,
        service: str,
        database: Database,
        brokers: str,
        *,
        poll: float = 0.25,
        most: int = 1000,
        deadline: float = 20.0,
        prefix: str = "",
    ) -> None:
        self.service, self.database, self._brokers = service, database, brokers
        self._poll, self._most, self._deadline, self._prefix = poll, most, deadline, prefix
        self.bell = asyncio.Event()
        self.active = False
        self._stamped: tuple[float, float] | None = None
        """By how many seconds the broker's clock, as it stamps records, was ahead of ours, and when (monotonic)."""
        self._counts: dict[str, int] = {}
        self._stopping = False

    async def run(self) -> None:
        """Until stopped. Raises when Kafka stays silent: the process must end, or an old batch could follow a newer one."""
        while not self._stopping:
            try:
                async with self.database.connection() as connection:
                    if await self._lock(connection):
                        await self._speak(connection)
            except NotTold:
                raise
            except Exception as error:
                if not (passes_by_waiting(error) or isinstance(error, KafkaConnectionError)):
                    raise
                metrics.RETRIES.labels(self.service, "relay").inc()
                log.warning("relay waits for database or broker", error=type(error).__name__)
            finally:
                self.active = False
            await asyncio.sleep(1.0 if not self._stopping else 0)

    async def _lock(self, connection: Connection) -> bool:
        """The lock is its session's: one that is silent (stopped, hung, cut off) is ended by the server, and another begins."""
        await connection.execute(_SPEAK_OR_GO, str(int(self._deadline * 1500)))
        sql = "SELECT pg_try_advisory_lock($1, hashtext(current_schema()))"
        return bool(await connection.fetchval(sql, LOCK))

    async def _speak(self, connection: Connection) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers.split(","),
            enable_idempotence=True,
            acks="all",
            max_batch_size=1 << 20,
            max_request_size=1 << 20,
            request_timeout_ms=10_000,
            client_id=f"bifang-{self.service}-relay",
        )
        listener = Listener(self.bell)
        try:
            async with asyncio.timeout(self._deadline):
                await producer.start()
            await listener.open(connection)
            self.active = True
            while not self._stopping:
                self.bell.clear()
                if await self.carry(connection, producer) < self._most:
                    await self._rest()
        finally:
            self.active = False
            await self._silence(producer)
            if not connection.is_closed():  # type: ignore[attr-defined]
                await listener.close(connection)
                await connection.execute("SELECT pg_advisory_unlock($1, hashtext(current_schema()))", LOCK)

    async def _silence(self, producer: Any) -> None:
        """Before the lock goes, nothing may be on its way any more."""
        try:
            async with asyncio.timeout(5):
                await producer.stop()
        except TimeoutError:
            raise NotTold("Kafka is silent, and what was sent may still arrive") from None

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self.bell.wait()

    async def carry(self, connection: Connection, producer: Any) -> int:
        """One load: taken and told in one transaction, which commits only after Kafka has acknowledged every record."""
        async with connection.transaction():  # type: ignore[attr-defined]
            rows = await connection.fetch(TAKE, self._most)
            if rows:
                with metrics.TRANSACTION_SECONDS.labels(self.service, "relay").time():
                    await self._send(producer, rows)
        metrics.TOLD.labels(self.service).inc(len(rows))
        return len(rows)

    async def _send(self, producer: Any, rows: Sequence[Any]) -> None:
        """Batches per partition, in order; all of them acknowledged within the deadline, or NotTold."""
        by_partition: dict[TopicPartition, list[Any]] = defaultdict(list)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                for row in rows:
                    topic = self._prefix + row["topic"]
                    by_partition[TopicPartition(topic, await self._partition(producer, topic, row["key"]))].append(row)
                sent = [await self._batches(producer, tp, of) for tp, of in by_partition.items()]
                told = await asyncio.gather(*(future for futures in sent for future in futures))
                self._stamped = max(record.timestamp for record in told) / 1000 - time.time(), time.monotonic()
        except TimeoutError:
            raise NotTold(f"no acknowledgement of {len(rows)} records in {time.monotonic() - started:.0f} s") from None

    async def _partition(self, producer: Any, topic: str, key: Any) -> int:
        if topic not in self._counts:
            self._counts[topic] = len(await producer.partitions_for(topic))
        return _murmur2(str(key).encode()) % self._counts[topic]

    async def _batches(self, producer: Any, partition: TopicPartition, rows: Sequence[Any]) -> list[Any]:
        futures: list[Any] = []
        batch = producer.create_batch()
        for row in rows:
            record = {"key": str(row["key"]).encode(), "value": row["body"], "timestamp": None}
            headers = load_headers(row["headers"])
            if batch.append(**record, headers=headers) is None:  # full; an empty one takes a record of any size
                futures.append(await producer.send_batch(batch, partition.topic, partition=partition.partition))
                batch = producer.create_batch()
                batch.append(**record, headers=headers)
        futures.append(await producer.send_batch(batch, partition.topic, partition=partition.partition))
        return futures

    def broker_ahead(self) -> float | None:
        """Seconds by which the broker's clock is ahead of ours; None when nothing was told lately, for it may be mended."""
        if self._stamped is None or time.monotonic() - self._stamped[1] > STAMP_HOLDS_S:
            return None
        return self._stamped[0]

    def stop(self) -> None:
        self._stopping = True
        self.bell.set()


@lru_cache(100_000)
def _murmur2(key: bytes) -> int:
    """As every Kafka client places a key; in Python it takes a third of the relay's time, and the same people come again."""
    return int(murmur2(key)) & 0x7FFFFFFF


class Listener:
    """NOTIFY rings the bell of a relay in another process; the poll behind it makes a lost ring harmless."""

    def __init__(self, bell: asyncio.Event) -> None:
        self._bell = bell

    def _ring(self, *_: object) -> None:
        self._bell.set()

    async def open(self, connection: Any) -> None:
        await connection.add_listener(await _channel(connection), self._ring)

    async def close(self, connection: Any) -> None:
        if not connection.is_closed():
            await connection.remove_listener(await _channel(connection), self._ring)


async def _channel(connection: Connection) -> str:
    return f"told_{await connection.fetchval('SELECT current_schema()')}"


class Bell:
    """Rings for the relay after a commit: in this process at once, in another by NOTIFY on a connection of its own.

    Never inside the transaction: there NOTIFY makes commits wait for one another.
    """

    def __init__(self, database: Database, near: Relay | None) -> None:
        self._database, self._near = database, near
        self._ringing = False

    async def ring(self) -> None:
        if self._near is not None and self._near.active:
            self._near.bell.set()
        elif not self._ringing:
            self._ringing = True
            asyncio.get_running_loop().call_later(0.002, lambda: asyncio.ensure_future(self._far()))

    async def _far(self) -> None:
        self._ringing = False
        try:
            async with self._database.connection() as connection:
                await connection.execute(f'NOTIFY "told_{self._database.schema}"')
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return  # the relay polls
