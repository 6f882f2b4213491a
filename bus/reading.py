"""What the records of a topic mean to a service: an item for each kind of state that hears them, or nothing that can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError

from bus import metrics
from bus.decisions import Decisions, Request
from bus.envelope import Envelope, Headers, Undecodable, plain, read_body, unpack
from bus.journal import Item, Kind


class Record(Protocol):
    """What is used of a record of any Kafka client."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that is no event of ours."""

    headers: Headers
    body: bytes | None
    failure: Exception
    place: str


class Reading:
    """Of one service."""

    def __init__(self, service: str, tables: Sequence[Decisions[Any]]) -> None:
        self.service, self.tables = service, tables
        self._asks = {
            f"{service}.asked.{request.__name__}": (table, request) for table in tables for request in table.asks
        }

    def read(self, records: Sequence[Record], doomed: Mapping[int, Exception]) -> list[Item | Unread]:
        """In their order. `doomed` names records by offset that made a whole transaction fail before."""
        read: list[Item | Unread] = []
        for record in records:
            headers = tuple(record.headers)
            place = f"{record.topic}[{record.partition}]@{record.offset}"
            try:
                envelope = unpack(headers, datetime.fromtimestamp(record.timestamp / 1000, UTC))
                found = self.of_event(envelope, record.value, place)
            except Exception as failure:  # noqa: BLE001 - Undecodable, or a defect in how its key is found
                read.append(Unread(headers, record.value, failure, place))
                continue
            for item in found:
                item.doomed = doomed.get(record.offset)
            read += found
        return read

    def of_event(self, envelope: Envelope, body: bytes | None, place: str) -> list[Item]:
        """What an event means here: an item for each kind of state that hears it. None = not for us: counted, ignored."""
        if envelope.type in self._asks:
            return [self._asked_again(envelope, body, place)]
        event = read_body(envelope.type, body)
        if event is None:
            metrics.EVENTS.labels(self.service, "unknown-type").inc()
            return []
        items: list[Item] = []
        for table in self.tables:
            hearing = table.heard.get(type(event))
            key: UUID | None = hearing.key(event) if hearing is not None else None
            if key is not None:
                items.append(
                    Item(table, Kind.HEARD, envelope.id, key, envelope.type, body or b"", event, envelope.correlation,
                         envelope.time, place)
                )  # fmt: skip
        return items

    def _asked_again(self, envelope: Envelope, body: bytes | None, place: str) -> Item:
        """Our own words come back from Kafka. The journal knows them, unless the database was set back."""
        table, request = self._asks[envelope.type]
        try:
            asked: Request = request.model_validate_json(body or b"")
        except ValidationError as error:
            raise Undecodable(f"{envelope.type}: {plain(error)}") from None
        name = request.__name__
        return Item(table, Kind.ASKED, envelope.id, envelope.key, name, body or b"", asked, envelope.correlation,
                    asked.time, place, at_least=envelope.time, tell=False)  # fmt: skip
