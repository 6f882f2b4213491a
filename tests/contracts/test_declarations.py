"""Each event is declared once, where its owner stands, and says what has happened."""

import ast
import re
import sys
from pathlib import Path

import pytest

from contracts.all import EVENTS, OWNERS, TOPICS
from contracts.event import Event, Topic
from contracts.generate.schemas import schema_of

CONTRACTS = Path(__file__).parents[2] / "contracts"
DECLARED = [event for event in EVENTS.values() if event.__module__.startswith("contracts.")]
each_event = pytest.mark.parametrize("event", DECLARED, ids=lambda event: event.type)


@each_event
def test_an_event_says_what_has_happened(event: type[Event]) -> None:
    words = vars(event)["__doc__"]

    assert words and words[0].isupper() and words.rstrip().endswith(".")


@each_event
def test_the_type_names_owner_fact_and_version(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*", event.type)


@each_event
def test_the_owner_is_where_the_event_stands_and_whose_topic_it_is_said_on(event: type[Event]) -> None:
    owner, _, _ = event.type.partition(".")

    said_on = {topic.name.partition(".")[0] for topic in event.topics}

    assert owner in OWNERS
    assert (event.__module__.split(".")[1], said_on) == (owner, {owner})


@each_event
def test_words_stay_open_so_that_one_unknown_to_a_reader_is_no_error(event: type[Event]) -> None:
    # a Literal or an Enum would refuse the word that a newer writer adds: its docstring lists the words instead
    assert not re.search(r'"(enum|const)":', str(schema_of(event)).replace("'", '"'))


def test_no_owner_is_forgotten() -> None:
    written = {
        node.name
        for owner in OWNERS
        for path in (CONTRACTS / f"{owner}.py", *(CONTRACTS / owner).glob("*.py"))
        if path.exists()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(keyword.arg == "type" for keyword in node.keywords)
    }

    assert written == {event.__name__ for event in DECLARED}


def test_every_topic_that_is_declared_has_its_events_and_says_what_it_is_about() -> None:
    modules = {sys.modules[event.__module__] for event in DECLARED}

    declared = {value for module in modules for value in vars(module).values() if isinstance(value, Topic)}

    assert declared == {topic for event in DECLARED for topic in event.topics}
    assert {TOPICS[topic.name] for topic in declared} == declared
    assert [topic.name for topic in declared if not topic.about or topic.about.endswith(".")] == []
