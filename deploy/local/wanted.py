"""Which platform is wanted: its parts, its ports, and the servers that it was given."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from deploy.local import databases, postgres, services
from deploy.local.places import Places
from deploy.local.ports import Ports
from deploy.local.services import Program

KAFKA, POSTGRES, SERVICES = "kafka", "postgres", "services"
PARTS: Final = (KAFKA, POSTGRES, SERVICES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall stand. A broker or a database of others is used, and neither started nor stopped."""

    places: Places
    ports: Ports
    parts: frozenset[str]
    programs: tuple[Program, ...]
    apart: bool = False
    others_brokers: str | None = None
    others_database: str | None = None

    @property
    def brokers(self) -> str:
        return self.others_brokers or f"127.0.0.1:{self.ports['kafka']}"

    def admin_dsn(self) -> str:
        if self.others_database:
            return self.others_database
        password = postgres.passwords(self.places, ())[postgres.ADMIN]
        return databases.dsn(postgres.ADMIN, password, self.ports["postgres"])

    def dsn(self, service: str) -> str:
        """What the user has set for one service stands: then we make no role for it."""
        if given := os.environ.get(f"BIFANG_DATABASE_URL_{service.upper()}"):
            return given
        password = postgres.passwords(self.places, (service,))[service]
        return databases.as_user(self.admin_dsn(), databases.role(service), password)

    def told(self, program: Program) -> dict[str, str]:
        database = self.dsn(program.name) if program.database else None
        return services.environment(program, self.ports, self.places, self.brokers, database)
