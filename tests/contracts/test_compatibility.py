"""An event that is read somewhere changes only in ways that every reader and writer of it bears."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.compatibility import Breaking, differences

Change = Callable[[dict[str, Any]], object]
EVENT = "parks.bench-painted.v1"
PUBLISHED: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:bifang:event:{EVENT}",
    "title": "BenchPainted",
    "description": "A bench was painted.",
    "x-topic": ["parks.benches"],
    "x-key": "bench_id",
    "type": "object",
    "properties": {
        "bench_id": {"type": "string", "format": "uuid"},
        "title": {"type": "string", "description": "What the plate says."},
        "colour": {"type": "string", "enum": ["red", "green"]},
        "coats": {"type": "integer"},
        "painter": {"$ref": "#/$defs/Painter"},
        "helpers": {"type": "array", "items": {"$ref": "#/$defs/Painter"}},
        "phone": {"type": "string", "format": "bifang-seal", "x-purpose": "contact"},
        "dry_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}], "default": None},
        "shine": {"type": "string", "default": "matt"},
        "plate": {"type": "object", "default": {"title": "Sit"}},
    },
    "required": ["bench_id", "title", "colour", "coats", "painter", "helpers", "phone"],
    "$defs": {
        "Painter": {
            "title": "Painter",
            "type": "object",
            "properties": {"name": {"type": "string"}, "guild": {"type": "string", "default": "none"}},
            "required": ["name"],
        }
    },
}


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["properties"]
    return found


def painter(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["$defs"]["Painter"]
    return found


def after(change: Change) -> list[Breaking]:
    new = copy.deepcopy(PUBLISHED)
    change(new)
    return differences(PUBLISHED, new)


def is_new_and_required(schema: dict[str, Any]) -> None:
    fields(schema)["weather"] = {"type": "string"}
    schema["required"].append("weather")


def painter_is_renamed(schema: dict[str, Any]) -> None:
    schema["$defs"] = {"Artist": painter(schema) | {"title": "Artist", "description": "Who painted."}}
    fields(schema)["painter"] = {"$ref": "#/$defs/Artist", "description": "By whom."}
    fields(schema)["helpers"]["items"] = {"$ref": "#/$defs/Artist"}


REFUSED: dict[str, tuple[Change, dict[str, str]]] = {
    "a removed field": (
        lambda s: (fields(s).pop("coats"), s["required"].remove("coats")),
        {"coats": "is removed: today's readers may need it"},
    ),
    "a removed optional field": (
        lambda s: fields(s).pop("shine"),
        {"shine": "is removed: today's readers may need it"},
    ),
    "a new required field": (
        is_new_and_required,
        {"weather": "is new and required: facts already told lack it"},
    ),
    "a new optional field without a default": (
        lambda s: fields(s).update(weather={"type": "string"}),
        {"weather": "is new and has no default: readers of facts already told would not know what to take"},
    ),
    "a required field that becomes optional": (
        lambda s: (s["required"].remove("coats"), fields(s)["coats"].update(default=1)),
        {"coats": "was required and becomes optional: today's readers need it"},
    ),
    "an optional field that becomes required": (
        lambda s: (s["required"].append("shine"), fields(s)["shine"].pop("default")),
        {"shine": "was optional and becomes required: facts already told lack it"},
    ),
    "a changed type": (
        lambda s: fields(s)["coats"].update(type="number"),
        {"coats": 'changes type from "integer" to "number"'},
    ),
    "a changed format": (
        lambda s: fields(s)["bench_id"].pop("format"),
        {"bench_id": 'changes format from "uuid" to nothing'},
    ),
    "a value that may now be null": (
        lambda s: fields(s).update(coats={"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        {
            "coats": 'changes anyOf from nothing to [{"type": "integer"}, {"type": "null"}]; '
            'changes type from "integer" to nothing'
        },
    ),
    "a value that may not be null any more": (
        lambda s: fields(s)["dry_at"]["anyOf"].pop(),
        {
            "dry_at": 'changes anyOf from [{"type": "string", "format": "date-time"}, {"type": "null"}] '
            'to [{"type": "string", "format": "date-time"}]'
        },
    ),
    "a changed type of what may be null": (
        lambda s: fields(s)["dry_at"]["anyOf"][0].update(format="date"),
        {"dry_at": 'changes format from "date-time" to "date"'},
    ),
    "a changed default": (
        lambda s: fields(s)["shine"].update(default="gloss"),
        {"shine": 'changes default from "matt" to "gloss"'},
    ),
    "a changed default of several fields": (
        lambda s: fields(s)["plate"].update(default={"title": "Rest"}),
        {"plate": 'changes default from {"title": "Sit"} to {"title": "Rest"}'},
    ),
    "a word that may not be said any more": (
        lambda s: fields(s)["colour"]["enum"].remove("red"),
        {"colour": 'may not be ["red"] any more: facts already told say it'},
    ),
    "words where anything was allowed": (
        lambda s: fields(s)["title"].update(enum=["Sit here"]),
        {"title": 'may only be one of ["Sit here"] now: facts already told may say other things'},
    ),
    "a limit": (
        lambda s: fields(s)["coats"].update(maximum=3),
        {"coats": "changes maximum from nothing to 3"},
    ),
    "another purpose of a seal": (
        lambda s: fields(s)["phone"].update({"x-purpose": "sms"}),
        {"phone": 'changes x-purpose from "contact" to "sms"'},
    ),
    "a change deep inside": (
        lambda s: painter(s)["properties"]["name"].update(type="integer"),
        {
            "painter.name": 'changes type from "string" to "integer"',
            "helpers[].name": 'changes type from "string" to "integer"',
        },
    ),
    "another key": (lambda s: s.update({"x-key": "park_id"}), {"": 'changes x-key from "bench_id" to "park_id"'}),
    "another topic": (
        lambda s: s.update({"x-topic": ["parks.paint"]}),
        {"": 'changes x-topic from ["parks.benches"] to ["parks.paint"]'},
    ),
}

ALLOWED: dict[str, Change] = {
    "nothing": lambda s: None,
    "a new optional field with a default": lambda s: fields(s).update(weather={"type": "string", "default": "dry"}),
    "a new optional field that may be null": lambda s: fields(s).update(
        weather={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    ),
    "a new optional field deep inside": lambda s: painter(s)["properties"].update(
        age={"type": "integer", "default": 0}
    ),
    "a new word": lambda s: fields(s)["colour"]["enum"].append("blue"),
    "any word": lambda s: fields(s)["colour"].pop("enum"),
    "other words of explanation": lambda s: (s.update(description="Fresh."), fields(s)["title"].update(title="Plate")),
    "the name of a class": painter_is_renamed,
    "the order of fields": lambda s: s.update(properties=dict(reversed(fields(s).items()))),
    "the order of the required": lambda s: s["required"].reverse(),
}


@pytest.mark.parametrize(("change", "reasons"), REFUSED.values(), ids=REFUSED)
def test_refused_is(change: Change, reasons: dict[str, str]) -> None:
    assert after(change) == [Breaking(EVENT, field, reason) for field, reason in reasons.items()]


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_allowed_is(change: Change) -> None:
    assert after(change) == []


def test_refused_is_an_event_that_is_not_declared_any_more() -> None:
    reason = "is not declared any more: facts already told could not be read"

    assert differences(PUBLISHED, None) == [Breaking(EVENT, "", reason)]


def test_a_refusal_names_event_field_and_reason() -> None:
    [breaking] = after(REFUSED["a removed field"][0])

    assert str(breaking) == "parks.bench-painted.v1: coats is removed: today's readers may need it"
