"""docs/asyncapi.yaml and docs/events.md are valid, whole, and agree with how the topics are made."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bus.topics import all_topics, configs
from contracts.all import EVENTS, OWNERS
from contracts.event import Topic

DOCS = Path(__file__).parents[2] / "docs"
DECLARED = {type_ for type_, event in EVENTS.items() if event.__module__.startswith("contracts.")}
TOPICS = {topic for type_ in DECLARED for topic in EVENTS[type_].topics}
ASYNCAPI: dict[str, Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8"))
PAGE = (DOCS / "events.md").read_text(encoding="utf-8")


def test_asyncapi_is_valid() -> None:
    assert faults(ASYNCAPI) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("info"),
        lambda document: document["channels"]["visits.duties"].update(adress="visits.duties"),
        lambda document: document["operations"]["say.visits.duties"].update(action="shout"),
        lambda document: document["channels"]["visits.duties"]["bindings"]["kafka"].update(partitions=0),
        lambda document: document["components"]["messages"]["visits.duty-opened.v1"].update(payload="none"),
    ],
    ids=["without info", "a misspelt field", "an unknown action", "no partition", "a payload that is no schema"],
)
def test_the_judge_of_asyncapi_refuses(spoil: Callable[[dict[str, Any]], object]) -> None:
    document = yaml.safe_load(yaml.safe_dump(ASYNCAPI))
    spoil(document)

    assert faults(document) != []


def test_asyncapi_names_every_topic_and_every_event_on_each_of_its_topics() -> None:
    spoken = {name: set(channel["messages"]) for name, channel in ASYNCAPI["channels"].items()}

    assert spoken == {topic.name: {type_ for type_ in DECLARED if topic in EVENTS[type_].topics} for topic in TOPICS}
    assert set(ASYNCAPI["components"]["messages"]) == DECLARED


def test_asyncapi_refers_to_nothing_that_is_not_there() -> None:
    pointers = set(re.findall(r"\$ref: '#/([^']+)'", (DOCS / "asyncapi.yaml").read_text(encoding="utf-8")))

    assert pointers
    assert [pointer for pointer in pointers if not points(ASYNCAPI, pointer.split("/"))] == []


@pytest.mark.parametrize("type_", sorted(DECLARED))
def test_the_examples_of_asyncapi_fit_its_schemas(type_: str) -> None:
    message = ASYNCAPI["components"]["messages"][type_]
    [example] = message["examples"]
    headers = message["headers"] | {"components": ASYNCAPI["components"]}

    assert [fault.message for fault in Draft7Validator(message["payload"]).iter_errors(example["payload"])] == []
    assert [fault.message for fault in Draft7Validator(headers).iter_errors(example["headers"])] == []
    assert example["headers"]["ce_type"] == type_


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_asyncapi_tells_how_the_topics_are_made(topic: Topic) -> None:
    told = ASYNCAPI["channels"][topic.name]["bindings"]["kafka"]["topicConfiguration"]

    made = {name: str(value) for name, value in (told | {"cleanup.policy": told["cleanup.policy"][0]}).items()}

    assert made == {name: value for name, value in configs(topic).items() if name in made}
    assert set(configs(topic)) - set(made) <= {"min.compaction.lag.ms"}


def test_the_page_has_a_heading_for_every_topic_and_every_event() -> None:
    headings = re.findall(r"^###? (\S+\.\S+)$", PAGE, re.MULTILINE)

    assert sorted(headings) == sorted({topic.name for topic in TOPICS} | DECLARED)


def test_every_link_of_the_page_leads_somewhere() -> None:
    headings = {heading.replace(".", "") for heading in re.findall(r"^###? (\S+)$", PAGE, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - headings == set()


def test_the_page_names_the_topics_that_a_service_has_for_itself_alone() -> None:
    own = {topic.name for topic in all_topics() if topic.name.partition(".")[0] in OWNERS} - {t.name for t in TOPICS}

    kinds = {name.partition(".")[2] for name in own}

    assert own == {f"{owner}.{kind}" for owner in OWNERS for kind in kinds}
    assert [kind for kind in kinds if f"`<service>.{kind}`" not in PAGE] == []


def faults(document: Any) -> list[str]:
    schema = json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.json").read_text(encoding="utf-8"))
    return [fault.message for fault in Draft7Validator(schema).iter_errors(document)]


def points(node: Any, path: list[str]) -> bool:
    for step in path:
        if step not in node:
            return False
        node = node[step]
    return True
