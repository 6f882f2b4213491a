"""The worker: the consumer of a service with its watchdog, its lag and its stalls."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import structlog

from bus import metrics, topics
from bus.consumer import faust_app, watch
from bus.database import Database, passes_by_waiting
from bus.gathering import LINGER_S, Gathering
from bus.hearing import Hearing, SetBack
from contracts.all import OWNERS
from contracts.event import Topic

log = structlog.get_logger()

STALL = 30.0
"""Seconds after which a worker is no longer ready that is behind and does not move, or that nobody can tell how far it is."""

LOOK_S = 5.0


class Worker:
    """Hears all topics of its service. Everything it needs is open before Faust starts."""

    def __init__(
        self, service: str, database: Database, hearing: Hearing, brokers: str, names: Sequence[str], prefix: str,
        die: Callable[[str], None], patient: Collection[Topic] = (),
    ) -> None:  # fmt: skip
        self.service, self.database, self.hearing, self._brokers = service, database, hearing, brokers
        self._names = [prefix + name for name in names]
        self._group = f"{prefix}bifang-{service}"
        self._die = die
        lingering = {name for name in names if owner_of(name) == service} | {topic.name for topic in patient}
        """What it said or was asked itself it knows already, but for a database that was set back."""
        self._linger = {prefix + name: LINGER_S if name in lingering else 0.0 for name in names}
        self._ids: Mapping[str, str] = {}
        self._app: Any = None
        self._moved = self._measured = time.monotonic()
        """When one of its partitions was seen to move, or none to be behind; and when that was looked at."""
        self._gathering = Gathering(hearing)
        self._ranks = {prefix + name: rank(name) for name in names}
        self._turns: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    async def run(self) -> None:
        """Until stopped. A crashed or silent consumer ends the process, because it cannot be trusted to stop itself."""
        self._ids = (await topics.look(self._brokers, self._names)).ids
        self._app = faust_app(self.service, self._brokers, self._names, self._hear, self._offsets, self._group)
        watching = asyncio.create_task(watch(self._app, self._crashed))
        measuring = asyncio.create_task(self._measure())
        measuring.add_done_callback(self._measured_no_more)
        try:
            await self._app.start()
            await self._app.wait_until_stopped()
        finally:
            watching.cancel()
            measuring.cancel()

    def _measured_no_more(self, measuring: "asyncio.Task[None]") -> None:
        if not measuring.cancelled() and (error := measuring.exception()) is not None:
            log.error("the worker stops", reason=type(error).__name__, exc_info=error)
            self._die(f"measuring: {type(error).__name__}")

    def _crashed(self, why: str) -> None:
        if not self._stopping:
            self._die(why)

    async def _hear(self, records: Sequence[Any]) -> None:
        """When much is heard again, causes come first: a contact must find the duty that it ends, a stay whose it is."""
        await self._turn_of(self._ranks[records[0].topic])
        try:
            topic = records[0].topic
            await self._gathering.hear(self._ids[topic], records, linger=self._linger[topic])
        except Exception as error:
            log.error("the worker stops", reason=type(error).__name__, exc_info=True)
            self._die(f"{type(error).__name__}")
            raise

    async def _offsets(self) -> Mapping[tuple[str, int], int]:
        """Where each partition goes on, by the id of the topic as it is now."""
        self._ids = (await topics.look(self._brokers, self._names)).ids
        return await self._kept()

    async def _kept(self) -> Mapping[tuple[str, int], int]:
        """How far the database is. Less than this process has heard means that it was set back: the rest is sought anew."""
        ids, reached = self._ids, self.hearing.reached
        before = dict(reached)  # as it was before the look: meanwhile more is heard
        found = {(topic, partition): next_ for topic, partition, next_ in await kept(self.database, ids)}
        held = {(ids[topic], partition): next_ for (topic, partition), next_ in found.items()}
        for place, heard in before.items():
            if place[0] in ids.values() and held.get(place, 0) < heard:
                why = f"partition {place[1]} was heard to {heard}, the database holds {held.get(place, 0)}: it was set back"
                self._die(why)
                raise SetBack(why)
        reached.update({place: max(next_, reached.get(place, 0)) for place, next_ in held.items()})
        return found

    async def _turn_of(self, rank: int) -> None:
        """All of lower rank that Kafka held when this was first needed has been heard; from then on nothing waits here."""
        if rank not in self._turns:
            before = [name for name in self._names if self._ranks[name] < rank]
            self._turns[rank] = asyncio.create_task(self._heard(before))
        await asyncio.shield(self._turns[rank])

    async def _heard(self, names: Sequence[str]) -> None:
        while names:
            try:
                await caught_up(self.database, self._brokers, names)
                return
            except Exception as error:
                if not _is_away(error):
                    raise
                await asyncio.sleep(1.0)

    async def _measure(self) -> None:
        """Asked of the broker itself: a consumer that is stuck does not know that it is behind."""
        ends, before = topics.Ends(self._brokers, self._names), dict[tuple[str, int], int]()
        self._moved = self._measured = time.monotonic()
        while True:
            try:
                done = await self._kept()
                behind = lag(done, await ends.now())
            except Exception as error:
                if not _is_away(error):
                    raise
            else:
                self._look(behind, moved={place for place, next_ in done.items() if before.get(place) != next_})
                before = dict(done)
            await asyncio.sleep(LOOK_S)

    def _look(self, behind: Mapping[tuple[str, int], int], moved: set[tuple[str, int]]) -> None:
        """Behind are the partitions of a whole service; whether this worker is stuck, its own ones tell."""
        has_begun = self._app.rebalancing_count > 0  # a consumer that has not cannot be asked
        assigned = self._app.consumer.assignment() if has_begun else ()
        mine = {(tp.topic, tp.partition) for tp in assigned} or behind.keys()
        if any(not turn.done() for turn in self._turns.values()):
            mine = behind.keys()  # it waits until others, too, have heard what comes first
        self._measured = time.monotonic()
        if moved & mine or not any(behind.get(place) for place in mine):
            self._moved = self._measured
        for name in self._names:
            metrics.LAG.labels(self.service, name).set(sum(n for place, n in behind.items() if place[0] == name))
        metrics.STALLED.labels(self.service).set(self._measured - self._moved)

    def missing(self) -> list[str]:
        """What keeps the worker from being ready. To be left without a partition does not: it stands by for another's end."""
        app = self._app
        if app is None or not app.started:
            return ["consumer: starting"]
        if app.crashed or app.should_stop:
            return ["consumer: crashed"]
        if app.rebalancing or not app.rebalancing_count:
            return ["consumer: the partitions are not given out yet"]
        if time.monotonic() - self._measured > STALL:
            return [f"consumer: for {STALL:.0f} s nobody could tell how far it is behind"]
        if self._measured - self._moved > STALL:
            return [f"consumer: stalled, it is behind and has not moved for {STALL:.0f} s"]
        return []

    async def stop(self) -> None:
        self._stopping = True
        if self._app is not None:
            try:
                async with asyncio.timeout(8):
                    await self._app.stop()
            except TimeoutError:
                log.warning("the consumer did not stop in time; what it did not acknowledge is heard again")


