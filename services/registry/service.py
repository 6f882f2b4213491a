"""The assembly of the registry, and the words of the city that it is lent."""

from bus.pack import Words, read_words
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from contracts.all import TOPICS, registry
from services.registry import city, metrics
from services.registry.api import routers
from services.registry.decisions import deputies, directory, group, opening, person, roster, survey_round, unit
from services.registry.headcount import Headcount
from services.registry.tables import metadata
from services.registry.titles import TITLES


def lend_words(settings: Settings, keys: KeyRing) -> None:
    """The pack is read once, at the start; a wrong one stops the start, with file and line."""
    lend(read_words(settings.policy))


def lend(words: Words) -> None:
    """The doors are lent the words, the decisions the offices that they name."""
    city.LENT["words"] = words
    for table in (unit, person):
        table.kept_in.given["offices"] = city.offices(words)


service = Service(
    "registry",
    metadata,
    decisions=[deputies, directory, group, opening, person, roster, survey_round, unit],
    says=registry.EVENTS,
    routes=routers,
    prepare=lend_words,
    parts={"clock": Headcount.of},
    titles=TITLES,
    measure=metrics.measure,
    patient=TOPICS.values(),  # most of what it hears becomes a line in a file, for somebody to read later
)
