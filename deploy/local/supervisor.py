"""Keeps the children running: starts them, asks whether they are ready, starts them again, stops them in order."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from typing import Final

from deploy.local import children, state
from deploy.local.children import Child
from deploy.local.places import Places
from deploy.local.state import ChildState, Life, Phase, State

FIRST_BACK_OFF_S: Final = 0.2
LONGEST_BACK_OFF_S: Final = 15.0
HEALTHY_S: Final = 30.0
ASK_WHILE_STARTING_S: Final = 0.05
ASK_S: Final = 2.0
LARGEST_LOG: Final = 16 * 1024 * 1024
HOPELESS: Final = 3
"""A child that ended this often before it was ever ready will not come up by itself."""


class Keeper:
    """Keeps one child: from the first start until it is told to end."""

    def __init__(self, child: Child, shown: ChildState, places: Places, changed: asyncio.Event) -> None:
        self.child, self.shown, self.places, self.changed = child, shown, places, changed
        self.ready = asyncio.Event()
        self.hopeless = asyncio.Event()
        self.called = asyncio.Event()
        self.ending = False
        self.is_held = False
        self._process: asyncio.subprocess.Process | None = None
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        back_off, ends = FIRST_BACK_OFF_S, 0
        while not self.ending:
            if self.is_held:
                await self._rest(Life.HELD, None)
                continue
            began = time.monotonic()
            await self._live_once()
            if self.ending or self.is_held:
                continue
            ends += 1
            if ends >= HOPELESS and not self.ready.is_set():
                self.hopeless.set()
            back_off = FIRST_BACK_OFF_S if time.monotonic() - began >= HEALTHY_S else back_off
            await self._rest(Life.BACKING_OFF, back_off)
            back_off = min(LONGEST_BACK_OFF_S, back_off * 2)
            self.shown.restarts += 1
        self._show(Life.STOPPED)

    async def _live_once(self) -> None:
        self._show(Life.STARTING)
        log = self.places.log(self.child.name)
        try:
            if self.child.before_start is not None:
                await asyncio.to_thread(self.child.before_start)
            process = await children.start(self.child, self.places.data, log)
        except OSError as error:
            self._ended(f"无法启动：{error}")
            return
        self._process, self.shown.pid = process, process.pid
        self._note(f"started, pid {process.pid}")
        if self.ending or self.is_held:  # we were told while it was being started
            self._signal(self.child.stop_signal)
        asking = asyncio.create_task(self._ask())
        code = await process.wait()
        asking.cancel()
        self._process = None
        self._ended(_reason(code))

    async def _ask(self) -> None:
        """Often until it is ready for the first time, then now and again."""
        while True:
            ready = await children.is_ready(self.child)
            if ready:
                self.ready.set()
            if ready or self.shown.life is Life.READY:
                self._show(Life.READY if ready else Life.UNREADY)
            await asyncio.sleep(ASK_WHILE_STARTING_S if self.shown.life is Life.STARTING else ASK_S)

    async def _rest(self, life: Life, seconds: float | None) -> None:
        self._show(life)
        self.called.clear()
        if self.ending:
            return
        try:
            async with asyncio.timeout(seconds):
                await self.called.wait()
        except TimeoutError:
            pass

    def hold(self, held: bool) -> None:
        if held != self.is_held:
            self.is_held = held
            self.called.set()
            if held:
                self._signal(self.child.stop_signal)

    async def end(self) -> None:
        """Told to stop, then, past its grace, killed with all it has started."""
        self.ending = True
        self.called.set()
        self._signal(self.child.stop_signal)
        await asyncio.wait({self._keeping}, timeout=self.child.grace_s)
        if not self._keeping.done() and self._process is not None:
            self._note(f"did not stop within {self.child.grace_s:.0f} s: killed")
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._keeping

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    def _ended(self, reason: str) -> None:
        self.shown.pid, self.shown.last_exit, self.shown.last_exit_at = None, reason, time.time()
        self._note(f"ended: {reason}")

    def _show(self, life: Life) -> None:
        self.shown.become(life)
        self.changed.set()

    def _note(self, what: str) -> None:
        print(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {self.child.name}: {what}", file=sys.stderr, flush=True)


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"退出码 {code}"


class Supervisor:
    """All keepers of one data directory, and the file that says how they are."""

    def __init__(self, places: Places, shown: State) -> None:
        self.places, self.shown = places, shown
        self.changed = asyncio.Event()
        self.keepers: dict[str, Keeper] = {}

    def start(self, child: Child) -> Keeper:
        shown = ChildState(child.name, child.port)
        self.shown.children.append(shown)
        keeper = self.keepers[child.name] = Keeper(child, shown, self.places, self.changed)
        return keeper

    def obey_held(self) -> None:
        held = state.held(self.places)
        for name, keeper in self.keepers.items():
            keeper.hold(name in held)

    async def publish(self) -> None:
        """The file follows what happens, at most twenty times a second, and at least every other second."""
        while True:
            try:
                async with asyncio.timeout(ASK_S):
                    await self.changed.wait()
            except TimeoutError:
                pass
            self.changed.clear()
            self.write()
            await asyncio.sleep(0.05)

    def write(self) -> None:
        if self.shown.phase in (Phase.READY, Phase.DEGRADED):
            well = all(keeper.shown.life is Life.READY for keeper in self.keepers.values())
            self.shown.phase = Phase.READY if well else Phase.DEGRADED
        try:
            state.write(self.places, self.shown)
            _rotate(self.places, self.keepers)
        except OSError as error:  # a full disk must not end those who still run
            print(f"cannot write {self.places.state}: {error}", file=sys.stderr, flush=True)

    async def stop(self) -> None:
        """In reverse order, those of one layer together."""
        self.shown.phase = Phase.STOPPING
        self.changed.set()
        layers = {keeper.child.layer for keeper in self.keepers.values()}
        for layer in sorted(layers, reverse=True):
            await asyncio.gather(*(keeper.end() for keeper in self.keepers.values() if keeper.child.layer == layer))


def _rotate(places: Places, names: Iterable[str]) -> None:
    """Copied and cut, because the writer holds the file open; what is written meanwhile may be lost."""
    for name in names:
        log = places.log(name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
