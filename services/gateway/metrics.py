"""SMS as operations see them: by lane and outcome, how long they took, and what waits for the carrier."""

from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from bus.database import Connection
from bus.now import NOW
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsUnknown
from contracts.notify import LANES

OUTCOMES: dict[type[Event], str] = {
    SmsAccepted: "accepted",
    SmsDelivered: "delivered",
    SmsFailed: "failed",
    SmsUnknown: "unknown",
    SmsHeldBack: "held-back",
}
SMS = Counter("bifang_sms_total", "SMS, by lane and by what became of them.", ["lane", "outcome"])
ACCEPTED_SECONDS = Histogram(
    "bifang_sms_accepted_seconds", "From the request to the carrier's taking it.", ["lane"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)  # fmt: skip
DELIVERED_SECONDS = Histogram(
    "bifang_sms_delivered_seconds", "From the request to the handset.", ["lane"],
    buckets=(1, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 30 * 3600),
)  # fmt: skip
WAITING = Gauge("bifang_sms_waiting", "SMS that may go now and that no carrier has.", ["lane"])
OLDEST = Gauge("bifang_sms_waiting_oldest_seconds", "How long the oldest of them has been allowed to go.", ["lane"])
LINK_UP = Gauge("bifang_carrier_link_up", "1 when the carrier's line is bound.")

_WAITING = f"""
SELECT lane, count(*) AS waiting,
  extract(epoch FROM {NOW} - min(CASE WHEN attempt > 0 THEN requested_at ELSE greatest(requested_at, not_before) END)) AS oldest
FROM outgoing WHERE state = 'queued' AND (attempt > 0 OR not_before IS NULL OR not_before <= {NOW}) GROUP BY lane
"""
"""One that the carrier would not take now waits on, however often it is put off."""

for _lane in LANES:
    for _outcome in OUTCOMES.values():
        SMS.labels(_lane, _outcome)
    for _metric in (ACCEPTED_SECONDS, DELIVERED_SECONDS, WAITING, OLDEST):
        _metric.labels(_lane)


def count(fact: Event, sms: Any) -> None:
    """The lane and the hour of the request are known to the SMS that says it, not to what it says."""
    if type(fact) not in OUTCOMES:
        return
    SMS.labels(sms.lane, OUTCOMES[type(fact)]).inc()
    if isinstance(fact, SmsAccepted) and sms.requested_at is not None:
        ACCEPTED_SECONDS.labels(sms.lane).observe((fact.accepted_at - sms.requested_at).total_seconds())
    elif isinstance(fact, SmsDelivered) and sms.requested_at is not None:
        DELIVERED_SECONDS.labels(sms.lane).observe((fact.delivered_at - sms.requested_at).total_seconds())


async def measure(connection: Connection) -> None:
    """What waits for the carrier, lane by lane."""
    rows = {row["lane"]: row for row in await connection.fetch(_WAITING)}
    for lane in LANES:
        row = rows.get(lane)
        WAITING.labels(lane).set(row["waiting"] if row else 0)
        OLDEST.labels(lane).set(row["oldest"] if row else 0)
