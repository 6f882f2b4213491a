"""The files of a pack as JSON Schema, made of the very shapes that read them: what an editor completes and underlines.

A schema knows keys, values and forms. Whether a name is one of the pack's, and what would become of people, `policy check`
alone can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bus.pack.messages import MessagesFile
from bus.pack.shapes import Part
from bus.pack.words import Words
from deploy.local.commands.policy.meanings import FILES, MEANINGS
from services.visits.domain.causes import GROUNDS
from services.visits.policy.almanac_shapes import Calendar
from services.visits.policy.shapes import Rules

Schema = dict[str, Any]
SHAPES: Final[Mapping[str, type[Part]]] = {
    "pack": Words,
    "rules": Rules,
    "messages": MessagesFile,
    "calendar": Calendar,
}
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
PROVINCE: Final[Schema] = {"required": ["layer"], "properties": {"layer": {"const": "province"}}}
PART: Final[Schema] = {"anyOf": [{"required": ["extends"]}, {"required": ["county"]}, PROVINCE]}
"""A pack.yaml that is not whole: it stands on another, or others stand on it."""


def schemas() -> dict[str, Schema]:
    """By the name of the file."""
    made = {name: _schema(name, shape) for name, shape in SHAPES.items()}
    _of_layers(made)
    for schema in made.values():
        for model, part in parts(schema):
            _explain(model, part)
    return made


def parts(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The file itself and each part of it that has keys, by the name of its shape."""
    yield schema["title"], schema
    yield from ((name, part) for name, part in schema.get("$defs", {}).items() if "properties" in part)


def _schema(name: str, shape: type[Part]) -> Schema:
    schema = shape.model_json_schema(by_alias=True)
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("description", None)
        for value in part.get("properties", {}).values():
            value.pop("title", None)
            value.pop("default", None)
    return {"$schema": DRAFT, "title": shape.__name__, "description": FILES[name], **schema}


def _of_layers(made: Mapping[str, Schema]) -> None:
    """A lower layer says only what it has otherwise; in pack.yaml it can be seen that it is one."""
    pack, rules, messages = made["pack"], made["rules"], made["messages"]
    pack["properties"]["county"] = {"type": "string", "minLength": 1}
    whole_pack = {"required": pack.pop("required"), "properties": _named_parts(pack)}
    pack |= {"if": PART, "else": whole_pack}
    for model in ("ASituation", "AnAbsence"):
        pack["$defs"][model]["properties"]["while"] = {"enum": [*sorted(GROUNDS), None]}
    for whole in (rules, messages):
        whole.pop("required")
        whole["minProperties"] = 1
    messages["$defs"]["Reachability"].pop(
        "required"
    )  # a city that has roles of its own names their level, and nothing else
    reason = {"type": "string", "minLength": 1}
    rules["properties"]["overrides"] = {"type": "object", "additionalProperties": _override(rules["$defs"])}
    rules["properties"]["drops"] = {"type": "object", "additionalProperties": reason}


def _named_parts(pack: Schema) -> Schema:
    """What each thing that the pack names must say: taken out of the parts, because a layer may change one key of them."""
    required: Schema = {}
    for key, value in pack["properties"].items():
        for pattern, below in value.get("patternProperties", {}).items():
            if "$ref" in below and (part := pack["$defs"][below["$ref"].rpartition("/")[2]]).get("required"):
                required[key] = {"patternProperties": {pattern: {"required": part["required"]}}}
    for part in pack["$defs"].values():
        if part.get("title") != "AStrength":  # the strengths are a list, which a layer has whole
            part.pop("required", None)
    return required


def _override(defs: Schema) -> Schema:
    """A rule with any of its fields but the name, and with why; of a mapping any of its keys."""
    fields = {key: dict(value) for key, value in defs["RuleLine"]["properties"].items() if key != "name"}
    for value in fields.values():
        if (below := defs.get(value.get("$ref", "").rpartition("/")[2])) and "properties" in below:
            del value["$ref"]
            value |= {key: part for key, part in below.items() if key not in ("required", "oneOf", "title")}
    fields["reason"] = {"type": "string", "minLength": 1}
    return {"type": "object", "properties": fields, "required": ["reason"], "additionalProperties": False}


def _explain(model: str, part: Schema) -> None:
    for key, value in part["properties"].items():
        part["properties"][key] = {"description": MEANINGS[model][key], **value}
