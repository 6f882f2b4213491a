"""Each service's README is its canvas: what it says it hears, says and is asked by is what the code does."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from bus.service import Service
from contracts.all import OWNERS

ROOT = Path(__file__).resolve().parent.parent.parent


def service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.service").service
    return found


def section(name: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the canvas."""
    text = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")
    body = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert body, f"the canvas of {name} has no section {heading}"
    rows = [line.strip("|").split("|") for line in body[1].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


@pytest.mark.parametrize("name", OWNERS)
def test_what_a_canvas_says_it_hears_is_what_the_service_hears(name: str) -> None:
    written = [row[0].strip("`") for row in section(name, "Hears")]

    assert sorted(written) == sorted(event.type for event in service(name).hears)


@pytest.mark.parametrize("name", OWNERS)
def test_what_a_canvas_says_it_says_is_what_the_contracts_let_it_say(name: str) -> None:
    written = {row[0].strip("`"): row[1] for row in section(name, "Says")}

    declared = {event.type: ", ".join(topic.name for topic in event.topics) for event in service(name).says}
    assert written == declared


@pytest.mark.parametrize("name", OWNERS)
def test_every_route_stands_on_the_canvas(name: str) -> None:
    written = {row[0].strip("`") for row in section(name, "Asked by") if row[0].startswith("`")}

    routes = {
        f"{method} {route.path}"
        for router in service(name).routes
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert written == routes


@pytest.mark.parametrize("name", OWNERS)
def test_a_canvas_tells_what_can_go_wrong(name: str) -> None:
    text = (ROOT / "services" / name / "README.md").read_text(encoding="utf-8")

    assert "## What can go wrong" in text
    assert "拥有 Owns" in text
