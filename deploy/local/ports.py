"""Every door of one instance, so that several instances can stand side by side: all ports move together."""

from __future__ import annotations

import random
import socket
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

BASE: Final = 8100

ROLES: Final = {
    "registry": ("worker", "relay", "clock"),
    "medical": ("worker", "relay", "clock"),
    "visits": ("worker", "relay", "clock"),
    "notify": ("worker", "relay", "clock"),
    "gateway": ("worker", "relay", "clock", "sender"),
}
"""The roles of each service beside `api`, which stands at the service's own door."""

_APART: Final = [f"{service}.{role}" for service, roles in ROLES.items() for role in roles]

DOORS: Final = MappingProxyType(
    {
        "console": 8100,
        "registry": 8101,
        "medical": 8102,
        "visits": 8103,
        "notify": 8104,
        "gateway": 8105,
        "mllp": 2575,
        "smpp": 12775,
        "carrier": 12776,
        "postgres": 15432,
        "kafka": 19092,
        "controller": 19093,
        **{role: 8110 + number for number, role in enumerate(_APART)},  # health and metrics of roles that run apart
    }
)

LOWEST_BASE: Final = BASE - DOORS["mllp"] + 1024
HIGHEST_BASE: Final = BASE - DOORS["controller"] + 65535
APART: Final = 50
"""Two instances whose bases differ by this much share no port."""


@dataclass(frozen=True, slots=True)
class Ports:
    """`Ports(9100)["kafka"]` is the default port of Kafka moved by 1000, as are all the others."""

    base: int = BASE

    def __post_init__(self) -> None:
        if not LOWEST_BASE <= self.base <= HIGHEST_BASE:
            raise ValueError(f"--port-base 应在 {LOWEST_BASE} 与 {HIGHEST_BASE} 之间，不是 {self.base}")

    def __getitem__(self, door: str) -> int:
        return DOORS[door] + self.base - BASE

    def all(self) -> dict[str, int]:
        return {door: self[door] for door in DOORS}

    @classmethod
    def free(cls) -> Ports:
        """Ports on which nothing listens now, all below the range that outgoing connections are given."""
        bases = list(range(9000, 21700, APART))
        random.shuffle(bases)
        return next(ports for ports in map(cls, bases) if all(map(is_free, ports.all().values())))


def is_free(port: int) -> bool:
    """Whether a server could listen there now; connections still closing do not count."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
