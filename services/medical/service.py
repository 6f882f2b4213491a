"""The assembly of medical: decisions, routes, and the listener that hospitals speak to."""

import asyncio

from pydantic import Field

from bus.running import Running
from bus.service import Service
from bus.settings import Settings
from contracts import medical
from services.medical import metrics
from services.medical.api import router
from services.medical.decisions import aside, patient
from services.medical.intake import Intake
from services.medical.mllp import MllpListener, Peer
from services.medical.tables import metadata
from services.medical.titles import TITLES


class MedicalSettings(Settings):
    """What medical must be told beside the common settings."""

    mllp_port: int = Field(ge=1, le=65535)
    hospital: str = Field(default="第一医院", min_length=1)
    """Who sends on this line, as people will read it."""


class Line:
    """The MLLP listener, as a part of the service."""

    def __init__(self, running: Running) -> None:
        settings = running.settings
        assert isinstance(settings, MedicalSettings)
        self._intake = Intake(running.asking, running.keys, settings.hospital)
        running.state["intake"] = self._intake
        self.listener = MllpListener(settings.host, settings.mllp_port, self._receive)
        metrics.DOOR.counters = self.listener.counters
        self._listens = False
        self._stopped = asyncio.Event()

    async def _receive(self, raw: bytes, peer: Peer) -> bytes:
        return await self._intake.take(raw)

    async def run(self) -> None:
        await self.listener.start()
        self._listens = True
        await self._stopped.wait()

    async def stop(self) -> None:
        self._listens = False
        await self.listener.stop()
        self._stopped.set()

    def missing(self) -> list[str]:
        return [] if self._listens else ["mllp: not listening"]


service = Service(
    "medical",
    metadata,
    decisions=[patient, aside],
    says=medical.EVENTS,
    routes=[router],
    titles=TITLES,
    settings=MedicalSettings,
    parts={"api": Line},
    measure=metrics.measure,
)
