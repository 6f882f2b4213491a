"""Faust, given one event per fetched batch of a partition, and started from the offsets that PostgreSQL holds.

Faust spends some 70 µs a message on its own machinery; handed a whole batch as one message it spends 4. This is the one
module that reaches into Faust; a test runs it against the installed version.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import faust
import structlog
import uvloop
from faust.events import Event as FaustEvent
from faust.tables import TableManager
from faust.transport.drivers import aiokafka as driver
from mode import CrashingSupervisor

log = structlog.get_logger()

LARGEST_BATCH = 500
BUFFERED = 8
"""Batches of one partition that wait for their turn; then it is fetched no more. A backlog of any size fits the memory."""
Hear = Callable[[Sequence[Any]], Awaitable[None]]
Offsets = Callable[[], Awaitable[Mapping[tuple[str, int], int]]]


class BatchSchema(faust.Schema):  # type: ignore[misc]
    """The value of an event is the list of records itself: decoding is ours, so that what cannot be decoded is buried."""

    def compile(
        self, app: Any, *, on_key_decode_error: Any, on_value_decode_error: Any, default_propagate: bool = False
    ) -> Any:
        async def decode(message: Any, *, propagate: bool = default_propagate) -> FaustEvent:
            return FaustEvent(app, message.key, message.value, message.headers, message)

        return decode


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """One message per fetched batch of one partition; its offset is that of the last record."""

    offsets: Offsets

    def _new_consumer_thread(self) -> Any:
        """Its thread has a loop of its own; asyncio's takes a fifth of the service's time."""
        loop = uvloop.new_event_loop()
        return driver.AIOKafkaConsumerThread(self, loop=self.loop, beacon=self.beacon, thread_loop=loop)

    async def getmany(self, timeout: float) -> Any:
        records, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self.perform_seek()
            return
        for partition, found in records.items():
            for i in range(0, len(found), LARGEST_BATCH):
                if not self.flow_active or self.app.consumer_generation_id != generation:
                    return
                if active is None or partition in active or partition in self._buffered_partitions:
                    chunk = found[i : i + LARGEST_BATCH]
                    self.app.monitor.track_tp_end_offset(partition, self.highwater(partition))
                    message = self._to_message(partition, chunk[-1])
                    message.value = chunk
                    yield partition, message

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """The database says where to begin, not the broker: a database that was set back hears again what it lost."""
        kept = await self.offsets()
        sought = {tp: kept.get((tp.topic, tp.partition), 0) for tp in self.assignment()}
        for partition, offset in sought.items():
            await self.seek(partition, offset)
        return sought

    async def _add_gap(self, *_: Any) -> None:
        """Batches are acknowledged whole and in order, so there are no gaps."""

    def _new_offset(self, tp: Any) -> int | None:
        acked = self._acked[tp]
        if not acked:
            return None
        top: int = max(acked)
        acked.clear()
        self._acked_index[tp].clear()
        return top + 1

    async def _wait_next_records(self, timeout: float) -> Any:
        """As Faust's own, but when every buffer is full it looks again after 2 ms, not after a second."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)
        active = self._get_active_partitions()
        records: Any = {}
        if active:
            records = await self._getmany(active_partitions=active, timeout=timeout)
        else:
            await self.sleep(0.002)
        return records, active


class NoTables(TableManager):  # type: ignore[misc]
    """There are none, so none is waited for: Faust's own leaves a second for them, after every start."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


def faust_app(service: str, brokers: str, topics: Sequence[str], hear: Hear, offsets: Offsets, group: str) -> faust.App:
    """The consumer of one service: all its topics, one actor per partition, acknowledged in order after our commit."""

    class Consumer(BatchConsumer):
        pass

    Consumer.offsets = staticmethod(offsets)

    class Transport(driver.Transport):  # type: ignore[misc]
        pass

    Transport.Consumer = Consumer
    app = faust.App(
        group,
        datadir=Path(tempfile.gettempdir()) / f"faust-{group}",  # it makes one though it keeps no tables
        broker=["kafka://" + broker for broker in brokers.split(",")],
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        agent_supervisor=CrashingSupervisor,
        TableManager=NoTables,
        stream_buffer_maxsize=BUFFERED,
        stream_wait_empty=False,  # what is not acknowledged is heard again; waiting for a stuck batch would hang the stop
        broker_commit_interval=0.5,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=1.0,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=5_000,  # a broker that comes up may know no topics yet, and all would be given none of them
        consumer_max_fetch_size=4 << 20,
        value_serializer="raw",
        key_serializer="raw",
        processing_guarantee="at_least_once",
        loghandlers=[],
    )
    app.conf.broker_client_id = f"bifang-{service}"
    app.transport = Transport(url=app.conf.broker_consumer, app=app)
    topic = app.topic(*topics, schema=BatchSchema(), value_type=bytes)

    @app.agent(topic, isolated_partitions=True)  # type: ignore[untyped-decorator]
    async def listen(stream: Any) -> None:
        with suppress(
            asyncio.CancelledError
        ):  # the partition was taken away: Faust would take it for a crash of the whole
            async for event in stream.noack().events():
                await hear(event.value)
                await stream.ack(event)

    return app


async def watch(app: faust.App, dead: Callable[[str], None], *, every: float = 0.5) -> None:
    """A crashed Faust hangs in its own stop: the process must be ended from outside."""
    while not app.should_stop and not app.crashed:  # noqa: ASYNC110 - Faust has no event for it
        await asyncio.sleep(every)
    dead(f"the consumer has {'crashed' if app.crashed else 'stopped'}: {app.crash_reason!r}")
