"""What may change in an event that others already read: words and new optional fields; the rest is a new event."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]
"""JSON Schema, as it is written in git."""

URN: Final = "urn:bifang:event:"
_WORDS: Final = frozenset({"$schema", "$comment", "title", "description", "examples", "deprecated"})
_REFERENCES: Final = frozenset({"$defs", "$ref"})
_VALUES: Final = frozenset({"default", "enum", "const"})
_HANDLED: Final = frozenset({"properties", "required", "items", "anyOf", "enum"})


@dataclass(frozen=True, slots=True)
class Breaking:
    """One reason why readers and writers of two versions could not live side by side. No field = the event itself."""

    event: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.event}: {self.field + ' ' if self.field else ''}{self.reason}"


def differences(old: Schema, new: Schema | None) -> list[Breaking]:
    """Why `new` cannot follow `old`: each of their readers must bear the facts of both. Empty = it can.

    `new` is None when the event is not declared any more.
    """
    event = old["$id"].removeprefix(URN)
    if new is None:
        return [Breaking(event, "", "is not declared any more: facts already told could not be read")]
    return [Breaking(event, field, reason) for field, reason in _compare(shape(old), shape(new), "")]


def resolved(schema: Schema) -> dict[str, Any]:
    """The schema with each reference replaced by what it names: what a class is called does not matter."""
    expanded: dict[str, Any] = _rewritten(schema, schema.get("$defs", {}), _REFERENCES)
    return expanded


def shape(schema: Schema) -> dict[str, Any]:
    """The schema without its words: what programs depend on."""
    bare: dict[str, Any] = _rewritten(schema, schema.get("$defs", {}), _REFERENCES | _WORDS)
    return bare


def _rewritten(part: Any, definitions: Schema, without: Collection[str]) -> Any:
    if isinstance(part, list):
        return [_rewritten(each, definitions, without) for each in part]
    if not isinstance(part, Mapping):
        return part
    named = definitions[part["$ref"].removeprefix("#/$defs/")] if "$ref" in part else {}
    entries = {**named, **part}.items()
    return {key: _inside(key, value, definitions, without) for key, value in entries if key not in without}


def _inside(key: str, value: Any, definitions: Schema, without: Collection[str]) -> Any:
    if key in _VALUES:
        return value
    if key == "properties":  # a field may be called title, or default
        return {name: _rewritten(field, definitions, without) for name, field in value.items()}
    return _rewritten(value, definitions, without)


def _compare(old: Schema, new: Schema, at: str) -> Iterator[tuple[str, str]]:
    yield from _fields(old, new, at)
    yield from _values(old, new, at)
    if "items" in old and "items" in new:
        yield from _compare(old["items"], new["items"], f"{at}[]")
    either = old.get("anyOf", ()), new.get("anyOf", ())
    if len(either[0]) == len(either[1]):
        for before, after in zip(*either, strict=True):
            yield from _compare(before, after, at)
    changed = [key for key in sorted({*old, *new}) if _differs(key, old, new)]
    if changed:
        yield at, "; ".join(f"changes {key} from {_said(old, key)} to {_said(new, key)}" for key in changed)


def _fields(old: Schema, new: Schema, at: str) -> Iterator[tuple[str, str]]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, field in before.items():
        place = f"{at}.{name}" if at else name
        was, must = name in old.get("required", ()), name in new.get("required", ())
        if name not in after:
            yield place, "is removed: today's readers may need it"
        elif was and not must:
            yield place, "was required and becomes optional: today's readers need it"
        elif must and not was:
            yield place, "was optional and becomes required: facts already told lack it"
        else:
            yield from _compare(field, after[name], place)
    for name in after.keys() - before.keys():
        place = f"{at}.{name}" if at else name
        if name in new.get("required", ()):
            yield place, "is new and required: facts already told lack it"
        elif "default" not in after[name]:
            yield place, "is new and has no default: readers of facts already told would not know what to take"


def _values(old: Schema, new: Schema, at: str) -> Iterator[tuple[str, str]]:
    if "enum" in new and "enum" not in old:
        yield at, f"may only be one of {_said(new, 'enum')} now: facts already told may say other things"
    elif "enum" in new and (gone := [value for value in old["enum"] if value not in new["enum"]]):
        yield at, f"may not be {json.dumps(gone, ensure_ascii=False)} any more: facts already told say it"


def _differs(key: str, old: Schema, new: Schema) -> bool:
    if key in ("items", "anyOf"):
        return (key in old) != (key in new) or (key == "anyOf" and len(old[key]) != len(new[key]))
    return key not in _HANDLED and old.get(key) != new.get(key)


def _said(schema: Schema, key: str) -> str:
    return json.dumps(schema[key], ensure_ascii=False) if key in schema else "nothing"
