"""Duties as operations see them: what happens to them by rule, and what is owed and overdue at this hour."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import Counter, Gauge

from bus.database import Connection
from bus.now import NOW
from contracts.event import Event
from contracts.visits import DutyDone, DutyEscalated, DutyMissed, DutyOpened, DutySuperseded, DutyWaived

DUTIES = Counter("bifang_duties_total", "Duties, by rule and by what happened to them.", ["rule", "what"])
OPEN = Gauge("bifang_duties_open", "Duties owed now.", ["rule"])
OVERDUE = Gauge("bifang_duties_overdue", "Duties owed now whose window has passed.", ["rule"])
OLDEST = Gauge("bifang_duties_overdue_oldest_seconds", "How long the longest overdue duty has been so.", ["rule"])

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


def create_at_zero(rules: Iterable[str]) -> None:
    """All rules of the policy in force; one that it no longer has appears when a duty of it moves."""
    for rule in rules:
        for what in (*WHAT.values(), LATE):
            DUTIES.labels(rule, what)
        for gauge in (OPEN, OVERDUE, OLDEST):
            gauge.labels(rule)


def count(fact: Event, _: Any) -> None:
    """A fact of a duty's life, under its rule."""
    if type(fact) in WHAT:
        late = isinstance(fact, DutyDone) and fact.late
        DUTIES.labels(fact.rule, LATE if late else WHAT[type(fact)]).inc()  # type: ignore[attr-defined]


async def measure(connection: Connection) -> None:
    """What is owed now; a rule of which nothing is owed any more shows zero."""
    rows = {row["rule"]: row for row in await connection.fetch(_OWED)}
    shown = {sample.labels["rule"] for family in OPEN.collect() for sample in family.samples}
    for rule in shown | rows.keys():
        row = rows.get(rule)
        OPEN.labels(rule).set(row["open"] if row else 0)
        OVERDUE.labels(rule).set(row["overdue"] if row else 0)
        OLDEST.labels(rule).set(row["oldest"] if row else 0)
