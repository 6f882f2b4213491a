"""By which parties people of a category must be seen again and again, or that nobody must, and why."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Tag, ValidationInfo, WithJsonSchema

from bus.pack.codes import Party, PersonKind
from bus.pack.shapes import Listed, Names, Part, Some, Zh


class Nobody(Part):
    """No party must come round to these people, and why that is meant."""

    nobody: Zh


def _is_nobody(value: object) -> str:
    return "nobody" if isinstance(value, dict) else "parties"


def _of_every_kind(value: object, info: ValidationInfo) -> object:
    """A list, or that it is nobody, is meant for every kind of person."""
    assert isinstance(info.context, Names)
    said_of_all = isinstance(value, list) or (isinstance(value, dict) and "nobody" in value)
    return dict.fromkeys(info.context.of["person_kinds"], value) if said_of_all else value


_PARTIES: Mapping[str, object] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_NOBODY: Mapping[str, object] = {
    "type": "object",
    "properties": {"nobody": {"type": "string", "minLength": 1}},
    "required": ["nobody"],
    "additionalProperties": False,
}
_BY_KIND: Mapping[str, object] = {"type": "object", "additionalProperties": {"anyOf": [_PARTIES, _NOBODY]}}
Served = Annotated[
    Annotated[tuple[Party, ...], Listed, Some, Tag("parties")] | Annotated[Nobody, Tag("nobody")],
    Discriminator(_is_nobody),
]
Expected = Annotated[
    dict[PersonKind, Served],
    BeforeValidator(_of_every_kind),
    WithJsonSchema({"anyOf": [_PARTIES, _NOBODY, _BY_KIND]}),
]
"""The parties that must come round by some rule, by the kind of person."""
