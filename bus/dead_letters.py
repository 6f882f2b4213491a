"""What could not be taken in lies here with its reason, untouched, until somebody mends the cause and replays it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bus.envelope import Envelope, Headers, pack
from bus.ids import derived_uuid7
from bus.journal import Item, Kind, reason_of
from bus.outbox import Row, dump_headers
from bus.whole_topic import records_of


def topic_of(service: str) -> str:
    """Each service has dead letters of its own."""
    return f"{service}.dead-letters"


def letter(service: str, item: Item, clock: datetime) -> Row:
    """The dead letter of an item that was heard: the record's own headers and bytes, and beside them why."""
    assert item.failure is not None
    type_ = item.type if item.kind is Kind.HEARD else f"{service}.asked.{item.type}"
    envelope = Envelope(item.id, type_, item.source, item.key, item.time or clock, item.correlation, item.id)
    return _row(service, pack(envelope), item.words, item.key, item.decisions.name, item.failure, item.source, clock)


def unread(service: str, headers: Headers, body: bytes | None, failure: Exception, place: str, clock: datetime) -> Row:
    """The dead letter of a record that is no event: nobody knows whom it concerns."""
    key = derived_uuid7(clock, place.encode(), body or b"")
    return _row(service, headers, body or b"", key, "", failure, place, clock)


def _row(
    service: str,
    headers: Headers,
    body: bytes,
    key: UUID,
    decision: str,
    failure: Exception,
    place: str,
    clock: datetime,
) -> Row:
    added = (
        ("dead_letter_decision", decision.encode()),
        ("dead_letter_reason", reason_of(failure).encode("ascii", "backslashreplace")),
        ("dead_letter_from", place.encode("ascii", "backslashreplace")),
        ("dead_letter_at", clock.isoformat().encode()),
    )
    id_ = derived_uuid7(clock, decision.encode(), key.bytes, body)
    return Row(id_, topic_of(service), key, dump_headers((*headers, *added)), body)


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter, as it lies on Kafka. `number` counts those of its service from 1, in the order of their burial."""

    number: int
    place: str
    written_at: datetime
    headers: tuple[tuple[str, bytes], ...]
    """Those that have a value."""
    body: bytes

    def said(self, header: str) -> str:
        """A header as text; empty where there is none."""
        return dict(self.headers).get(header, b"").decode("utf-8", "replace")

    @property
    def decision(self) -> str:
        """The kind of state that could not take it in; empty for a record that was no event."""
        return self.said("dead_letter_decision")

    @property
    def original(self) -> Headers:
        """The headers of the record as it came."""
        return tuple(header for header in self.headers if not header[0].startswith("dead_letter_"))


def read_all(brokers: str, topic: str) -> list[Letter]:
    """Every dead letter that Kafka still has, once also where it was told again; none when there is no such topic."""
    first: dict[tuple[Any, bytes], Any] = {}
    for record in records_of(brokers, topic):
        first.setdefault((tuple(record.headers), record.value or b""), record)
    return [_letter(number, record) for number, record in enumerate(first.values(), start=1)]


def _letter(number: int, record: Any) -> Letter:
    place = f"{record.topic}[{record.partition}]@{record.offset}"
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    headers = tuple((name, value) for name, value in record.headers if value is not None)
    return Letter(number, place, at, headers, record.value or b"")
