"""Whom the storm strikes, and whether a kill landed inside a transaction or a send: frozen first, looked at, then killed.

A process that is stopped (SIGSTOP) cannot finish what it is about, so what is seen of it then is what `kill -9` ends. It
counts as landed when, of the stopped process,

- a role: one of its sessions (found by their ports in `pg_stat_activity`) has an open transaction that has written;
- the sender, the carrier: an SMS is claimed and its answer is not recorded;
- Kafka: a relay has taken its load, and still waits for the acknowledgement after a while in which Kafka cannot speak;
- PostgreSQL: sessions with open transactions that have written, themselves stopped first, and killed with the postmaster.

One that is not inside is let go on, and looked at again a moment later. Whose time runs out is killed all the same, for an
idle process must come back too, but that kill does not count.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import asyncpg
import psutil

from bus.now import NOW
from bus.relay import LOCK
from contracts.all import OWNERS
from deploy.local.children import CHILD, INSTANCE
from deploy.local.platform import Platform
from deploy.local.ports import ROLES
from deploy.local.state import Life
from deploy.local.wanted import KAFKA, POSTGRES

CARRIER: Final = "carrier"
ALL: Final = (
    *(f"{service}.{role}" for service in OWNERS for role in ("api", *ROLES[service])),
    CARRIER,
    KAFKA,
    POSTGRES,
)
"""Every process of the system."""

WEIGHTS: Final = {"medical.api": 3, "gateway.sender": 3, KAFKA: 2, POSTGRES: 2, "relay": 3, "worker": 2}
"""How often a process, or a role of every service, is in the pack of cards; the others once."""

SELDOM: Final = ("clock", "notify.api", "gateway.api")
"""They seldom write: little time is spent waiting for it."""

UP_WITHIN_S: Final = 90.0
"""One that is not up by then is passed over."""

_WRITING: Final = "SELECT pid FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND client_port = ANY($1)"
_ANYBODY_WRITING: Final = (
    "SELECT pid FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND backend_type = 'client backend'"
)
_TELLING: Final = f"""
SELECT a.pid, a.backend_xid::text FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.classid = {LOCK} AND l.granted AND a.backend_xid IS NOT NULL
"""
_SENDING: Final = f"""
SELECT sms_id FROM gateway.outgoing WHERE state = 'submitting'
AND submitted_at > {NOW.replace("clock_offset", "gateway.clock_offset")} - make_interval(secs => $1)
"""
"""By a sender that is no older: what another left behind awaits the end of its lease, and is no send any more."""


class Storm:
    """Kills, one after the other, in the order of a shuffled pack that holds every process."""

    def __init__(self, platform: Platform, rng: random.Random) -> None:
        self._platform, self._rng = platform, rng
        self.landed: Counter[str] = Counter()
        self.thrown: Counter[str] = Counter()
        self._eye: Any = None

    @property
    def kills(self) -> int:
        return self.landed.total()

    def targets(self) -> Iterator[str]:
        """Each process once, then for ever the weighted pack, shuffled anew each time."""
        pack = list(ALL)
        while True:
            self._rng.shuffle(pack)
            yield from pack
            pack = [name for name in ALL for _ in range(_weight(name))]

    async def strike(self, name: str) -> bool:
        """Kills this process, once it is up, inside a transaction or a send if it comes to one in time. True if it did."""
        patience = 2.0 if name.endswith(SELDOM) else 4.0
        began, up_since = time.monotonic(), None
        while time.monotonic() - began < UP_WITHIN_S:
            process = self._process(name)
            if process is not None:
                up_since = up_since or time.monotonic()
                if await self._struck_inside(name, process):
                    return True
                if time.monotonic() - up_since > patience:
                    self._kill(name, process)
                    return False
            await asyncio.sleep(self._rng.uniform(0.002, 0.02))
        return False

    def _kill(self, name: str, process: psutil.Process) -> None:
        process.kill()
        self.thrown[name] += 1

    def _process(self, name: str) -> psutil.Process | None:
        """The child, if it is up and really ours: a number alone may be somebody else's by now."""
        shown = self._platform.state()
        child = shown.child(name) if shown else None
        if child is None or child.pid is None or child.life not in (Life.READY, Life.UNREADY):
            return None
        with suppress(psutil.Error):
            process = psutil.Process(child.pid)
            told = process.environ()
            if (told.get(CHILD), told.get(INSTANCE)) == (name, str(self._platform.places.data)):
                return process
        return None

    async def _struck_inside(self, name: str, process: psutil.Process) -> bool:
        """Nothing is known while the database is away, and nothing of a process that has gone meanwhile."""
        strike = self._strike_postgres(process) if name == POSTGRES else self._strike_stopped(name, process)
        try:
            landed = await strike
        except (psutil.NoSuchProcess, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return False
        if landed:
            self.thrown[name] += 1
            self.landed[name] += 1
        return landed

    async def _strike_stopped(self, name: str, process: psutil.Process) -> bool:
        if not await self._is_inside(name, process):
            return False  # not worth stopping it
        last_word = signal.SIGCONT
        process.suspend()
        try:
            if await self._is_inside(name, process, for_s=0.04 if name == KAFKA else 0.0):
                last_word = signal.SIGKILL
        finally:
            process.send_signal(last_word)
        return last_word is signal.SIGKILL

    async def _is_inside(self, name: str, process: psutil.Process, for_s: float = 0.0) -> bool:
        if name == KAFKA:
            before = await self._rows(_TELLING)
            await asyncio.sleep(for_s)
            return bool({*map(tuple, before)} & {*map(tuple, await self._rows(_TELLING))})
        if name == CARRIER:
            sender = self._process("gateway.sender")
            return sender is not None and await self._sends(process, sender)
        if name == "gateway.sender" and await self._sends(process):
            return True
        postgres = self._platform.ports[POSTGRES]
        ports = [c.laddr.port for c in process.net_connections("tcp") if c.raddr and c.raddr.port == postgres]
        return bool(await self._rows(_WRITING, ports))

    async def _sends(self, *processes: psutil.Process) -> bool:
        youngest = max(process.create_time() for process in processes)
        return bool(await self._rows(_SENDING, time.time() - youngest))

    async def _strike_postgres(self, postmaster: psutil.Process) -> bool:
        """The sessions are stopped with their transactions open, seen once more, and die with their server."""
        sessions: list[psutil.Process] = []
        last_word = signal.SIGCONT
        try:
            for row in await self._rows(_ANYBODY_WRITING):
                sessions += _stopped(row["pid"], postmaster.pid)
            still = {row["pid"] for row in await self._rows(_ANYBODY_WRITING)} if sessions else set()
            if any(session.pid in still for session in sessions):
                postmaster.kill()
                last_word = signal.SIGKILL
        finally:
            for session in sessions:
                with suppress(psutil.NoSuchProcess):
                    session.send_signal(last_word)
        return last_word is signal.SIGKILL

    async def _rows(self, query: str, *args: object) -> list[Any]:
        """A second is long: a session that was stopped may hold what the look needs."""
        if self._eye is None or self._eye.is_closed():
            self._eye = await asyncpg.connect(self._platform.admin_dsn, timeout=2)
        eye = self._eye
        try:
            async with asyncio.timeout(1.0):
                rows: list[Any] = await eye.fetch(query, *args)
        except BaseException:
            self._eye = None
            eye.terminate()
            raise
        return rows

    async def close(self) -> None:
        if self._eye is not None:
            self._eye.terminate()


def _stopped(pid: int, postmaster: int) -> list[psutil.Process]:
    """The session of this number, stopped; nothing if it has gone meanwhile."""
    with suppress(psutil.NoSuchProcess):
        session = psutil.Process(pid)
        if session.ppid() == postmaster:
            session.suspend()
            return [session]
    return []


def _weight(name: str) -> int:
    return WEIGHTS.get(name) or WEIGHTS.get(name.partition(".")[2], 1)
