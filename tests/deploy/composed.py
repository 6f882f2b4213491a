"""docker-compose.yml as it is read, with what the example sets and with secrets that were made for the test."""

import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from bus.service import Service
from bus.settings import Settings, read_settings
from contracts.all import OWNERS
from deploy.docker import make_secrets

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Service] = {name: import_module(f"services.{name}.service").service for name in OWNERS}
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)
)
OURS = re.compile(r"^bifang:")

Told = dict[str, Any]


def resolved(value: object) -> str:
    """As compose reads it when the environment holds nothing but the city, which must be named."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", r"\2", re.sub(r"\$\{BIFANG_CITY:\?[^}]*\}", "shuangta", str(value)))


def of_ours() -> Iterator[tuple[str, Told]]:
    yield from ((name, told) for name, told in COMPOSE["services"].items() if OURS.match(told["image"]))


def published(told: Told) -> dict[int, str]:
    """Door inside the container → address outside."""
    return {int(inside): outside for outside, inside in (resolved(p).rsplit(":", 1) for p in told.get("ports", []))}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The files that `docker compose run --rm secrets` makes, and the carrier's own password, which it cannot know."""
    folder = tmp_path / "secrets"
    make_secrets.make(folder)
    (folder / "gateway-smpp-password").chmod(0o644)
    (folder / "gateway-smpp-password").write_text("of-the-carrier\n")
    return folder


def settings_of(name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What the service reads in its container: its environment, and its secrets under their names there."""
    told = COMPOSE["services"][name]
    folder = tmp_path / name
    folder.mkdir()
    for secret in told["secrets"]:
        source = Path(COMPOSE["secrets"][secret["source"]]["file"]).name
        (folder / secret["target"]).write_text((secrets / source).read_text())
    for key in [key for key in os.environ if key.startswith("BIFANG_") or key in ("KAFKA_BROKERS", "DATABASE_URL")]:
        monkeypatch.delenv(key)
    for key, value in told["environment"].items():
        monkeypatch.setenv(key, resolved(value).replace("/run/secrets", str(folder)).replace("/app", str(ROOT)))
    return read_settings(SERVICES[name].settings)
