"""The assembly of the gateway, and its line to the carrier."""

from pydantic import Field, SecretStr, model_validator

from bus.running import Running
from bus.service import Service
from bus.settings import Settings
from contracts import gateway
from services.gateway import metrics
from services.gateway.access import Access
from services.gateway.api import router
from services.gateway.decisions import outgoing
from services.gateway.sender import Sender
from services.gateway.tables import metadata
from services.gateway.titles import TITLES

OF_THE_SIMULATOR = "demo"


class GatewaySettings(Settings):
    """What the gateway must be told beside the common settings."""

    smpp: str = Field(pattern=r"^[^\s:]+:\d+$")
    """host:port of the carrier."""
    smpp_system_id: str = "bifang"
    smpp_password: SecretStr = SecretStr(OF_THE_SIMULATOR)

    @model_validator(mode="after")
    def _a_real_carrier_in_production(self) -> "GatewaySettings":
        """What the simulator takes is `delivered`, and reaches nobody."""
        if self.environment == "production" and self.smpp_password.get_secret_value() in ("", OF_THE_SIMULATOR):
            raise ValueError("BIFANG_SMPP_PASSWORD: not set, or the simulator's; production needs your carrier's")
        return self


def make_sender(running: Running) -> Sender:
    """The line to the carrier that the settings name."""
    settings = running.settings
    assert isinstance(settings, GatewaySettings)
    host, _, port = settings.smpp.rpartition(":")
    sender = Sender(
        running, Access(host, int(port), settings.smpp_system_id, settings.smpp_password.get_secret_value())
    )
    metrics.LINK_UP.set_function(lambda: sender.link.up)
    return sender


service = Service(
    "gateway",
    metadata,
    decisions=[outgoing],
    says=gateway.EVENTS,
    routes=[router],
    titles=TITLES,
    settings=GatewaySettings,
    parts={"sender": make_sender},
    count=metrics.count,
    measure=metrics.measure,
)
