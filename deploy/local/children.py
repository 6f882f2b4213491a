"""What the supervisor keeps running: a program, how it is known to be ready, how it is stopped."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from deploy.local import wire
from deploy.local.places import REPOSITORY

INSTANCE: Final = "BIFANG_INSTANCE"
"""The data directory, in the environment of every child: how one that was left behind is recognised."""
CHILD: Final = "BIFANG_CHILD"

ASK_S: Final = 0.05
_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Http:
    port: int
    path: str = "/readyz"

    async def is_ready(self) -> bool:
        return await wire.http_ready(self.port, self.path)


@dataclass(frozen=True, slots=True)
class Listening:
    port: int

    async def is_ready(self) -> bool:
        return await wire.listens(self.port)


@dataclass(frozen=True, slots=True)
class Broker:
    port: int

    async def is_ready(self) -> bool:
        return (await wire.metadata(self.port)).brokers > 0


@dataclass(frozen=True, slots=True)
class Postgres:
    port: int

    async def is_ready(self) -> bool:
        return await wire.postgres_answers(self.port)


Ready = Http | Listening | Broker | Postgres


class Layer(IntEnum):
    """Stopped from the highest down; those of one layer together."""

    SERVERS = 0
    OUTSIDE = 1
    SERVICES = 2


@dataclass(frozen=True, slots=True)
class Owner:
    """The unprivileged user a program must run as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    ready: Ready
    cwd: Path = REPOSITORY
    layer: Layer = Layer.SERVICES
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends it when the supervisor is killed."""
    grace_s: float = 10.0
    owner: Owner | None = None
    before_start: Callable[[], None] | None = None
    """What must be out of the way, each time."""

    @property
    def port(self) -> int:
        return self.ready.port


async def is_ready(child: Child) -> bool:
    """A child that cannot be asked is not ready."""
    try:
        return await child.ready.is_ready()
    except (OSError, TimeoutError, EOFError):
        return False
    except ValueError as strange:
        print(f"{child.name} answers strangely: {strange}", file=sys.stderr, flush=True)
        return False


async def until_ready(child: Child) -> None:
    while True:
        if await is_ready(child):
            return
        await asyncio.sleep(ASK_S)


async def start(child: Child, instance: Path, log: Path) -> asyncio.subprocess.Process:
    """Its output goes straight to the log file, so that it outlives us if it must; it dies when we are killed."""
    environment = {**child.env, INSTANCE: str(instance), CHILD: child.name}
    who = child.owner
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *child.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            cwd=child.cwd,
            start_new_session=True,
            preexec_fn=dies_with_parent(child.orphan_signal),
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )


def dies_with_parent(death: signal.Signals) -> Callable[[], None]:
    """To run in the child: the kernel sends it `death` when the thread that started it ends."""
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:  # it was killed before we could ask
            os.kill(os.getpid(), signal.SIGKILL)

    return ask
