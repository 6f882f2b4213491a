"""Every door refuses with a problem document in Chinese: what is too large, what is nowhere, and each field by its rule."""

from collections.abc import AsyncIterator, Iterable
from types import NoneType
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
from fastapi.routing import APIRoute

from bus.application import application, guards_of
from bus.decisions import Caller
from bus.pack import read_words
from bus.refusals import LARGEST_BODY, TOO_LARGE
from bus.testing import MORNING, SHIPPED
from contracts.all import OWNERS
from services.registry import city
from services.registry.api.doors import know_the_hour
from services.registry.bodies.fields import HOUR
from tests.architecture.test_lists import doors, service

WRONG: dict[str, Any] = {
    "nothing": None, "a word": "?", "no word": "", "a long text": "长" * 5_000, "below nought": -1, "half": 1.5, "true": True,
    "no item": [], "one item": [1], "no keys": {}, "a day": "2026-05-11", "an hour without zone": "2026-05-11T09:00:00",
}  # fmt: skip
"""Every field of every body is given each of them."""
NOWHERE = "00000000-0000-4000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module", params=OWNERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
async def client(name: str) -> AsyncIterator[httpx.AsyncClient]:
    """Before the doors of a service, with leave for everything; behind them is nothing."""
    words = read_words(SHIPPED)
    state = {"words": words, "token_key": b"k" * 32, "titles": service(name).titles, "asking": None, "database": None}
    app = application(name, list(service(name).routes), ready=list, state=state)
    guards: list[Any] = [guard for door in doors(name) for guard in guards_of(door.dependant)]
    app.dependency_overrides.update(dict.fromkeys(guards, _anybody))
    app.dependency_overrides[know_the_hour] = _the_hour
    with pytest.MonkeyPatch.context() as lent:
        lent.setitem(city.LENT, "words", words)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            yield client


def _anybody() -> Caller:
    return Caller(person="9901", role="bureau-officer", reach="county")


async def _the_hour() -> None:
    HOUR.set(MORNING)


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """Of a body whose length nobody says beforehand."""
    for _ in range(0, size, 1 << 16):
        yield b" " * (1 << 16)


def told(answer: httpx.Response) -> dict[str, Any]:
    """A problem document, none of whose words is English."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said: dict[str, Any] = answer.json()
    assert not said["title"].isascii() and not said["detail"].isascii(), said
    return said


def with_a_body(name: str) -> list[APIRoute]:
    return [door for door in doors(name) if door.body_field is not None]


async def test_a_body_that_is_too_large_is_refused_at_once_or_while_it_comes(
    name: str, client: httpx.AsyncClient
) -> None:
    too_large = {"field": "body", "rule": "too-large", "detail": TOO_LARGE, "status": 413}
    for door in with_a_body(name):
        method, path = _method(door), _somewhere(door)
        for body in (b" " * (LARGEST_BODY + 1), in_pieces(2 * LARGEST_BODY)):
            said = told(await client.request(method, path, content=body, headers=JSON))
            assert {key: said.get(key) for key in too_large} == too_large, (door.path, said)


async def test_what_is_nowhere_and_what_cannot_be_done_there_are_said(name: str, client: httpx.AsyncClient) -> None:
    some = next(doors(name))

    assert told(await client.get("/nowhere"))["status"] == 404
    assert told(await client.request("PATCH", _somewhere(some)))["status"] == 405


async def test_what_is_no_json_is_said(name: str, client: httpx.AsyncClient) -> None:
    for door in with_a_body(name):
        said = told(await client.request(_method(door), _somewhere(door), content=b"{", headers=JSON))
        assert [error["rule"] for error in said["errors"]] == ["json-invalid"]
        _in_chinese(said)


@pytest.mark.parametrize("wrong", WRONG)
async def test_each_field_is_named_with_its_rule(name: str, client: httpx.AsyncClient, wrong: str) -> None:
    for door in with_a_body(name):
        body = dict.fromkeys([*_fields(door), "no-such-field"], WRONG[wrong])
        said = told(await client.request(_method(door), _somewhere(door), json=body))
        assert {"field": "no-such-field", "rule": "extra-forbidden", "error": "没有这一项"} in said["errors"], door.path
        _in_chinese(said)


async def test_so_is_each_part_of_an_address(name: str, client: httpx.AsyncClient) -> None:
    for door in doors(name):
        if UUID in [param.field_info.annotation for param in door.dependant.path_params]:
            said = told(await client.request(_method(door), _somewhere(door, "x"), json={}))
            assert {error["rule"] for error in said["errors"] if error["field"].startswith("path.")} == {"uuid-parsing"}
            _in_chinese(said)


def _fields(door: APIRoute) -> Iterable[str]:
    (param,) = door.dependant.body_params
    given = param.field_info.annotation
    shape = next(one for one in get_args(given) or (given,) if one is not NoneType)
    return (field.alias or name for name, field in shape.model_fields.items())


def _method(door: APIRoute) -> str:
    return next(iter(door.methods or ()))


def _somewhere(door: APIRoute, where: str = NOWHERE) -> str:
    path = door.path
    for param in door.dependant.path_params:
        path = path.replace("{" + param.alias + "}", where)
    return path


def _in_chinese(said: dict[str, Any]) -> None:
    for error in said.get("errors", ()):
        assert error["field"] and error["rule"] and not error["error"].isascii(), error
