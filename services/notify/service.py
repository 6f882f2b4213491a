"""The assembly of notify, and the voice that it is lent."""

from bus.pack.messages import read_messages
from bus.pack.words import read_words
from bus.readings import readings_told_by
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from contracts import notify
from contracts.gateway import REPLIES, STATUS
from services.notify import metrics, reachability
from services.notify.api import router
from services.notify.decisions import notice, reach, tray
from services.notify.pack import courtesy_of
from services.notify.tables import metadata, notice_store, reach_store, reading_store, tray_store
from services.notify.titles import TITLES
from services.notify.voice import SealedVoice


def lend_voice(settings: Settings, keys: KeyRing) -> None:
    """The templates are read once, at the start; a wrong one stops the start, with file and line."""
    messages = read_messages(settings.policy)
    roles = read_words(settings.policy).zh["roles"]
    voice = SealedVoice(keys, messages.texts, courtesy_of(messages), roles)
    for store in (notice_store, tray_store, reach_store):
        store.given["voice"] = voice


service = Service(
    "notify",
    metadata,
    decisions=[notice, tray, reach, readings_told_by(notify.PeopleRead, reading_store)],
    says=notify.EVENTS,
    routes=[router, reachability.router],
    titles=TITLES,
    prepare=lend_voice,
    patient=[STATUS, REPLIES],
    count=metrics.count,
    measure=metrics.measure,
)
