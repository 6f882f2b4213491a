"""The envelope on the wire: CloudEvents 1.0 in binary mode, JSON body as value, attributes as Kafka headers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from bus.ids import as_uuid7, uuid_of
from contracts.event import EVENTS, Event

Headers = tuple[tuple[str, bytes | None], ...]
"""Kafka knows headers without a value; ours have one."""


class Undecodable(Exception):
    """These bytes are no event of ours. The record goes to the dead letters, untouched."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a fact beside its body."""

    id: UUID
    type: str
    source: str
    key: UUID
    time: datetime
    correlation: UUID
    """The id of what began it all: one for the whole chain, from a hospital's message to the SMS."""
    causation: UUID
    """The id of what this follows from."""


def attributes(envelope: Envelope) -> list[tuple[str, str]]:
    """The Kafka headers of a fact (CloudEvents Kafka binding 3.2; two extension attributes; W3C traceparent)."""
    return [
        ("ce_specversion", "1.0"),
        ("ce_id", str(envelope.id)),
        ("ce_type", envelope.type),
        ("ce_source", envelope.source),
        ("ce_subject", str(envelope.key)),
        ("ce_time", envelope.time.isoformat()),
        ("ce_correlationid", str(envelope.correlation)),
        ("ce_causationid", str(envelope.causation)),
        ("traceparent", f"00-{envelope.correlation.hex}-{envelope.id.hex[16:]}-01"),
        ("content-type", "application/json"),
    ]


def pack(envelope: Envelope) -> tuple[tuple[str, bytes], ...]:
    """The same as Kafka's clients take them."""
    return tuple((name, value.encode()) for name, value in attributes(envelope))


def unpack(headers: Headers, record_time: datetime) -> Envelope:
    """The envelope of a record. A stranger's event may lack our extensions and may name itself by any text."""
    found = {name: value for name, value in headers if value is not None}
    try:
        type_, foreign = found["ce_type"].decode(), found["ce_id"].decode()
        source = found.get("ce_source", b"").decode()
        said_at = datetime.fromisoformat(found["ce_time"].decode()) if "ce_time" in found else None
        if said_at is not None and said_at.tzinfo is None:
            said_at = said_at.replace(tzinfo=UTC)
        id_ = as_uuid7(foreign, said_at, source)
        return Envelope(
            id=id_,
            type=type_,
            source=source,
            key=_uuid(found.get("ce_subject")) or id_,
            time=said_at or record_time,
            correlation=_uuid(found.get("ce_correlationid")) or id_,
            causation=_uuid(found.get("ce_causationid")) or id_,
        )
    except KeyError as missing:
        raise Undecodable(f"no header {missing.args[0]}: not a CloudEvent in binary mode") from None
    except ValueError as error:
        raise Undecodable(f"a CloudEvents header cannot be read: {error}") from None


def _uuid(text: bytes | None) -> UUID | None:
    return uuid_of(text.decode()) if text else None


def read_body(type_: str, body: bytes | None) -> Event | None:
    """The event itself; None for a type that is unknown here: somebody else's, or newer than we are."""
    event = EVENTS.get(type_)
    if event is None:
        return None
    if body is None:
        raise Undecodable("a record without a value: our topics have none")
    try:
        return event.model_validate_json(body)
    except ValueError as error:
        raise Undecodable(f"{type_}: {plain(error)}") from None


def plain(error: ValueError) -> str:
    """What is wrong, field by field, without repeating a value: it may be personal."""
    details = getattr(error, "errors", None)
    if details is None:
        return type(error).__name__
    found = details(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in found)
