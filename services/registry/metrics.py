"""What operations and the bureau see from zero: stale fields, overdue plans, people whom nobody answers for."""

from prometheus_client import Gauge

from bus.database import Connection
from bus.now import NOW
from services.registry import city
from services.registry.reading import LIVING
from services.registry.reading.plans import count_due
from services.registry.reading.stale import count_stale

STALE = Gauge("bifang_stale_fields", "People one field of whose file is older than its limit.", ["county", "field"])
PLANS = Gauge("bifang_plans_overdue", "People without a plan in time, or whose plan should be reviewed.", ["county"])
LEFT_BEHIND = Gauge("bifang_people_in_ended_units", "People still under care of a unit that has ended.")
VACANT = Gauge("bifang_posts_vacant", "Roles that somebody must hold for a person, and nobody does.", ["role"])
VACANT_OLDEST = Gauge("bifang_posts_vacant_oldest_seconds", "How long the longest of them has been vacant.", ["role"])

_LEFT_BEHIND = """
SELECT count(*) FROM units u JOIN people p ON p.unit_id = u.unit_id WHERE u.ended_at IS NOT NULL AND p.enrolled_at IS NOT NULL
"""
_VACANT = f"""
SELECT v.role, count(*) AS vacant, extract(epoch FROM {NOW} - min(v.since)) AS oldest
FROM vacancies v JOIN people p ON p.person_id = v.person_id WHERE v.filled_at IS NULL AND {LIVING} GROUP BY v.role
"""


async def measure(connection: Connection) -> None:
    """What is well again shows zero."""
    LEFT_BEHIND.set(await connection.fetchval(_LEFT_BEHIND))
    words = city.words()
    stale = await count_stale(connection, words.fresh_for)
    for county, field in [*_shown(STALE), *stale]:
        STALE.labels(county, field).set(stale.get((county, field), 0))
    plans = await count_due(connection, words.plan_within)
    for county in {county for (county,) in _shown(PLANS)} | plans.keys():
        PLANS.labels(county).set(plans.get(county, 0))
    vacant = {row["role"]: row for row in await connection.fetch(_VACANT)}
    for role in {role for (role,) in _shown(VACANT)} | vacant.keys() | {*words.care_team}:
        row = vacant.get(role)
        VACANT.labels(role).set(row["vacant"] if row else 0)
        VACANT_OLDEST.labels(role).set(row["oldest"] if row else 0)


def _shown(gauge: Gauge) -> set[tuple[str, ...]]:
    """By what labels it was shown before."""
    return {tuple(sample.labels.values()) for family in gauge.collect() for sample in family.samples}
