"""The assembly of visits, and the policy that it is lent."""

from pathlib import Path

from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import Settings
from contracts import visits
from contracts.notify import CASES
from services.visits import metrics
from services.visits.api import router
from services.visits.decisions import care
from services.visits.policy import load
from services.visits.store import care_store
from services.visits.tables import metadata


class VisitsSettings(Settings):
    """What visits must be told beside the common settings."""

    policy: Path
    """The folder of the policy pack."""


def lend_policy(settings: Settings, keys: KeyRing) -> None:
    """The pack is read once, at the start; a wrong one stops the start, with file, line and rule."""
    assert isinstance(settings, VisitsSettings)
    policy = load(settings.policy)
    care_store.given["policy"] = policy
    metrics.create_at_zero(policy.rules)


service = Service(
    "visits",
    metadata,
    decisions=[care],
    says=visits.EVENTS,
    routes=[router],
    settings=VisitsSettings,
    prepare=lend_policy,
    patient=[CASES],  # a word of somebody, who has taken minutes to say it
    count=metrics.count,
    measure=metrics.measure,
)
