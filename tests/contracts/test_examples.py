"""The examples are real: class, schema and envelope read them, and their seals open to invented people."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, ValidationError

from bus.envelope import pack, read_body, unpack
from bus.sealed import KeyRing
from contracts.all import EVENTS
from contracts.event import Event
from contracts.generate.wire import HEADERS
from contracts.personal import Personal

ROOT = Path(__file__).parents[2]
EXAMPLES: dict[str, Any] = {
    path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / "contracts" / "examples").glob("*.json")
}
RING = KeyRing(json.dumps(json.loads((ROOT / "docs" / "sealing-vectors.json").read_text(encoding="utf-8"))["key_ring"]))
DECLARED = {type_ for type_, event in EVENTS.items() if event.__module__.startswith("contracts.")}
NOW = datetime(2026, 12, 24, tzinfo=UTC)
KINDS = {"name": "name", "birth_date": "birth-date", "resident_id": "resident-id", "ward": "ward"}
KINDS |= {"phone": "phone", "phones": "phone"}
FORMATS = FormatChecker(("uuid", "date"))
FORMATS.checks("date-time", raises=(ValueError, TypeError))(
    lambda text: datetime.fromisoformat(str(text)).utcoffset() is not None
)
each_event = pytest.mark.parametrize("type_", sorted(DECLARED))


def example_of(type_: str) -> Event:
    return EVENTS[type_].model_validate_json(json.dumps(EXAMPLES[type_]["body"]))


def schema_of(type_: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "contracts" / "schemas" / f"{type_}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


def faults(type_: str, body: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema_of(type_), format_checker=FORMATS).iter_errors(body)]


def test_every_event_has_an_example_and_every_example_an_event() -> None:
    assert set(EXAMPLES) == DECLARED


@each_event
def test_an_example_is_what_its_class_says_word_for_word(type_: str) -> None:
    body = EXAMPLES[type_]["body"]

    assert json.loads(example_of(type_).model_dump_json()) == body


@each_event
def test_an_example_fits_its_schema(type_: str) -> None:
    assert faults(type_, EXAMPLES[type_]["body"]) == []


@each_event
def test_an_example_travels_in_its_envelope(type_: str) -> None:
    example, event = EXAMPLES[type_], example_of(type_)
    headers = tuple((name, value.encode()) for name, value in example["headers"].items())

    envelope = unpack(headers, NOW)

    assert pack(envelope) == headers
    assert [name for name, _ in headers] == [header.name for header in HEADERS]
    assert (envelope.type, envelope.source) == (type_, f"/bifang/{event.owner}")
    assert str(event.key) == str(envelope.key) == example["key"]
    assert read_body(type_, json.dumps(example["body"]).encode()) == event


@each_event
def test_class_and_schema_refuse_alike_what_lacks_a_field_that_must_be_there(type_: str) -> None:
    body = EXAMPLES[type_]["body"]
    lacking = {field: {key: body[key] for key in body if key != field} for field in body}

    refused_by_schema = {field for field, part in lacking.items() if faults(type_, part)}
    refused_by_class = {field for field, part in lacking.items() if not is_read(type_, part)}

    assert refused_by_schema == refused_by_class == set(schema_of(type_)["required"])


@each_event
def test_class_and_schema_refuse_alike_a_field_of_another_type(type_: str) -> None:
    body = EXAMPLES[type_]["body"]
    wrong = {field: body | {field: {"of": "another type"}} for field in body}

    taken_by_schema = {field for field, part in wrong.items() if not faults(type_, part)}
    taken_by_class = {field for field, part in wrong.items() if is_read(type_, part)}

    assert (taken_by_schema, taken_by_class) == (set(), set())


@each_event
def test_a_fact_of_the_first_version_is_read_by_the_last(type_: str) -> None:
    body, required = EXAMPLES[type_]["body"], schema_of(type_)["required"]

    assert is_read(type_, {field: body[field] for field in required})


@each_event
def test_fields_of_tomorrow_are_ignored(type_: str) -> None:
    body = EXAMPLES[type_]["body"]

    tomorrows = with_more(body)

    assert tomorrows != body
    assert faults(type_, tomorrows) == []
    assert EVENTS[type_].model_validate_json(json.dumps(tomorrows)) == example_of(type_)


@each_event
def test_words_of_tomorrow_are_read(type_: str) -> None:
    body, fields = EXAMPLES[type_]["body"], schema_of(type_)["properties"].items()
    texts = [name for name, field in fields if field.get("type") == "string" and "format" not in field]

    words = dict.fromkeys(texts, "word-of-tomorrow")

    assert words
    assert faults(type_, body | words) == []
    assert is_read(type_, body | words)


def test_a_type_that_a_reader_does_not_know_is_no_error() -> None:
    assert read_body("visits.duty-forgiven.v7", b'{"of": "tomorrow"}') is None


@each_event
def test_the_seals_open_with_the_demo_keys_for_the_kind_and_the_id_that_they_are_bound_to(type_: str) -> None:
    opened = [(kind, RING.open(value, kind=kind, person=bound)) for kind, bound, value in seals(example_of(type_))]

    assert [text for kind, text in opened if not invented(kind, text)] == []


@each_event
def test_no_example_holds_a_phone_or_a_resident_id_in_clear(type_: str) -> None:
    text = json.dumps(EXAMPLES[type_], ensure_ascii=False)

    # ids and seals may hold any digits; a number stands alone
    assert re.findall(r"(?<![\w.-])(?:(?:\+?86)?1\d{10}|\d{17}[\dXx])(?![\w-])", text, re.ASCII) == []


def is_read(type_: str, body: object) -> bool:
    try:
        EVENTS[type_].model_validate_json(json.dumps(body))
    except ValidationError:
        return False
    return True


def with_more(value: Any) -> Any:
    if isinstance(value, list):
        return [with_more(each) for each in value]
    if isinstance(value, dict):
        return {key: with_more(each) for key, each in value.items()} | {"of_tomorrow": {"any": ["thing"]}}
    return value


def seals(part: BaseModel) -> Iterator[tuple[str, UUID, Personal]]:
    """Each sealed value with its kind and what it is bound to: as its field says, else to the person it stands beside."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        said = re.search(r"ealed with kind `([\w-]+)`, bound to `(\w+)`", field.description or "")
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                yield from seals(each)
            elif isinstance(each, Personal):
                kind, bound = said.groups() if said else (KINDS[name], whose(part))
                yield kind, getattr(part, bound), each


def whose(part: BaseModel) -> str:
    return next(name for name in ("liaison_id", "holder_id", "person_id") if name in type(part).model_fields)


def invented(kind: str, text: str) -> bool:
    """Phones and resident IDs that nobody has."""
    if kind in ("phone", "sms-phone"):
        return text.startswith("+861990000")
    return text.startswith("99") if kind == "resident-id" else bool(text)
