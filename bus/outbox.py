"""The outbox: facts wait here, in the transaction that decided them, until the relay has told them to Kafka."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

from bus.database import Connection
from bus.envelope import Envelope, Headers, attributes
from bus.ids import derived_uuid7
from bus.journal import Item
from bus.now import NOW
from bus.writing import Write, of_rows
from contracts.event import Event

LARGEST = 900_000
"""Bytes of one record, body and headers; Kafka's own limit is 1 MiB."""

_STAGE = """
INSERT INTO outbox (event_id, topic, key, headers, body)
SELECT event_id, topic, key, headers, body FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::bytea[])
  WITH ORDINALITY AS u(event_id, topic, key, headers, body, n) ORDER BY n
"""

_WAITING = f"""
SELECT {NOW} AS now, (SELECT headers FROM outbox ORDER BY id LIMIT 1) AS oldest,
  (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 100000) few) AS depth
"""


class FactTooLarge(Exception):
    """A fact that Kafka would refuse is refused in the decision: nothing of the decision is kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it will stand on Kafka."""

    event_id: UUID
    topic: str
    key: UUID
    headers: bytes
    body: bytes


def fact_rows(item: Item, facts: Sequence[Event], clock: datetime, source: str) -> list[Row]:
    """The facts of one decision. Their ids are made of its cause, so that deciding it again says the same.

    Where a fact tells of one thing alone (`once`), they are made of that thing: of several causes another may come last the
    next time, when a database that was set back hears them again.
    """
    return [_row(item, n, fact, clock, source) for n, fact in enumerate(facts)]


def _row(item: Item, n: int, fact: Event, clock: datetime, source: str) -> Row:
    at = item.time or item.at_least or clock
    of: tuple[bytes, ...] = (item.id.bytes, item.decisions.name.encode(), fact.type.encode(), b"%d" % n)
    if fact.once_fields:
        named = [getattr(fact, name) for name in fact.once_fields]
        at = next((value for value in named if isinstance(value, datetime)), at)
        of = (fact.type.encode(), *(_one_way(value).encode() for value in named))
    envelope = Envelope(
        id=derived_uuid7(at, *of),
        type=fact.type,
        source=source,
        key=fact.key,
        time=clock,
        correlation=item.correlation,
        causation=item.id,
    )
    return _checked(envelope, fact.topic.name, fact.model_dump_json().encode())


def _one_way(value: object) -> str:
    """One instant is written one way, whatever the zone that it came in."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def asked_row(item: Item, clock: datetime, source: str, topic: str) -> Row | None:
    """What was asked is told too, on the service's own topic: a database that was set back hears it again.

    Words too large for Kafka are kept by the database alone.
    """
    envelope = Envelope(item.id, f"{topic}.{item.type}", source, item.key, clock, item.correlation, item.id)
    try:
        return _checked(envelope, topic, item.words)
    except FactTooLarge:
        return None


def _checked(envelope: Envelope, topic: str, body: bytes) -> Row:
    headers = orjson.dumps(attributes(envelope))
    if len(headers) + len(body) > LARGEST:
        raise FactTooLarge(f"{envelope.type} of {len(body)} bytes is larger than the {LARGEST} that Kafka takes")
    return Row(envelope.id, topic, envelope.key, headers, body)


def dump_headers(headers: Headers) -> bytes:
    """Headers as one column: a JSON list of pairs; their values are ASCII by CloudEvents' own rule, a stranger's may be null."""
    return orjson.dumps([(name, None if value is None else value.decode("latin-1")) for name, value in headers])


def load_headers(column: bytes) -> list[tuple[str, bytes | None]]:
    return [(name, None if value is None else value.encode("latin-1")) for name, value in orjson.loads(column)]


def staged(rows: Iterable[Row]) -> list[Write]:
    """Numbered in this order, after the locks: the facts of one state leave in the order in which they were decided."""
    return of_rows(_STAGE, [(r.event_id, r.topic, r.key, r.headers, r.body) for r in rows])


async def waiting(connection: Connection) -> tuple[int, float]:
    """How many records wait to be told, and for how many seconds the oldest has. Of a dead letter, since it was buried."""
    row = await connection.fetchrow(_WAITING)
    if row["oldest"] is None:
        return 0, 0.0
    headers = dict(orjson.loads(row["oldest"]))
    decided = datetime.fromisoformat(headers.get("dead_letter_at") or headers["ce_time"])
    return row["depth"], max(0.0, (row["now"] - decided).total_seconds())
