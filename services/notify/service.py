"""The assembly of notify, and the voice that it is lent."""

from pathlib import Path

from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from contracts import notify
from contracts.gateway import REPLIES, STATUS
from services.notify import metrics
from services.notify.api import router
from services.notify.decisions import notice
from services.notify.pack import read_messages
from services.notify.tables import metadata, notice_store
from services.notify.voice import SealedVoice


class NotifySettings(Settings):
    """What notify must be told beside the common settings."""

    policy: Path
    """The folder of the policy pack; its messages.yaml holds the templates."""


def lend_voice(settings: Settings, keys: KeyRing) -> None:
    """The templates are read once, at the start; a wrong one stops the start, with file and line."""
    assert isinstance(settings, NotifySettings)
    notice_store.given["voice"] = SealedVoice(keys, read_messages(settings.policy / "messages.yaml"))


service = Service(
    "notify",
    metadata,
    decisions=[notice],
    says=notify.EVENTS,
    routes=[router],
    settings=NotifySettings,
    prepare=lend_voice,
    patient=[STATUS, REPLIES],
    count=metrics.count,
    measure=metrics.measure,
)
