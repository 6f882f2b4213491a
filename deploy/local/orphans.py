"""Processes of an earlier run of this very data directory: found by what they carry in their environment, and ended."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from deploy.local.children import CHILD, INSTANCE

PATIENCE_S: Final = 15.0
GENTLY: Final = {"postgres": signal.SIGINT}


def find(data: Path) -> list[psutil.Process]:
    """Only what a supervisor of this data directory has started, and their children; never ourselves."""
    mark = f"{INSTANCE}={data}".encode()
    found = []
    for pid in map(int, _carrying(mark)):
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return [process for process in found if process.pid != os.getpid()]


def _carrying(mark: bytes) -> list[str]:
    """Read as bytes and compared whole: a data directory whose name merely begins alike is another's."""
    return [
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and mark in _environment(entry / "environ").split(b"\0")
    ]


def _environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone meanwhile, or another user's
        return b""


def end(data: Path) -> list[str]:
    """All are gone when this returns (one that is dead and merely not yet buried by its parent is). Their names."""
    left = find(data)
    names = sorted({_name(process) for process in left})
    pids = {process.pid for process in left}
    for process in left:
        _tell(process, pids)
    if not _gone(data):
        for process in find(data):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        _gone(data)
    return names


def end_without_server(cluster: Path) -> None:
    """PostgreSQL's own processes that have outlived their server: it would refuse to start beside their shared memory.

    One that waits for a lock of a process that was killed together with the server never looks up again. They carry no
    environment, because PostgreSQL writes their titles over it: they are known by the folder in which they stand.
    """
    for process in psutil.process_iter():
        with suppress(psutil.Error, IndexError):
            if process.cmdline()[0].startswith("postgres: ") and _stands_in(process, cluster):
                parent = process.parent()
                if parent is None or not _stands_in(parent, cluster):
                    process.kill()
                    process.wait(PATIENCE_S)


def _stands_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:  # gone meanwhile, or another user's
        return False


def _gone(data: Path) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while find(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _tell(process: psutil.Process, ours: set[int]) -> None:
    """Only the head of each family: PostgreSQL ends its own processes, in order."""
    with suppress(psutil.NoSuchProcess):
        if process.ppid() not in ours:
            process.send_signal(GENTLY.get(_name(process), signal.SIGTERM))


def _name(process: psutil.Process) -> str:
    try:
        return process.environ().get(CHILD, "?")
    except psutil.Error:
        return "?"
