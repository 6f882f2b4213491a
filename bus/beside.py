"""A service's own code over its own database, beside the processes that run it: for what is done by hand."""

from dataclasses import dataclass
from typing import Self

from bus.database import Database
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings


@dataclass(frozen=True, slots=True)
class Beside:
    """Settings, keys and policy are those of the running service; nothing of it is started."""

    service: Service
    settings: Settings
    keys: KeyRing
    database: Database

    @classmethod
    def of(cls, service: Service, settings: Settings) -> Self:
        keys = KeyRing.read(settings.keys)
        service.prepare(settings, keys)
        return cls(service, settings, keys, Database(settings.database_url, schema=service.name, size=3))

    async def recall(self) -> None:
        """As the service does before it decides anything; who only looks goes on, whatever stands in the way of a start."""
        await self.service.recall(self.database)
