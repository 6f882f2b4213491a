"""Every list that a door answers can be had as a sheet, whole, and as JSON to its end: no door counts by itself."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from bus.application import application
from bus.pages import Order, Page, paged, whole
from bus.service import Service
from bus.sheets import Untitled
from bus.sheets.answer import layout_of_door
from bus.sheets.layout import lists_of
from contracts.all import OWNERS


def service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.service").service
    return found


def doors(name: str) -> Iterator[APIRoute]:
    for router in service(name).routes:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


@pytest.mark.parametrize("name", OWNERS)
def test_every_column_of_every_list_is_called_something_in_chinese(name: str) -> None:
    layouts = [layout for door in doors(name) if (layout := layout_of_door(door, service(name).titles)) is not None]

    called = [cell.column.zh for layout in layouts for table in layout.tables for cell in table.cells]
    assert layouts
    assert all(zh and not zh.isascii() for zh in called)


COUNTS_BY_ITSELF = {"limit", "offset", "skip", "page", "size", "most"}


@pytest.mark.parametrize("name", OWNERS)
def test_a_list_is_cut_off_nowhere_in_its_sheet(name: str) -> None:
    """A door that counts its lines counts them by `bus.pages.paged`, which counts none of a sheet."""
    own = [
        door.path for door in doors(name) if COUNTS_BY_ITSELF & {field.name for field in door.dependant.query_params}
    ]

    assert own == []


@pytest.mark.parametrize("name", OWNERS)
def test_every_list_goes_on_by_a_cursor_or_says_that_it_is_whole(name: str) -> None:
    forgetful = [door.path for door in doors(name) if reads(door) and is_list(door) and not goes_on(door)]

    assert forgetful == []


@pytest.mark.parametrize("name", OWNERS)
def test_the_docs_of_a_list_say_its_order_and_what_is_told_beside_it(name: str) -> None:
    app = application(name, list(service(name).routes), ready=list, state={})
    said = app.openapi()["paths"]

    for door in filter(is_list, doors(name)):
        docs = said[door.path]["get" if reads(door) else "post"]
        assert {"X-Total-Count", "Link"} <= docs["responses"]["200"]["headers"].keys(), door.path
        orders = [each["description"] for each in docs.get("parameters", ()) if each["name"] == "cursor"]
        assert all("次序：" in order for order in orders)
        assert len(orders) == int(not getattr(door.endpoint, "whole", False) and reads(door)), door.path


def test_a_list_that_forgets_how_it_goes_on_fails_the_build() -> None:
    class Line(BaseModel):
        name: str

    router = APIRouter()

    @router.get("/forgets")
    async def forgets(limit: int) -> list[Line]:
        return []

    @router.get("/is-whole")
    @whole
    async def is_whole() -> list[Line]:
        return []

    @router.get("/goes-on")
    async def has_pages(page: Annotated[Page, paged(1, most=2, order=Order(("name",), "按名字"))]) -> list[Line]:
        return []

    assert [goes_on(door) for door in router.routes if isinstance(door, APIRoute)] == [False, True, True]


def reads(door: APIRoute) -> bool:
    return "GET" in (door.methods or ())


def is_list(door: APIRoute) -> bool:
    return bool(lists_of(door.response_model))


def goes_on(door: APIRoute) -> bool:
    inner = {field.name for each in door.dependant.dependencies for field in each.query_params}
    return ("cursor" in inner) != getattr(door.endpoint, "whole", False)


@pytest.mark.parametrize("name", OWNERS)
def test_no_title_stands_in_a_catalogue_for_nothing(name: str) -> None:
    """What is not a column of some list is left over from one."""
    titles = service(name).titles
    for field in titles:
        without = {other: column for other, column in titles.items() if other != field}
        assert _differs(name, without), f"{field} is no column of any list"


def _differs(name: str, without: object) -> bool:
    try:
        return any(
            layout_of_door(door, without) != layout_of_door(door, service(name).titles)  # type: ignore[arg-type]
            for door in doors(name)
        )
    except Untitled:
        return True


def test_a_list_with_a_nameless_column_fails_the_build() -> None:
    class Line(BaseModel):
        nameless: str

    router = APIRouter()
    router.get("/lines")(lambda: None)
    route = router.routes[0]
    assert isinstance(route, APIRoute)
    route.response_model = list[Line]

    with pytest.raises(Untitled, match=r"Line\.nameless"):
        layout_of_door(route, {})
