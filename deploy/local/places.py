"""Where one instance keeps what it has on disk; `--data` moves all of it."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.trouble import Trouble

OUTSIDE: Final = Path("/var/tmp")
REPOSITORY: Final = Path(__file__).resolve().parents[2]
_DRAWN: Final = re.compile(r"[0-9a-f]{12}")
_CUT_SHORT: Final = re.compile(r"\.+(instance|passwords\.json|ports\.json|postgres\.home)(\.\d+)+")
"""What a run that was killed while it wrote one of these has left."""


@dataclass(frozen=True, slots=True)
class Places:
    data: Path

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def instance(self) -> Path:
        return self.data / "instance"

    @property
    def passwords(self) -> Path:
        return self.data / "passwords.json"

    @property
    def ports(self) -> Path:
        return self.data / "ports.json"

    @property
    def kafka(self) -> Path:
        return self.data / "kafka"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def postgres_home(self) -> Path:
        """Says where the cluster was made, once it was."""
        return self.data / "postgres.home"

    @property
    def programs(self) -> Path:
        """PostgreSQL's programs, copied to where its user can run them."""
        return self.data / "programs"

    @property
    def ledger(self) -> Path:
        """What the simulated carrier has taken."""
        return self.data / "carrier.jsonl"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def lock(self) -> Path:
        return self.run / "supervisor.lock"

    @property
    def launch(self) -> Path:
        """Held from the launch of a supervisor until it holds the lock."""
        return self.run / "launch.lock"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def held(self) -> Path:
        return self.run / "held.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @property
    def outside(self) -> Path:
        """Where PostgreSQL lives when its user cannot reach the data directory.

        The name is drawn when the directory is made, so one deleted and made anew never meets the old cluster.
        """
        return OUTSIDE / f"bifang-{self.instance.read_text()}"

    def has_cluster(self) -> bool:
        """Whether PostgreSQL was ever started here."""
        return any((cluster / "PG_VERSION").exists() for cluster in (self.postgres, self.outside / "cluster"))

    @property
    def is_ours(self) -> bool:
        """A folder of others may hold something named `instance`, too."""
        try:
            return _DRAWN.fullmatch(self.instance.read_text()) is not None
        except (OSError, ValueError):
            return False

    def ours(self) -> list[Path]:
        """All of the data directory that we have made; what says that it is ours comes last."""
        known = (self.keys, self.passwords, self.ports, self.kafka, self.data / "kafka.new", self.postgres,
                 self.data / "cluster.new", self.data / "password.new", self.postgres_home, self.programs, self.ledger,
                 self.logs, self.run)  # fmt: skip
        half = [path for path in self.data.iterdir() if _CUT_SHORT.fullmatch(path.name)]
        return [*(path for path in known if path.exists()), *half, self.instance]

    def make(self) -> None:
        """The folder is named first: whoever is killed after that left a folder of ours, and before it an empty one."""
        self.data.mkdir(parents=True, exist_ok=True)
        strange = sorted(path.name for path in self.data.iterdir() if not _CUT_SHORT.fullmatch(path.name))
        if strange and not self.is_ours:
            raise Trouble(
                f"目录里已有别的东西，而它不是必访的数据目录：{'、'.join(strange[:5])}",
                str(self.data),
                "用 --data 指一个新的或空的目录",
            )
        if not strange:
            drawn = self.data / f".instance.{os.getpid()}"
            write_whole(drawn, secrets.token_hex(6))
            with suppress(FileExistsError):  # another run, at the same moment, was first
                self.instance.hardlink_to(drawn)
            drawn.unlink()
        for folder in (self.logs, self.run):
            folder.mkdir(exist_ok=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)


def cache() -> Path:
    """What instances of one user share: the jars of Kafka and its start-up cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bifang"


def write_whole(path: Path, text: str, mode: int = 0o644, *, lasting: bool = True) -> None:
    """The file is there with all of its text or not at all, whenever we are killed; `lasting`: or the machine is."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    part.replace(path)