def rank(topic: str) -> int:
    """Facts in the order in which an admission reaches the services; then what a service was asked, of any of them."""
    if topic.endswith(".asked"):
        return len(OWNERS)
    return OWNERS.index(owner_of(topic)) if owner_of(topic) in OWNERS else 0


def owner_of(topic: str) -> str:
    """The one service that says what stands there."""
    return topic.partition(".")[0]


def _is_away(error: Exception) -> bool:
    """Database or broker cannot be asked now; a topic that is missing may be made yet."""
    from kafka.errors import KafkaError

    return passes_by_waiting(error) or isinstance(error, KafkaError | LookupError)


async def kept(database: Database, ids: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """The offsets that the database holds for these topics as they are now."""
    names = {id_: name for name, id_ in ids.items()}
    async with database.connection() as connection:
        rows = await connection.fetch(
            'SELECT topic_id, "partition", next FROM offsets WHERE topic_id = ANY($1)', list(names)
        )
    return [(names[row[0]], row[1], row[2]) for row in rows]


def lag(done: Mapping[tuple[str, int], int], ends: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """Records on Kafka that are not applied, of each partition: its end less what the database holds."""
    return {place: max(0, end - done.get(place, 0)) for place, end in ends.items()}


async def caught_up(database: Database, brokers: str, names: Sequence[str], *, pause: float = 0.2) -> None:
    """Returns when everything that Kafka held at the beginning has been applied.

    Whoever acts by the hour or towards the outside waits for this after a start or a lost connection: a database that was
    set back must first hear again what it knew.
    """
    known = await topics.look(brokers, names)
    while True:
        done = {(topic, partition): next_ for topic, partition, next_ in await kept(database, known.ids)}
        if all(done.get(place, 0) >= end for place, end in known.ends.items()):
            return
        await asyncio.sleep(pause)
