"""What is the same for every record: the headers of CloudEvents 1.0 in binary mode, the size, the time it is kept."""

from typing import Final, NamedTuple

KEPT_DAYS: Final = 14
LARGEST_BYTES: Final = 1 << 20


class Header(NamedTuple):
    name: str
    format: str | None
    about: str
    demanded: bool = False
    """A record without it is a dead letter; the others are absent only from what strangers say."""


HEADERS: Final = (
    Header("ce_specversion", None, "Always 1.0."),
    Header("ce_id", "uuid", "The name of this fact, a UUIDv7: what was read before under this name is skipped.", True),
    Header("ce_type", None, "Which event it is. A type unknown to a reader is no error: it is passed over.", True),
    Header("ce_source", "uri-reference", "The service that says it."),
    Header("ce_subject", "uuid", "Whom or what it concerns: the key of the record."),
    Header("ce_time", "date-time", "When it was decided. When it happened stands in the body."),
    Header("ce_correlationid", "uuid", "What began it all: one for the whole chain, from hospital message to SMS."),
    Header("ce_causationid", "uuid", "What this follows from: an event, a request or a waking."),
    Header("traceparent", None, "W3C trace context; its trace is the correlation."),
    Header("content-type", None, "Always application/json: the body is UTF-8 JSON."),
)
