"""Duties as operations see them: what happens to them by rule, and what is owed and overdue at this hour."""

from collections.abc import Iterable
from math import inf
from typing import Any

from prometheus_client import Counter, Gauge

from bus.database import Connection
from bus.now import NOW
from contracts.event import Event
from contracts.visits import DutyDone, DutyEscalated, DutyMissed, DutyOpened, DutySuperseded, DutyWaived
from services.visits.coverage.climb import STANDING_STILL
from services.visits.coverage.verdicts import EXCEPTIONS
from services.visits.lineage_reading import standing
from services.visits.reading import in_force

DUTIES = Counter("bifang_duties_total", "Duties, by rule and by what happened to them.", ["rule", "what"])
OPEN = Gauge("bifang_duties_open", "Duties owed now.", ["rule"])
OVERDUE = Gauge("bifang_duties_overdue", "Duties owed now whose window has passed.", ["rule"])
UNPUBLISHED = Gauge(
    "bifang_workdays_unpublished_year", "The first year whose workdays should be known by now and are not; 0 = none."
)
OLDEST = Gauge("bifang_duties_overdue_oldest_seconds", "How long the longest overdue duty has been so.", ["rule"])

NAMED = Gauge(
    "bifang_coverage_exceptions",
    "Persons × rules that the last certificate names, by what it has against them.",
    ["why"],
)
UNREACHABLE = Gauge("bifang_coverage_unreachable", "Rungs of a unit that nobody holds, nor any above.")
AGE = Gauge(
    "bifang_coverage_certificate_age_seconds", "How long ago the last certificate was taken; +Inf before the first."
)
DIFFERING = Gauge(
    "bifang_coverage_differing", "By how many people the last certificate and the registry's count differ."
)
COUNT_AGE = Gauge(
    "bifang_coverage_count_age_seconds", "How long ago the registry had counted everybody; +Inf before the first count."
)

AWAITED = Gauge("bifang_lineage_people_awaited", "People named by a reform whose card with the new unit has not come.")
AWAITED_OLDEST = Gauge(
    "bifang_lineage_people_awaited_oldest_seconds", "How long ago the oldest reform began that awaits somebody's card."
)
VANISHED = Gauge(
    "bifang_lineage_duties_vanished",
    "Duties open before a reform that are neither open now nor closed by something that is there.",
)

WHAT: dict[type[Event], str] = {
    DutyOpened: "opened",
    DutyDone: "done",
    DutyMissed: "missed",
    DutyEscalated: "escalated",
    DutyWaived: "waived",
    DutySuperseded: "superseded",
}
LATE = "done-late"

_OWED = f"""
SELECT rule, count(*) AS open, count(missed_at) AS overdue,
  coalesce(extract(epoch FROM {NOW} - min(due_at) FILTER (WHERE missed_at IS NOT NULL)), 0) AS oldest
FROM duties WHERE closed_at IS NULL GROUP BY rule
"""
_LAST = f"""
SELECT certificate_id, unreachable, differing, extract(epoch FROM {NOW} - taken_at) AS age
FROM certificates ORDER BY number DESC LIMIT 1
"""
_COUNTED = f"SELECT extract(epoch FROM {NOW} - max(counted_as_of)) FROM certificate_books"
_NAMED = "SELECT why, count(*) AS people FROM exceptions WHERE certificate_id = $1 GROUP BY why"


def create_at_zero(rules: Iterable[str]) -> None:
    """All rules of the policy in force; one that it no longer has appears when a duty of it moves."""
    for rule in rules:
        for what in (*WHAT.values(), LATE):
            DUTIES.labels(rule, what)
        for gauge in (OPEN, OVERDUE, OLDEST):
            gauge.labels(rule)
    for why in (*EXCEPTIONS, *STANDING_STILL):
        NAMED.labels(why)
    AGE.set(inf)
    COUNT_AGE.set(inf)


def count(fact: Event, _: Any) -> None:
    """A fact of a duty's life, under its rule."""
    if type(fact) in WHAT:
        late = isinstance(fact, DutyDone) and fact.late
        DUTIES.labels(fact.rule, LATE if late else WHAT[type(fact)]).inc()  # type: ignore[attr-defined]


async def measure(connection: Connection) -> None:
    """What is owed now, and whether the calendar in force is whole."""
    await _measure_duties(connection)
    book, now = await in_force(connection)
    await _measure_lineages(connection)
    today = now.astimezone(book.in_force.zone).date()
    UNPUBLISHED.set(book.in_force.almanac.unpublished_by(today) or 0)


async def _measure_lineages(connection: Connection) -> None:
    found = await standing(connection)
    AWAITED.set(found["awaited"])
    AWAITED_OLDEST.set(found["oldest"])
    VANISHED.set(found["vanished"])


async def _measure_duties(connection: Connection) -> None:
    """A rule of which nothing is owed any more shows zero."""
    rows = {row["rule"]: row for row in await connection.fetch(_OWED)}
    shown = {sample.labels["rule"] for family in OPEN.collect() for sample in family.samples}
    for rule in shown | rows.keys():
        row = rows.get(rule)
        OPEN.labels(rule).set(row["open"] if row else 0)
        OVERDUE.labels(rule).set(row["overdue"] if row else 0)
        OLDEST.labels(rule).set(row["oldest"] if row else 0)
    await _measure_coverage(connection)


async def _measure_coverage(connection: Connection) -> None:
    """As the last certificate says, and when the registry has counted last."""
    if (age := await connection.fetchval(_COUNTED)) is not None:
        COUNT_AGE.set(age)
    last = await connection.fetchrow(_LAST)
    if last is None:
        return
    AGE.set(last["age"])
    UNREACHABLE.set(last["unreachable"])
    DIFFERING.set(last["differing"])
    named = {row["why"]: row["people"] for row in await connection.fetch(_NAMED, last["certificate_id"])}
    for why in (*EXCEPTIONS, *STANDING_STILL):
        NAMED.labels(why).set(named.get(why, 0))
