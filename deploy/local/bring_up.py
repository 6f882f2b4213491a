"""From an empty directory, or from where the last run ended, to a system that is ready: what can be done at once is."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final, TypeVar

from deploy.local import children, databases, jars, kafka, keys, postgres, services, wire
from deploy.local.children import Child, Layer
from deploy.local.places import REPOSITORY, write_whole
from deploy.local.postgres_home import find_home
from deploy.local.preflight import who_listens
from deploy.local.state import Step
from deploy.local.supervisor import Keeper, Supervisor
from deploy.local.trouble import MOVE, Trouble, from_log
from deploy.local.wanted import KAFKA, POSTGRES, SERVICES, Wanted

T = TypeVar("T")
PATIENCE_S: Final = 120.0
SOURCES: Final = ("contracts", "bus", "services")


class BringUp:
    """One way up. Every step is shown while it is taken; the first that fails ends it with a Trouble."""

    def __init__(self, wanted: Wanted, supervisor: Supervisor) -> None:
        self.wanted, self.supervisor = wanted, supervisor
        self.places, self.ports = wanted.places, wanted.ports

    async def run(self) -> None:
        keys.make(self.places)
        started = self._children()
        self._doors_are_free(started)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kafka())
            group.create_task(self._postgres())
            for child in started:
                if child.layer is Layer.OUTSIDE:
                    group.create_task(self._until_ready(child))
        if of_ours := [child for child in started if child.layer is Layer.SERVICES]:
            with self._step("服务"):
                async with asyncio.TaskGroup() as group:
                    for child in of_ours:
                        group.create_task(self._until_ready(child))

    def _children(self) -> list[Child]:
        wanted = self.wanted
        if SERVICES not in wanted.parts:
            return []
        each = (
            services.children(program, self.ports, wanted.places, wanted.told(program), wanted.apart)
            for program in wanted.programs
        )
        return [child for of_one in each for child in of_one]

    def _doors_are_free(self, started: list[Child]) -> None:
        doors = {child.name: child.port for child in started}
        if self._own_kafka:
            doors |= {"kafka": self.ports["kafka"], "controller": self.ports["controller"]}
        if self._own_postgres:
            doors["postgres"] = self.ports["postgres"]
        for name, port in doors.items():
            if holder := who_listens(port):
                raise Trouble(f"端口 {port}（{name}）已被占用：{holder}", f"127.0.0.1:{port}", MOVE)

    @property
    def _own_kafka(self) -> bool:
        return KAFKA in self.wanted.parts and not self.wanted.others_brokers

    @property
    def _own_postgres(self) -> bool:
        return POSTGRES in self.wanted.parts and not self.wanted.others_database

    async def _kafka(self) -> None:
        if self._own_kafka:
            with self._step("Kafka 的 jar") as say:
                java, folder = kafka.java(), await _given_up_freely(lambda: jars.fetch(say))
            with self._step("Kafka 数据目录"):
                await asyncio.to_thread(kafka.make_format, self.places, self.ports, java, folder)
            with self._step("Kafka"):
                await self._until_ready(kafka.child(self.places, self.ports, java, folder))
        if self._migrates:
            await self._topics()

    async def _postgres(self) -> None:
        wanted, owners = self.wanted, services.owners(self.wanted.programs)
        if POSTGRES not in wanted.parts:
            return
        if self._own_postgres:
            with self._step("PostgreSQL 数据目录"):
                home = await asyncio.to_thread(find_home, self.places)
                admin = postgres.passwords(self.places, owners)[postgres.ADMIN]
                await asyncio.to_thread(postgres.make_cluster, self.places, home, admin)
            if home.note:
                self.supervisor.shown.notes.append(home.note)
            with self._step("PostgreSQL"):
                await self._until_ready(postgres.child(self.places, self.ports, home))
                server = databases.dsn(postgres.ADMIN, admin, self.ports["postgres"], database="postgres")
                await databases.make_database(server)
        secrets = postgres.passwords(self.places, owners)
        await self._databases({owner: secrets[owner] for owner in owners if not _is_given(owner)})

    async def _databases(self, ours: Mapping[str, str]) -> None:
        admin, source = self.wanted.admin_dsn(), await asyncio.to_thread(source_hash)
        source += time.strftime(" %G-%V")  # migrating also makes the partitions of the weeks to come
        with self._step("角色与库结构") as say:
            if await databases.prepare(admin, ours, source):
                say("没有变化")
            elif self._migrates:
                await self._once("migrate", "bus.migrate", "all")
                await databases.put_stamp(admin, ours, source)

    @property
    def _migrates(self) -> bool:
        return SERVICES in self.wanted.parts and bool(services.owners(self.wanted.programs))

    async def _topics(self) -> None:
        with self._step("主题") as say:
            stamp = self.places.kafka / "topics.stamp"
            if self._own_kafka and stamp.exists() and stamp.read_text() == await self._topics_stamp():
                say("没有变化")
                return
            await self._once("topics", "bus.topics")
            if self._own_kafka:
                write_whole(stamp, await self._topics_stamp())

    async def _topics_stamp(self) -> str:
        """What was declared, in which cluster, and what is really there."""
        there = (await wire.metadata(self.ports["kafka"])).topics
        ours = [f"{name}/{partitions}" for name, partitions in there if not name.startswith("__")]
        return f"{source_hash()} {kafka.cluster_id(self.places)} {' '.join(ours)}"

    async def _once(self, name: str, *module: str) -> None:
        """A program that ends by itself; its output is its log."""
        wanted, log = self.wanted, self.places.log(name)
        dsns = {f"BIFANG_DATABASE_URL_{owner.upper()}": wanted.dsn(owner) for owner in services.owners(wanted.programs)}
        told = {"KAFKA_BROKERS": wanted.brokers, "DATABASE_URL": wanted.admin_dsn(), "PYTHONPATH": str(REPOSITORY)}
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *module),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **told, **dsns, children.INSTANCE: str(self.places.data), children.CHILD: name},
                cwd=REPOSITORY,
                preexec_fn=children.dies_with_parent(signal.SIGKILL),
            )
        if code := await process.wait():
            raise from_log(f"python -m {' '.join(module)} 以退出码 {code} 结束", log)

    async def _until_ready(self, child: Child) -> None:
        keeper = self.supervisor.start(child)
        hopeless = asyncio.create_task(keeper.hopeless.wait())
        ready = asyncio.create_task(keeper.ready.wait())
        try:
            await asyncio.wait({ready, hopeless}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                raise self._did_not_start(keeper)
        finally:
            ready.cancel()
            hopeless.cancel()

    def _did_not_start(self, keeper: Keeper) -> Trouble:
        name, log = keeper.child.name, self.places.log(keeper.child.name)
        if holder := who_listens(keeper.child.port) if keeper.shown.pid is None else "":
            return Trouble(f"{name} 的端口 {keeper.child.port} 已被占用：{holder}", str(log), MOVE, log)
        how = f"反复退出（{keeper.shown.last_exit}）" if keeper.hopeless.is_set() else f"{PATIENCE_S:.0f} 秒内没有就绪"
        return from_log(f"{name} {how}", log)

    @contextmanager
    def _step(self, name: str) -> Iterator[Callable[[str], None]]:
        step, loop = Step(name), asyncio.get_running_loop()
        self.supervisor.shown.steps.append(step)
        self.supervisor.changed.set()

        def say(detail: str) -> None:
            step.detail = detail
            loop.call_soon_threadsafe(self.supervisor.changed.set)

        yield say
        step.seconds = time.time() - step.began
        self.supervisor.changed.set()


def _is_given(service: str) -> bool:
    return f"BIFANG_DATABASE_URL_{service.upper()}" in os.environ


async def _given_up_freely(work: Callable[[], T]) -> T:
    """In a thread for which the end of this process does not wait: a download may hang, and can be begun again."""
    told: Future[T] = Future()
    told.set_running_or_notify_cancel()

    def run() -> None:
        try:
            told.set_result(work())
        except BaseException as error:  # noqa: BLE001 it is raised where it is awaited
            told.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(told)


def source_hash() -> str:
    """Of all that declares tables and topics: whatever is touched there, migrations and topics are looked at again."""
    found = (path for name in SOURCES for path in (REPOSITORY / name).rglob("*") if path.suffix in (".py", ".sql"))
    digest = hashlib.sha256()
    for path in sorted(found):
        digest.update(str(path.relative_to(REPOSITORY)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
