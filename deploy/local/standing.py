"""A platform that stands, as whoever tests it handles its processes: which run, one is ended, held back, let go again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Final

from deploy.local import state
from deploy.local.places import Places
from deploy.local.state import ChildState, Life, State
from deploy.local.wanted import POSTGRES

LOOK_S: Final = 0.03


class Standing:
    """The supervisor does the work; it is asked by a signal, and what has come of it is read from its state."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def state(self) -> State | None:
        return state.read(self.places)

    @property
    def is_running(self) -> bool:
        return state.supervisor_pid(self.places) is not None

    def pid(self, name: str) -> int | None:
        shown = self.state()
        return shown.child(name).pid if shown else None

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Returns the pid that was sent it; of a child killed for good the supervisor has then seen the end."""
        pid = self.pid(name)
        if pid is None:
            raise ProcessLookupError(f"{name} does not run now")
        os.kill(pid, number)
        if number is signal.SIGKILL:
            self._until(name, lambda child: child.pid != pid, 10.0)
        return pid

    def restart(self, name: str, timeout_s: float = 60.0) -> None:
        """Gently, and ready again when this returns."""
        old = self.kill(name, signal.SIGINT if name == POSTGRES else signal.SIGTERM)
        self._until(name, lambda child: child.pid != old and child.life is Life.READY, timeout_s)

    def hold(self, *names: str, timeout_s: float = 40.0) -> None:
        """Stopped, all at once, and not started again before `release`."""
        self._hold(state.held(self.places) | {*names})
        for name in names:
            self._until(name, lambda child: child.life is Life.HELD, timeout_s)

    def release(self, *names: str, timeout_s: float = 60.0) -> None:
        self._hold(state.held(self.places) - {*names})
        for name in names:
            self._until(name, lambda child: child.life is Life.READY, timeout_s)

    def _hold(self, names: frozenset[str]) -> None:
        state.hold(self.places, names)
        os.kill(self._supervisor(), signal.SIGUSR1)

    def wait_ready(self, name: str | None = None, timeout_s: float = 60.0) -> None:
        """This child, or all of them."""
        shown = self.state()
        for one in [name] if name else [child.name for child in shown.children] if shown else []:
            self._until(one, lambda child: child.life is Life.READY, timeout_s)

    def _until(self, name: str, holds: Callable[[ChildState], bool], timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not ((shown := self.state()) and holds(shown.child(name))):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} after {timeout_s:.0f} s: {shown and shown.child(name)}")
            time.sleep(LOOK_S)

    def _supervisor(self) -> int:
        pid = state.supervisor_pid(self.places)
        if pid is None:
            raise ProcessLookupError(f"no supervisor runs for {self.places.data}")
        return pid
