"""The registry's README says what its code does."""

import re
from pathlib import Path

from services.registry.api import MAY, router
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
    doors = {f"{method} {route.path}" for route in router.routes for method in route.methods}  # type: ignore[attr-defined]

    assert column("Asked by") == doors
    assert column("Asked by", 1) == {role for roles in MAY.values() for role in roles}
