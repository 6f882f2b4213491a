"""The registry's README says what its code does."""

import re
from pathlib import Path

from fastapi.routing import APIRoute

from bus.api import May, Token
from services.registry.api import routers
from services.registry.service import service

README = (Path(__file__).parents[2] / "services" / "registry" / "README.md").read_text(encoding="utf-8")


def column(heading: str, n: int = 0) -> set[str]:
    """What stands in code in one column of the table under a heading."""
    section = README.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("|")][2:]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row[n])}


def test_the_events_that_it_hears_are_listed() -> None:
    assert column("Hears") == {event.type for event in service.hears}


def test_the_events_that_it_says_are_listed() -> None:
    assert column("Says") == {event.type for event in service.says}


def test_the_doors_and_who_may_use_them_are_listed() -> None:
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    doors = {f"{method} {route.path}" for route in routes for method in route.methods or ()}

    assert column("Asked by") == doors
    assert column("Asked by", 1) == {name for route in routes for name in lets_in(route)}


def lets_in(route: APIRoute) -> set[str]:
    """The acts, and the roles of the system."""
    guards = [inner.call for inner in route.dependant.dependencies if isinstance(inner.call, Token)]
    acts = {guard.act for guard in guards if isinstance(guard, May)}
    return acts | {role for guard in guards for role in guard.roles}
