"""docs/asyncapi.yaml: what is said where, in AsyncAPI 3, for programs that make clients and pages of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from contracts.compatibility import Schema, resolved
from contracts.event import Event, Topic
from contracts.generate.wire import HEADERS, KEPT_DAYS, LARGEST_BYTES

Node = dict[str, Any]

_BINDING: Final = {"bindingVersion": "0.5.0"}
_ABOUT: Final = (
    "Everything that the services of Bifang (必访) say on Apache Kafka: CloudEvents 1.0 in binary mode, JSON bodies. "
    "A topic is a story: all its types in the order in which they were decided, per key. "
    "Readers skip a ce_id that they have seen and pass over types, fields and words that they do not know. "
    "The number of partitions and a prefix of all topics are chosen when the topics are made. "
    "For people: docs/events.md."
)


class _Plain(yaml.SafeDumper):
    """Without anchors: each part can be read where it stands."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def asyncapi(
    events: Iterable[type[Event]], topics: Iterable[Topic], schemas: Schema, examples: Mapping[str, Any], version: str
) -> str:
    """The whole document. `schemas` and `examples` are by type."""
    told = {topic: [event for event in events if topic in event.topics] for topic in topics}
    document = {
        "asyncapi": "3.0.0",
        "id": "urn:bifang:events",
        "info": {
            "title": "Bifang events",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, heard) for topic, heard in told.items()},
        "operations": {f"say.{topic.name}": _operation(topic) for topic in told},
        "components": {
            "messages": {event.type: _message(event, schemas[event.type], examples[event.type]) for event in events},
            "schemas": {"CloudEventHeaders": _headers()},
        },
    }
    text = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return f"# Made by `python -m contracts.generate` from the classes in contracts/; do not edit.\n{text}"


def _channel(topic: Topic, heard: Iterable[type[Event]]) -> Node:
    return {
        "address": topic.name,
        "description": topic.about,
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in heard},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": _configuration(topic),
                **_BINDING,
            }
        },
    }


def _configuration(topic: Topic) -> Node:
    kept = {"retention.ms": KEPT_DAYS * 24 * 3600 * 1000}
    return {
        "cleanup.policy": ["compact" if topic.compacted else "delete"],
        **({} if topic.compacted else kept),
        "max.message.bytes": LARGEST_BYTES,
        "message.timestamp.type": "LogAppendTime",
    }


def _operation(topic: Topic) -> Node:
    owner = topic.name.partition(".")[0]
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"Only {owner} says this.",
        "tags": [{"name": owner}],
    }


def _message(event: type[Event], schema: Schema, example: Any) -> Node:
    body = resolved(schema)
    kind = {"type": "object", "properties": {"ce_type": {"const": event.type}}}
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": body.pop("description"),
        "headers": {"type": "object", "allOf": [{"$ref": "#/components/schemas/CloudEventHeaders"}, kind]},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "payload": {key: value for key, value in body.items() if key not in ("$schema", "$id", "title")},
        "bindings": {"kafka": {"key": _key(event, body), **_BINDING}},
        "examples": [{"name": event.__name__, "headers": example["headers"], "payload": example["body"]}],
    }


def _key(event: type[Event], body: Schema) -> Node:
    return {**body["properties"][event.key_field], "description": f"The text of `{event.key_field}`."}


def _headers() -> Node:
    return {
        "type": "object",
        "required": [header.name for header in HEADERS if header.demanded],
        "properties": {
            header.name: {"type": "string", **({"format": header.format} if header.format else {})}
            | {"description": header.about}
            for header in HEADERS
        },
    }
