"""Where one instance keeps what it has on disk; `--data` moves all of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OUTSIDE: Final = Path("/var/tmp")
REPOSITORY: Final = Path(__file__).resolve().parents[2]


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
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def lock(self) -> Path:
        return self.run / "supervisor.lock"

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

    def make(self) -> None:
        for folder in (self.data, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)
        if not self.instance.exists():
            drawn = self.data / f".instance.{os.getpid()}"
            write_whole(drawn, secrets.token_hex(6))
            with suppress(FileExistsError):  # another run, at the same moment, was first
                self.instance.hardlink_to(drawn)
            drawn.unlink()


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
