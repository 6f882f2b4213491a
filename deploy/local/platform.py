"""The whole system, or a part of it, from Python: for tests, benches and the demo.

    with Platform(Path("/tmp/somewhere"), Ports.free(), parts=INFRASTRUCTURE) as platform:
        connect(platform.admin_dsn, platform.brokers)
        platform.kill("kafka")            # its supervisor starts it again
        platform.wait_ready()

`stop` keeps the data, `destroy` deletes it. A bound platform ends with the process (the thread) that started it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Self

from deploy.local import children, orphans, services, state
from deploy.local.places import REPOSITORY, Places
from deploy.local.ports import Ports
from deploy.local.standing import LOOK_S, Standing
from deploy.local.state import Phase, State
from deploy.local.trouble import Trouble, disk_trouble, from_log
from deploy.local.wanted import KAFKA, PARTS, POSTGRES, Wanted

ALL: Final = frozenset(PARTS)
INFRASTRUCTURE: Final = frozenset({KAFKA, POSTGRES})
PATIENCE_S: Final = 180.0
"""So long nothing may move on the way up; each step has a shorter one of its own."""


class Platform(Standing):
    """One instance on this machine, run by a supervisor process of its own."""

    def __init__(
        self,
        data: Path,
        ports: Ports | None = None,
        *,
        parts: Iterable[str] = ALL,
        apart: bool = False,
        bound: bool = True,
        own: bool = True,
        table: str = services.DEFAULT,
    ) -> None:
        """`apart`: a process for each role. `own`: never the Kafka and PostgreSQL that the environment names."""
        super().__init__(Places(data.absolute()))
        self._bound, self._own, self._table = bound, own, table
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = Wanted(
            self.places,
            ports or Ports(),
            frozenset(parts),
            services.load(table),
            apart,
            None if own else os.environ.get("KAFKA_BROKERS"),
            None if own else os.environ.get("DATABASE_URL"),
        )

    @property
    def ports(self) -> Ports:
        return self._wanted.ports

    @property
    def brokers(self) -> str:
        return self._wanted.brokers

    @property
    def admin_dsn(self) -> str:
        return self._wanted.admin_dsn()

    def dsn(self, service: str) -> str:
        """The database as this service sees it: its own role, its own schema."""
        return self._wanted.dsn(service)

    def env_for(self, service: str) -> dict[str, str]:
        """What the supervisor tells this service; add it to `os.environ`."""
        return self._wanted.told(next(program for program in self._wanted.programs if program.name == service))

    def start(self, timeout_s: float = PATIENCE_S) -> None:
        """Returns when all is ready; raises the Trouble that stopped it, and then nothing is left running."""
        self.launch()
        self.wait_up(timeout_s)

    def launch(self) -> None:
        """Starts the supervisor and returns at once. One that already runs, or is on its way, is left as it is."""
        with disk_trouble(self.places.data):
            self.places.make()
        with state.launching(self.places) as lock:
            if not self.is_running:
                self._launch(lock)

    def _launch(self, lock: int) -> None:
        self.places.state.unlink(missing_ok=True)
        environment = {name: value for name, value in os.environ.items() if name not in self._hidden()}
        with self.places.log("supervisor").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), "--launching", str(lock)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=REPOSITORY,
                env={**environment, "PYTHONPATH": str(REPOSITORY)},
                start_new_session=True,
                pass_fds=(lock,),
                preexec_fn=children.dies_with_parent(signal.SIGTERM) if self._bound else None,
            )

    def _hidden(self) -> tuple[str, ...]:
        mine = (children.INSTANCE, children.CHILD)
        return (*mine, "KAFKA_BROKERS", "DATABASE_URL") if self._own else mine

    def _command(self) -> list[str]:
        wanted = self._wanted
        return [
            *(sys.executable, "-m", "deploy.local.daemon"),
            *("--data", str(self.places.data), "--port-base", str(self.ports.base)),
            *("--parts", ",".join(sorted(wanted.parts)), "--table", self._table),
            *(("--apart",) if wanted.apart else ()),
            *(() if self._bound else ("--remember",)),
        ]

    def wait_up(self, timeout_s: float = PATIENCE_S, watch: Callable[[State], None] = lambda _: None) -> None:
        """Until the supervisor says that all is ready; gives up when nothing moved for so long, and ends what we started.

        `watch` sees every state it reports on the way.
        """
        so_far, since = None, time.monotonic()
        while time.monotonic() - since < timeout_s:
            died, shown = self._died(), self.state()
            if shown is not None:
                watch(shown)
                if shown.trouble:
                    self._wait_gone()
                    raise Trouble.from_dict(shown.trouble)
                if shown.phase is Phase.READY:
                    return
                if shown.so_far != so_far:
                    so_far, since = shown.so_far, time.monotonic()
            if died:
                raise from_log("没有起来：监督进程结束了", self.places.log("supervisor"))
            time.sleep(LOOK_S)
        raise self._gave_up(timeout_s)

    def _gave_up(self, timeout_s: float) -> Trouble:
        shown, log = self.state(), self.places.log("supervisor")
        waiting = "、".join(shown.waiting) if shown else ""
        what = f"{timeout_s:.0f} 秒没有进展：{waiting}"
        if self._process is None or self._process.poll() is not None:
            return Trouble(f"已在运行，但没有全部就绪，{what}", str(log), "./bifang status，./bifang doctor", log)
        self.stop()
        return Trouble(f"没有起来，已全部停止；{what}", str(log), "看日志与网络后再运行，已做完的不会重做", log)

    def _died(self) -> bool:
        """The supervisor is gone without having said why."""
        ended = self._process is None or self._process.poll() is not None
        return ended and not self.is_running

    def stop(self, timeout_s: float = 90.0) -> bool:
        """All processes are gone and all data is on disk. False when nothing ran."""
        state.wait_launched(self.places)  # one launched a moment ago would come up after we have gone
        pid = state.supervisor_pid(self.places)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            self._wait_gone(timeout_s)
        return bool(orphans.end(self.places.data)) or pid is not None

    def _wait_gone(self, timeout_s: float = 90.0) -> None:
        deadline = time.monotonic() + timeout_s
        while self.is_running:
            if time.monotonic() > deadline:
                os.kill(self._supervisor(), signal.SIGKILL)
            time.sleep(LOOK_S)
        if self._process is not None:
            self._process.wait()

    def destroy(self) -> list[str]:
        """Stops it and deletes all its data, wherever it lies. What stays in the folder: others have put it there."""
        self.stop()
        if not self.places.is_ours:
            return []
        shutil.rmtree(self.places.outside, ignore_errors=True)
        for path in self.places.ours():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        left = sorted(path.name for path in self.places.data.iterdir())
        if not left and not self.places.data.is_symlink():
            self.places.data.rmdir()
        return left

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *how: object) -> None:
        self.stop()
