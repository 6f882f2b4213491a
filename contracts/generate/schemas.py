"""The JSON Schema of each event: what a reader in any language may rely on.

A schema leaves `additionalProperties` open, because readers must bear fields that they do not know: writers may move
first. No writer can fill the gap, for our classes say only what they declare; so a new optional field breaks nobody.
(A schema registry, which cannot know that, calls it incompatible: `contracts.compatibility` is the rule here.)
"""

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from contracts.compatibility import URN
from contracts.event import Event
from contracts.generate.glossary import explained

_ORDER = ("$schema", "$id", "title", "description", "x-topic", "x-key", "type", "properties", "required", "$defs")


class _Untitled(GenerateJsonSchema):
    """Without titles that only repeat the name of the field."""

    def field_title_should_be_set(self, schema: core_schema.CoreSchema) -> bool:
        return False


def schema_of(event: type[Event]) -> dict[str, object]:
    """The schema of the body, with the topics and the key that belong to it."""
    made = explained(event.model_json_schema(schema_generator=_Untitled)) | {
        "$schema": _Untitled.schema_dialect,
        "$id": URN + event.type,
        "x-topic": [topic.name for topic in event.topics],
        "x-key": event.key_field,
    }
    return {key: made[key] for key in (*_ORDER, *(made.keys() - set(_ORDER))) if key in made}
