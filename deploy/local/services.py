"""The table of what runs beside Kafka and PostgreSQL: each service, its roles, its doors, what only it is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Final

from deploy.local.children import Child, Http, Layer, Listening
from deploy.local.places import REPOSITORY, Places
from deploy.local.ports import ROLES, Ports

POLICY: Final = str(REPOSITORY / "policies" / "shuangta")


@dataclass(frozen=True, slots=True)
class Program:
    """One line of the table. Environment values may name doors: `127.0.0.1:{smpp}`."""

    name: str
    argv: tuple[str, ...]
    door: str
    ready_path: str | None = "/readyz"
    roles: tuple[str, ...] = ()
    database: bool = True
    layer: Layer = Layer.SERVICES
    grace_s: float = 10.0
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _service(name: str, **env: str) -> Program:
    argv = (sys.executable, "-m", f"services.{name}")
    told = MappingProxyType({"BIFANG_POLICY": POLICY, **env})
    return Program(name, argv, door=name, roles=("api", *ROLES[name]), grace_s=30.0, env=told)


CARRIER: Final = "--port {smpp} --control-port {carrier} --ledger {ledger}"

TABLE: Final = (
    Program(
        "carrier",
        (sys.executable, "-m", "services.gateway.carrier", *CARRIER.split()),
        door="smpp",
        ready_path=None,
        database=False,
        layer=Layer.OUTSIDE,
    ),
    _service("registry"),
    _service("medical", BIFANG_MLLP_PORT="{mllp}"),
    _service("visits"),
    _service("notify"),
    _service("gateway", BIFANG_SMPP="127.0.0.1:{smpp}"),
)
CHOSEN: Final = ("BIFANG_ENVIRONMENT", "BIFANG_LOG", "BIFANG_POLICY")
DEFAULT: Final = f"{__name__}:TABLE"


def load(table: str) -> tuple[Program, ...]:
    """`package.module:NAME` of a table: tests bring their own."""
    module, _, name = table.partition(":")
    programs: tuple[Program, ...] = getattr(import_module(module), name)
    return programs


def owners(programs: tuple[Program, ...]) -> tuple[str, ...]:
    """The services that own a database role and a schema."""
    return tuple(program.name for program in programs if program.database)


def environment(
    program: Program, ports: Ports, places: Places, brokers: str, database_url: str | None
) -> dict[str, str]:
    """All that the program is told; what the user has set for BIFANG_ENVIRONMENT, _LOG and _POLICY stands."""
    doors = ports.all()
    told = {name: value.format(**doors) for name, value in program.env.items()}
    chosen = {"BIFANG_ENVIRONMENT": "demo", "BIFANG_LOG": "json", **told}
    chosen |= {name: os.environ[name] for name in CHOSEN if name in os.environ}
    if database_url is not None:
        chosen["DATABASE_URL"] = database_url
    return {
        **chosen,
        "KAFKA_BROKERS": brokers,
        "BIFANG_PORT": str(ports[program.door]),
        "BIFANG_KEYS": str(places.keys / f"{program.name}.json"),
        "PYTHONPATH": str(REPOSITORY),
    }


def children(program: Program, ports: Ports, places: Places, told: Mapping[str, str], apart: bool) -> list[Child]:
    """One process; or, apart, one for each role, each with a door of its own for its health."""
    env = {**os.environ, **told}
    argv = tuple(part.format(**ports.all(), ledger=places.ledger) for part in program.argv)
    if not (apart and program.roles):
        ready = _ready(program, ports[program.door])
        return [Child(program.name, argv, env, ready, layer=program.layer, grace_s=program.grace_s)]
    return [
        Child(
            f"{program.name}.{role}",
            (*argv, "--roles", role),
            {**env, "BIFANG_PORT": str(door)},
            _ready(program, door),
            layer=program.layer,
            grace_s=program.grace_s,
        )
        for role in program.roles
        for door in [ports[program.door if role == "api" else f"{program.name}.{role}"]]
    ]


def _ready(program: Program, port: int) -> Http | Listening:
    return Listening(port) if program.ready_path is None else Http(port, program.ready_path)
