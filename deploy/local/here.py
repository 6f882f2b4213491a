"""Which instance a command is about: `--data` and `--port-base`, the second remembered from the last `up`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from deploy.local.places import REPOSITORY, Places, write_whole
from deploy.local.platform import ALL, Platform
from deploy.local.ports import BASE, Ports

DATA = REPOSITORY / ".bifang"


@dataclass(frozen=True, slots=True)
class Here:
    places: Places
    ports: Ports

    def platform(self, parts: frozenset[str] = ALL, *, apart: bool = False) -> Platform:
        """For people: outlives the command, and uses KAFKA_BROKERS and DATABASE_URL where they are set."""
        return Platform(self.places.data, self.ports, parts=parts, apart=apart, bound=False, own=False)

    def remember(self) -> None:
        write_whole(self.places.ports, json.dumps({"port_base": self.ports.base}) + "\n")


def find(data: Path | None, port_base: int | None) -> Here:
    places = Places((data or DATA).absolute())
    try:
        return Here(places, Ports(port_base or _remembered(places)))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _remembered(places: Places) -> int:
    try:
        return int(json.loads(places.ports.read_text())["port_base"])
    except (OSError, ValueError, KeyError):
        return BASE


def of(context: typer.Context) -> Here:
    found = context.find_object(Here)
    assert found is not None  # the callback of the application puts it there
    return found
