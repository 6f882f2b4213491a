"""docs/events.md: topic by topic and event by event, for people who read what we say."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from contracts.compatibility import Schema, resolved
from contracts.event import Event, Topic
from contracts.generate.wire import HEADERS, KEPT_DAYS

_HEAD: Final = """\
# Events

Everything that the services say to each other and to others, on Apache Kafka. Made by `python -m contracts.generate`
from the classes in `contracts/`; do not edit. The same for programs: `docs/asyncapi.yaml` and `contracts/schemas/`.

## How to read them

- A topic is a **story**: all its types of event, in the order in which they were decided, per key. The key of a record
  is the text of the UUID in the field that the event names as its key; murmur2 chooses the partition, as in Java.
- An event is told **at least once**. Skip a `ce_id` that you have seen.
- Across keys and topics there is no order: go by the time in the body.
- Pass over a type, a field or a word that you do not know, without an error: writers may move first.
- A type never changes what readers rely on: it gains optional fields at most. Anything else is a new type (`….v2`)
  beside it.
- `sealed (purpose)` is a personal value in the seal of `docs/sealing.md`. Carry it as it stands; only the holder of the
  purpose's key can open it.
- A city's topics may bear a prefix, the same for all.
- `<service>.asked` and `<service>.dead-letters` are each service's own and no contract.
"""
_SHOWN: Final = "medical.patient-admitted.v1"
_TYPES: Final = {
    "uuid": "UUID",
    "date": "date",
    "date-time": "time with offset",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes/no",
    "null": "null",
    "object": "fields",
}


def page(events: Iterable[type[Event]], topics: Iterable[Topic], schemas: Schema, examples: Mapping[str, Any]) -> str:
    """The whole page. `schemas` and `examples` are by type."""
    told = {topic: [event for event in events if topic in event.topics] for topic in topics}
    parts = [
        _HEAD,
        _table(("Header", "Meaning"), ((f"`{header.name}`", header.about) for header in HEADERS)),
        _record(examples[_SHOWN]),
        "## Topics\n",
        _table(("Topic", "Story", "Events"), (_contents(topic, heard) for topic, heard in told.items())),
    ]
    for topic, heard in told.items():
        parts.append(f"## {topic.name}\n\n{topic.about}. {_kept(topic)}\n")
        parts += [_event(event, topic, schemas[event.type], examples[event.type]) for event in heard]
    return "\n".join(parts)


def _kept(topic: Topic) -> str:
    return "The last fact of each key is kept for ever." if topic.compacted else f"Kept {KEPT_DAYS} days."


def _contents(topic: Topic, heard: Iterable[type[Event]]) -> tuple[str, str, str]:
    return _link(topic.name), topic.about, " · ".join(_link(event.type, event.__name__) for event in heard)


def _record(example: Any) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in example["headers"].items())
    return f"A whole record, its key `{example['key']}`:\n\n```text\n{headers}\n```\n\n{_body(example)}"


def _event(event: type[Event], topic: Topic, schema: Schema, example: Any) -> str:
    if topic is not event.topics[0]:
        return f"- {_link(event.type, event.__name__)}: as on {_link(event.topics[0].name)}\n"
    about = f"### {event.type}\n\n**{event.__name__}**, key `{event.key_field}`. {schema['description']}\n"
    fields = _table(("Field", "Type", "Meaning"), _fields(resolved(schema)))
    return f"{about}\n{fields}\n{_body(example)}"


def _body(example: Any) -> str:
    return f"```json\n{json.dumps(example['body'], ensure_ascii=False, indent=2)}\n```\n"


def _fields(schema: Schema, at: str = "") -> Iterator[tuple[str, str, str]]:
    """A row for each field, and for each field of what stands in it: `cause.kind`, `holders[].role`."""
    for name, field in schema.get("properties", {}).items():
        absent = "" if name in schema.get("required", ()) else f"; {_json(field.get('default'))} when absent"
        yield f"`{at}{name}`", _type(field) + absent, field.get("description", "")
        for inner, deeper in _inside(field):
            yield from _fields(inner, f"{at}{name}{deeper}.")


def _inside(field: Schema) -> Iterator[tuple[Schema, str]]:
    yield field, ""
    for inner in field.get("anyOf", ()):
        yield from _inside(inner)
    if "items" in field:
        yield from ((inner, f"[]{deeper}") for inner, deeper in _inside(field["items"]))


def _type(field: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(map(_type, field["anyOf"]))
    if "x-purpose" in field:
        return f"sealed ({field['x-purpose']})"
    if "items" in field:
        return f"list of {_type(field['items'])}"
    if "enum" in field:
        return " · ".join(map(_json, field["enum"]))
    return _TYPES[field.get("format", field["type"])]


def _json(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |\n" for line in lines)


def _link(heading: str, name: str | None = None) -> str:
    return f"[{name or heading}](#{heading.replace('.', '')})"
