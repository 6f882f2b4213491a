"""Every metric of the bus, declared once, and made at zero so that an alert can see the first of its kind."""

from collections import Counter as Tally
from collections.abc import Iterable
from math import inf

from prometheus_client import Counter, Gauge, Histogram

from bus.journal import Item
from contracts.event import Event

OUTCOMES = ("applied", "seen", "buried", "refused", "undecodable", "unknown-type", "stale")
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

EVENTS = Counter("bifang_events_total", "Events heard, by what became of them.", ["service", "outcome"])
FACTS = Counter("bifang_facts_total", "Facts committed; the relay tells them to Kafka.", ["service", "type"])
REQUESTS = Counter("bifang_requests_total", "Requests asked, by what became of them.", ["service", "outcome"])
WAKINGS = Counter("bifang_wakings_total", "States woken, by what became of them.", ["service", "outcome"])
CLOCK_ROUNDS = Counter("bifang_clock_rounds_total", "Rounds of the clock, also those that woke nobody.", ["service"])
BATCH_SIZE = Histogram("bifang_batch_size", "Items in one transaction.", ["service", "kind"], buckets=_SIZES)
TRANSACTION_SECONDS = Histogram(
    "bifang_transaction_seconds", "From BEGIN to COMMIT.", ["service", "kind"], buckets=_SECONDS
)
RETRIES = Counter("bifang_retries_total", "Work tried again because something was away.", ["service", "role"])
READY = Gauge("bifang_ready", "1 when nothing stands in the way of working.", ["service"])
TOLD = Counter("bifang_told_total", "Records that Kafka has acknowledged.", ["service"])
OUTBOX_DEPTH = Gauge("bifang_outbox_depth", "Facts decided and not yet told.", ["service"])
OUTBOX_AGE = Gauge("bifang_outbox_oldest_seconds", "Age of the oldest fact not yet told.", ["service"])
LAG = Gauge("bifang_consumer_lag", "Records on Kafka not yet applied.", ["service", "topic"])
STALLED = Gauge("bifang_consumer_stalled_seconds", "How long a worker that is behind has not moved.", ["service"])
DEAD_LETTERS = Counter("bifang_dead_letters_total", "Records buried.", ["service"])
BURIED = Gauge("bifang_dead_letters_standing", "Records that lie buried in the journal now.", ["service"])
WAKINGS_OVERDUE = Gauge(
    "bifang_wakings_overdue", "States whose hour has come and that were not woken yet.", ["service"]
)
WAKINGS_OLDEST = Gauge(
    "bifang_wakings_overdue_oldest_seconds", "How long the first of them should have been woken ago.", ["service"]
)
WAKINGS_FAILING = Gauge("bifang_wakings_failing", "States whose waking fails again and again.", ["service"])
CLOCKS_APART = Gauge(
    "bifang_clocks_apart_seconds", "Largest difference between database, host and broker.", ["service"]
)
BROKER_AHEAD = Gauge(
    "bifang_broker_ahead_seconds", "By how much the broker's clock was ahead of the relay's, lately.", ["service"]
)
FAN_OUTS_OPEN = Gauge("bifang_fan_outs_open", "Fan-outs that are not worked off.", ["service"])
FAN_OUTS_PRUNED = Counter("bifang_fan_outs_pruned_total", "Fan-outs worked off long ago and taken away.", ["service"])
REBUILT = Counter("bifang_rebuilt_total", "States rebuilt from the journal and compared with the tables.", ["service"])
REBUILD_STATES = Gauge("bifang_rebuild_states", "States compared in the round under way, or in the last.", ["service"])
REBUILD_DIFFERING = Gauge("bifang_rebuild_differing", "States that the journal does not explain.", ["service"])
REBUILD_AGE = Gauge(
    "bifang_rebuild_age_seconds", "How long ago all states had been compared; +Inf where nobody looks.", ["service"]
)


def create_at_zero(service: str, says: Iterable[type[Event]]) -> None:
    """All label sets of a service exist from its start: an alert on an increase must see the first one."""
    for event in says:
        FACTS.labels(service, event.type)
    for outcome in OUTCOMES:
        EVENTS.labels(service, outcome)
        REQUESTS.labels(service, outcome)
    for outcome in ("changed", "idle", "failed"):
        WAKINGS.labels(service, outcome)
    for kind in ("heard", "asked", "woken", "relay"):
        BATCH_SIZE.labels(service, kind)
        TRANSACTION_SECONDS.labels(service, kind)
    for role in ("worker", "api", "relay", "clock", "sender"):
        RETRIES.labels(service, role)
    for metric in (CLOCK_ROUNDS, TOLD, OUTBOX_DEPTH, OUTBOX_AGE, STALLED, DEAD_LETTERS, BURIED, WAKINGS_OVERDUE, WAKINGS_OLDEST,
                   WAKINGS_FAILING, CLOCKS_APART, BROKER_AHEAD, FAN_OUTS_OPEN,
                   FAN_OUTS_PRUNED, REBUILT, REBUILD_STATES, REBUILD_DIFFERING):  # fmt: skip
        metric.labels(service)
    REBUILD_AGE.labels(service).set(inf)


def count_facts(service: str, facts: Iterable[Event]) -> None:
    for type_, n in Tally(fact.type for fact in facts).items():
        FACTS.labels(service, type_).inc(n)


def outcomes(items: Iterable[Item]) -> Tally[str]:
    """How many of the items ended how."""
    tally: Tally[str] = Tally()
    for item in items:
        if item.failure is not None:
            tally["buried" if item.nobody_waits else "refused"] += 1
        else:
            tally["seen" if item.seen else "applied"] += 1
    return tally
