"""A service that runs, all its roles together or each apart: what begins, what is watched, what stops."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
import uvicorn
from fastapi import APIRouter

from bus import dead_letters, fanout, journal, logs, made_anew, metrics, outbox, rebuild_found
from bus.application import application
from bus.asking import Asking
from bus.clock import Clock
from bus.database import Database, passes_by_waiting
from bus.guards import Unsafe, assert_durable, assert_true_time
from bus.hearing import Hearing
from bus.journal import Item
from bus.measuring import Measure, measuring
from bus.pack import read_words
from bus.rebuilding import Rebuilding
from bus.relay import Bell, NotTold, Relay
from bus.road import Road
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from bus.worker import Worker, caught_up

log = structlog.get_logger()


class Running:
    """A service that runs: its settings, its keys, its database and its desk, for the parts that need them."""

    def __init__(self, service: Service, settings: Settings, roles: Sequence[str]) -> None:
        self.service, self.settings, self.roles = service, settings, roles
        self.keys = KeyRing.read(settings.keys)
        self.words = read_words(settings.policy)
        service.prepare(settings, self.keys)
        self.database = Database(settings.database_url, schema=service.name, size=settings.connections)
        true_time = settings.environment == "production"
        self.road = Road(service.name, lambda item: _letter(service.name, item), service.count, true_time=true_time)
        self.relay = self._make_relay() if "relay" in roles else None
        bell = Bell(self.database, self.relay)
        self.asking = Asking(service.name, self.database, self.road, service.decisions, told=bell.ring)
        hearing = Hearing(service.name, self.database, self.road, service.decisions, told=bell.ring)
        prefix, brokers = settings.topic_prefix, settings.kafka_brokers
        self.worker = (
            Worker(service.name, self.database, hearing, brokers, service.topics, prefix, self.die, service.patient)
            if "worker" in roles
            else None
        )
        self.clock = self._make_clock(bell) if "clock" in roles else None
        self.when_moved: list[Callable[[], None]] = [self.clock.look_now] if self.clock is not None else []
        """Told when the clock of a demo was moved, beside looking every so often; parts add themselves."""
        self.state: dict[str, Any] = {}
        """What parts give to the routes: `http.app.state.<name>`."""
        self.parts = [make(self) for role, make in service.parts.items() if role in roles]
        self._database_ready = False
        self._stopping = asyncio.Event()

    def _make_clock(self, bell: Bell) -> Clock:
        return Clock(
            self.service.name,
            self.database,
            self.road,
            self.service.decisions,
            told=bell.ring,
            ready=self.caught_up,
            broker_ahead=self._broker_ahead,
            risks=self.service.clock_risks,
        )

    def _make_relay(self) -> Relay:
        settings = self.settings
        relay_database = Database(settings.database_url, schema=self.service.name, size=1)
        relay = Relay(self.service.name, relay_database, settings.kafka_brokers, prefix=settings.topic_prefix)
        metrics.BROKER_AHEAD.labels(self.service.name).set_function(lambda: relay.broker_ahead() or 0.0)
        return relay

    def _broker_ahead(self) -> float | None:
        """Known where the relay runs in the same process; apart, the relay's own gauge tells."""
        return self.relay.broker_ahead() if self.relay is not None else None

    async def caught_up(self) -> None:
        """Everything that Kafka held at this moment has been applied here."""
        names = [self.settings.topic_prefix + name for name in self.service.topics]
        await caught_up(self.database, self.settings.kafka_brokers, names)

    def die(self, why: str) -> None:
        """The process cannot go on rightly: it ends at once, non-zero, and its supervisor starts it again."""
        log.error("the process ends", reason=why)
        sys.stderr.flush()
        os._exit(1)

    def missing(self) -> list[str]:
        """What stands in the way of being ready."""
        missing = [] if self._database_ready else ["database: not reached yet"]
        if self.worker is not None:
            missing += self.worker.missing()
        return missing + [reason for part in self.parts for reason in part.missing()]

    async def run(self) -> int:
        """Until SIGTERM. What was begun is finished; the exit code tells whether that went well."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.nobody_caught)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        metrics.create_at_zero(self.service.name, self.service.says)
        metrics.READY.labels(self.service.name).set_function(lambda: not self.missing())
        server = self._server()
        tasks = [asyncio.create_task(server.serve(), name="http")]
        await self._database_is_there()
        if self._stopping.is_set():
            return await self._stop(server, tasks)
        tasks += self.asking.start()
        for role in (self.worker, self.relay, self.clock, *self.parts):
            if role is not None:
                tasks.append(asyncio.create_task(role.run(), name=type(role).__name__))
        watchers = [
            asyncio.create_task(self._watch_database(), name="database"),
            *self._beside_the_clock(),
            *self._watching_kafka(),
        ]
        stopping = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait([*tasks, *watchers, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            if not self._stopping.is_set():
                error = None if task.cancelled() else task.exception()
                if error is not None:
                    log.error("failed", part=task.get_name(), exc_info=error)
                spoken = f": {error}" if isinstance(error, NotTold | LookupError) else ""
                self.die(f"{task.get_name()}: {type(error).__name__ if error else 'ended by itself'}{spoken}")
        for watcher in watchers:
            watcher.cancel()  # they have no end of their own, and nothing to finish
        return await self._stop(server, tasks)

    async def _database_is_there(self) -> None:
        """Waited for, not died of: the doors are open already, and whoever asks meanwhile must not be cut off."""
        while not self._stopping.is_set():
            try:
                await assert_durable(self.database)
                if self.settings.environment == "production":
                    await assert_true_time(self.database)
                if unfit := await self.service.recall(self.database):
                    raise Unsafe("; ".join(unfit))
                self._database_ready = True
                return
            except Unsafe as unsafe:
                self.die(str(unsafe))
            except Exception as error:
                if not passes_by_waiting(error):
                    raise
                log.warning("waiting for the database", error=type(error).__name__)
                await asyncio.sleep(0.5)

    def _server(self) -> uvicorn.Server:
        keys = self.keys
        titles = {**rebuild_found.TITLES, **self.service.titles}
        state: dict[str, Any] = {"asking": self.asking, "database": self.database, "keys": keys, "running": self,
                                 "token_key": keys.token_key, "words": self.words, "titles": titles,
                                 "secrets": {}} | self.state  # fmt: skip
        routers = [*self.service.routes, rebuild_found.router, demo_routes(self)] if "api" in self.roles else []
        app = application(f"必访 {self.service.name}", routers, ready=self.missing, state=state)
        config = uvicorn.Config(app, host=self.settings.host, port=self.settings.port, log_config=None, access_log=False,
                                timeout_keep_alive=30, timeout_graceful_shutdown=5)  # fmt: skip
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined, method-assign, unused-ignore]
        return server

    def _beside_the_clock(self) -> list["asyncio.Task[None]"]:
        """Partitions are made ahead of time, what waits is counted, the gauges of the field; by night states are rebuilt."""
        if self.clock is None:
            return []
        database, beside = (Database(self.settings.database_url, schema=self.service.name, size=1) for _ in range(2))
        rebuilding = Rebuilding(self.service.name, beside, self.service.decisions)
        measures: list[Measure] = [self.clock.measure, rebuilding.measure]
        measures += [self.service.measure] if self.service.measure is not None else []
        return [
            asyncio.create_task(measuring(database, measures), name="measuring"),
            asyncio.create_task(rebuilding.run(), name="rebuilding"),
            asyncio.create_task(journal.keep_partitions(self.database), name="partitions"),
            asyncio.create_task(fanout.keep_few(self.service.name, self.database), name="fan-outs"),
        ]

    def _watching_kafka(self) -> list["asyncio.Task[None]"]:
        """In every process that speaks with Kafka; an api alone does not."""
        if set(self.roles) <= {"api"}:
            return []
        names = [self.settings.topic_prefix + name for name in self.service.topics]
        return [asyncio.create_task(made_anew.watch(self.settings.kafka_brokers, names, self.die), name="kafka")]

    async def _watch_database(self) -> None:
        """Readiness looks at the database too, and every process sees what waits there to be told."""
        while True:
            try:
                async with asyncio.timeout(5), self.database.connection() as connection:
                    depth, age = await outbox.waiting(connection)
                self._database_ready = True
                metrics.OUTBOX_DEPTH.labels(self.service.name).set(depth)
                metrics.OUTBOX_AGE.labels(self.service.name).set(age)
            except Exception:  # noqa: BLE001 - whatever it is, the database was not reached
                self._database_ready = False
            await asyncio.sleep(2)

    async def _stop(self, server: uvicorn.Server, tasks: Sequence["asyncio.Task[None]"]) -> int:
        """Doors first, then the ears, then the clock; what waits at the desk is served; the relay goes last."""
        log.info("stopping")
        server.should_exit = True
        steps: list[Awaitable[None]] = [part.stop() for part in self.parts]
        if self.clock is not None:
            self.clock.stop()
        if self.worker is not None:
            steps.append(self.worker.stop())
        await asyncio.gather(*steps)
        await self.asking.stop()
        if self.relay is not None:
            self.relay.stop()
        _, late = await asyncio.wait(tasks, timeout=6)
        for task in late:
            task.cancel()
        with suppress(Exception):
            async with asyncio.timeout(3):
                await self.database.close()
        failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception() is not None]
        for task in failed:
            log.error("failed while stopping", part=task.get_name(), reason=type(task.exception()).__name__)
        log.info("stopped")
        return 1 if failed else 0


def _letter(service: str, item: Item) -> Any:
    assert item.clock is not None
    return dead_letters.letter(service, item, item.clock)


def demo_routes(running: Running) -> APIRouter:
    """The clock of a demo or a test can be moved forward; in production this route does not exist."""
    from bus.demo_clock import router

    return router if running.settings.environment != "production" else APIRouter()
