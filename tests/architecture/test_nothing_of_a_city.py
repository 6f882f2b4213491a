"""What a city calls its people, parties, roles and rules stands in its pack; Python knows places and acts alone."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from fastapi.routing import APIRoute

from bus.api import May, Token
from bus.pack import read_words
from bus.pack.acts import ACTS, SYSTEM
from bus.testing import SHIPPED
from contracts.all import OWNERS
from services.visits.policy import load

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("services/gateway", "no-answer"): "a carrier that did not answer a submission",
    ("services/gateway", "refused"): "a carrier that refused a submission",
    (
        "services/visits",
        "no-answer",
    ): "an event that rules may wait for: an attempt whose outcome the pack marks as silence",
}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module, by its path."""
    paths = [path for folder in ("bus", "contracts", "services") for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def codes() -> set[str]:
    """Everything that the shipped pack names."""
    return {code for section in read_words(SHIPPED).zh.values() for code in section} | {*load(SHIPPED).rules}


def names(tree: ast.Module) -> Iterator[str]:
    """What the program itself calls so: modules, classes, functions, fields, arguments."""
    for node in ast.walk(tree):
        said = [getattr(node, kind, None) for kind in ("id", "attr", "arg", "name", "module")]
        yield from (name for given in said if isinstance(given, str) for name in given.split("."))


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text of the program; docstrings may give examples."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def decided_by(tree: ast.Module) -> Iterator[str]:
    """Texts that something is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue):
            for part in ast.iter_child_nodes(node):
                yield from texts(part)


def test_no_code_of_a_city_stands_in_python() -> None:
    """One that the program uses as a name of its own, too (a phone, a unit), may stand there; nothing may hang on it."""
    named, own = codes(), {name for tree in trees().values() for name in names(tree)}

    found = {
        ("/".join(path.split("/")[:2]), text)
        for path, tree in trees().items()
        for text in [*named.difference(own).intersection(texts(tree)), *named.intersection(decided_by(tree))]
    }

    assert found == EXCEPTIONS.keys()


def test_every_door_wants_a_token_of_the_system_or_an_act_and_every_act_opens_a_door() -> None:
    routes = [
        route
        for name in OWNERS
        for router in import_module(f"services.{name}.service").service.routes
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
    guards = [inner.call for route in routes for inner in route.dependant.dependencies if isinstance(inner.call, Token)]

    shows_more = {"read-health"}  # behind the door of files
    assert {guard.act for guard in guards if isinstance(guard, May)} == ACTS.keys() - shows_more
    assert {role for guard in guards for role in guard.roles} <= SYSTEM
