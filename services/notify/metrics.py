"""Whom we asked to be told, the cases in which nobody can be told, and the holders whom no SMS reaches."""

from typing import Any

from prometheus_client import Counter, Gauge

from bus.database import Connection
from bus.now import NOW
from contracts.event import Event
from contracts.notify import LANES, SmsRequested, SmsWithdrawn

REQUESTED = Counter("bifang_sms_requested_total", "SMS that were asked of the gateway.", ["lane"])
WITHDRAWN = Counter("bifang_sms_withdrawn_total", "SMS that were taken back.", ["lane"])
PARKED = Gauge("bifang_cases_parked", "Cases that wait for a card, a holder, a number that takes SMS, or a template.")
PARKED_OLDEST = Gauge("bifang_cases_parked_oldest_seconds", "How long the longest parked case has been so.")
UNREACHABLE = Gauge(
    "bifang_holders_unreachable", "Holders of whom, after a test, nothing proves that an SMS reaches them."
)
UNREACHABLE_OLDEST = Gauge(
    "bifang_holders_unreachable_oldest_seconds", "How long the longest of them has not been reached."
)

_PARKED = f"""
SELECT count(*) AS parked, coalesce(extract(epoch FROM {NOW} - min(parked_since)), 0) AS oldest
FROM cases WHERE parked_since IS NOT NULL
"""
_UNREACHABLE = f"""
SELECT count(*) AS unreachable, coalesce(extract(epoch FROM {NOW} - min(unreachable_since)), 0) AS oldest
FROM reaches WHERE unreachable_since IS NOT NULL
"""

for _lane in LANES:
    REQUESTED.labels(_lane)
    WITHDRAWN.labels(_lane)


def count(fact: Event, _: Any) -> None:
    """What was said on a lane."""
    if isinstance(fact, SmsRequested):
        REQUESTED.labels(fact.lane).inc()
    elif isinstance(fact, SmsWithdrawn):
        WITHDRAWN.labels(fact.lane).inc()


async def measure(connection: Connection) -> None:
    """The cases in which nobody can be told, and the rungs at which the ladder is broken."""
    row = await connection.fetchrow(_PARKED)
    PARKED.set(row["parked"])
    PARKED_OLDEST.set(row["oldest"])
    row = await connection.fetchrow(_UNREACHABLE)
    UNREACHABLE.set(row["unreachable"])
    UNREACHABLE_OLDEST.set(row["oldest"])
