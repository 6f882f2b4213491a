"""What somebody writes about a person is sealed: an event that names one shows in clear only what stands here, and why."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from contracts.all import EVENTS
from contracts.event import Event
from contracts.personal import Personal

CODES = {
    "absence", "answer", "because", "by", "category", "change", "field", "fields", "flag", "form", "hardship", "items", "kind",
    "lane", "learned_from", "message", "outcome", "party", "policy", "political_status", "rank", "role", "rule", "situation",
    "source", "strength", "template", "why", "wish", "wishes",
}  # fmt: skip
"""Words of the city's policy pack or of the program, from lists that are closed where they enter."""
IN_CLEAR = dict.fromkeys(CODES, "a code") | {
    "city": "where the person or the unit is",
    "county": "where the person or the unit is",
    "begin": "an hour of the clock",
    "end": "an hour of the clock",
    "birthday": "month and day: rules ask for it (docs/sealing.md)",
    "unit_name": "a public office",
    "group_name": "staff of the bureau, as it calls them",
    "hospital": "one of those in the city's settings; the ward, which tells the illness, is sealed",
    "carrier_ref": "the carrier's number of an SMS",
    "document": "the number of the document that orders a reform or a transfer",
    "reference": "the number of an agreement with a host area",
    "round": "what a survey is called that is asked of many",
}
ABOUT_NOBODY = {
    "visits.policy-withdrawn.v1": "why a version of the policy is not wanted",
    "visits.notice-withdrawn.v1": "why a notice to a city or a county was an error",
}
"""Events of no person, whose `reason` is in clear."""
OF_SOMEBODY = ("person_id", "holder_id", "liaison_id")
each_event = pytest.mark.parametrize("type_", sorted(type_ for type_ in EVENTS if EVENTS[type_].__module__ != __name__))


def texts(model: type[BaseModel]) -> Iterator[str]:
    """The fields that may hold any text, also those of its parts."""
    for name, field in model.model_fields.items():
        kinds = {*_kinds(field.annotation)}
        if str in kinds:
            yield name
        for part in kinds:
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from texts(part)


def _kinds(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint):
        yield from _kinds(inner)


def of_somebody(event: type[Event]) -> bool:
    return any(name in event.model_fields for name in OF_SOMEBODY)


@each_event
def test_an_event_of_somebody_shows_in_clear_only_what_is_named_here(type_: str) -> None:
    shown = set(texts(EVENTS[type_]))

    assert not of_somebody(EVENTS[type_]) or shown <= IN_CLEAR.keys()


@each_event
def test_a_reason_is_sealed_unless_it_is_about_nobody(type_: str) -> None:
    field = EVENTS[type_].model_fields.get("reason")

    kinds = set() if field is None else {*_kinds(field.annotation)}

    sealed = any(isinstance(kind, type) and issubclass(kind, Personal) for kind in kinds)
    assert field is None or sealed != (type_ in ABOUT_NOBODY)


def test_nothing_is_named_here_that_no_event_has() -> None:
    shown = {name for event in EVENTS.values() if of_somebody(event) for name in texts(event)}

    assert IN_CLEAR.keys() - shown == set()
    assert ABOUT_NOBODY.keys() - EVENTS.keys() == set()
