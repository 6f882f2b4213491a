"""What the supervisor says about itself, in one file that anyone may read; and whether there is a supervisor at all."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from deploy.local.places import Places, write_whole
from deploy.local.trouble import Trouble


class Phase(StrEnum):
    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class Life(StrEnum):
    """Of one child."""

    STARTING = "starting"
    READY = "ready"
    UNREADY = "unready"
    BACKING_OFF = "backing off"
    HELD = "held"
    STOPPED = "stopped"


@dataclass(slots=True)
class ChildState:
    name: str
    port: int
    life: Life = Life.STARTING
    since: float = field(default_factory=time.time)
    pid: int | None = None
    restarts: int = 0
    last_exit: str = ""
    last_exit_at: float | None = None

    def become(self, life: Life) -> None:
        if life is not self.life:
            self.life, self.since = life, time.time()


@dataclass(slots=True)
class Step:
    """One thing done on the way up."""

    name: str
    began: float = field(default_factory=time.time)
    seconds: float = -1.0
    detail: str = ""

    @property
    def is_done(self) -> bool:
        return self.seconds >= 0


@dataclass(slots=True)
class State:
    pid: int
    port_base: int
    brokers: str
    parts: list[str]
    phase: Phase = Phase.STARTING
    began: float = field(default_factory=time.time)
    ready_s: float | None = None
    steps: list[Step] = field(default_factory=list)
    children: list[ChildState] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    trouble: dict[str, str] | None = None

    @property
    def so_far(self) -> list[tuple[str, str, bool]]:
        """What was done on the way up; it differs from the last when something moved."""
        return [(step.name, step.detail, step.is_done) for step in self.steps]

    @property
    def waiting(self) -> list[str]:
        """Steps on the way, and then children that are not ready."""
        steps = [f"{step.name} {step.detail}".rstrip() for step in self.steps if not step.is_done]
        return steps or [child.name for child in self.children if child.life is not Life.READY]

    def child(self, name: str) -> ChildState:
        return next(child for child in self.children if child.name == name)


def write(places: Places, state: State) -> None:
    write_whole(places.state, json.dumps(asdict(state), ensure_ascii=False), lasting=False)


def read(places: Places) -> State | None:
    """The last that was said, also by a supervisor that is gone. None when none has ever run."""
    try:
        said: dict[str, Any] = json.loads(places.state.read_text())
    except (FileNotFoundError, ValueError):
        return None
    said["phase"] = Phase(said["phase"])
    said["steps"] = [Step(**step) for step in said["steps"]]
    said["children"] = [ChildState(**{**child, "life": Life(child["life"])}) for child in said["children"]]
    return State(**said)


class AlreadyRunning(Exception):
    """Another supervisor keeps this data directory."""


@contextmanager
def only_one(places: Places) -> Iterator[None]:
    """The kernel keeps the lock while we live and drops it when we die: a number in a file can lie, this cannot.

    Danger: it is also dropped when this very process opens and closes the file anew, so `supervisor_pid` is for others.
    """
    with places.lock.open("ab") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise AlreadyRunning from taken
        yield


@contextmanager
def launching(places: Places) -> Iterator[int]:
    """Held by who launches a supervisor, and by the supervisor that inherits it, until that holds its own lock or has ended.

    Between the two nobody could see that there will be one: the kernel drops this lock with the last that has it open.
    """
    with places.launch.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def wait_launched(places: Places) -> None:
    """Until no supervisor is on its way to its lock."""
    try:
        with places.launch.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
    except FileNotFoundError:  # none was ever launched here
        pass


def supervisor_pid(places: Places) -> int | None:
    """Of the supervisor that lives now, else None. The kernel is asked who holds the lock; asking takes nothing.

    Of a holder that this kernel or container cannot see it says 0 or less, and `kill` takes that for whole groups.
    """
    try:
        with places.lock.open("rb") as lock:
            asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(lock, fcntl.F_GETLK, asked))
    except FileNotFoundError:
        return None
    if kind == fcntl.F_UNLCK:
        return None
    if pid <= 0:
        raise Trouble("它在另一个容器里或另一台机器上运行", str(places.lock), "到那里停：./bifang stop")
    return int(pid)


_FLOCK: Final = "hhqqi4x"
"""`struct flock` of 64-bit Linux: what, from where, start, length, whose."""


def held(places: Places) -> frozenset[str]:
    """The children that shall stay down until they are released."""
    try:
        return frozenset(json.loads(places.held.read_text()))
    except (FileNotFoundError, ValueError):
        return frozenset()


def hold(places: Places, names: frozenset[str]) -> None:
    write_whole(places.held, json.dumps(sorted(names)))
