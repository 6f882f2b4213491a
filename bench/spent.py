"""Processor time, by who spent it: on a busy machine it says more than the time on the wall."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil


@dataclass(slots=True)
class Spent:
    """Seconds; complete when the block has ended."""

    wall: float = 0.0
    own: float = 0.0
    of: dict[str, float] = field(default_factory=dict)
    load: float = 0.0
    """Of the machine, at the beginning: how many processes wanted a processor in the minute before."""

    @property
    def whole(self) -> float:
        """Without this process."""
        return sum(self.of.values())

    def __str__(self) -> str:
        of = ", ".join(f"{name} {seconds:.1f}" for name, seconds in sorted(self.of.items()) if seconds >= 0.05)
        return f"{self.wall:.1f} s on the wall (load before {self.load:.1f}); CPU s: own {self.own:.1f}, {of}"


@contextmanager
def spending(**programs: list[int]) -> Iterator[Spent]:
    """What this process and those of the named process ids (with their children) spend meanwhile."""
    spent = Spent(load=os.getloadavg()[0])
    before = {name: _seconds(pids) for name, pids in programs.items()}
    own, began = time.process_time(), time.perf_counter()
    yield spent
    spent.wall, spent.own = time.perf_counter() - began, time.process_time() - own
    spent.of = {name: _seconds(pids) - before[name] for name, pids in programs.items()}


def _seconds(pids: list[int]) -> float:
    """Also of the children that have ended: their parent remembers."""
    whole = 0.0
    for pid in pids:
        parent = psutil.Process(pid)
        ended = parent.cpu_times()
        whole += ended.children_user + ended.children_system
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                whole += times.user + times.system
    return whole
