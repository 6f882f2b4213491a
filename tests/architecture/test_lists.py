"""Every list that a door answers can be had as a sheet, whole: each column is named in Chinese, and no door counts by itself."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from bus.service import Service
from bus.sheets import Untitled
from bus.sheets.answer import layout_of_door
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


@pytest.mark.parametrize("name", OWNERS)
def test_a_list_is_cut_off_nowhere_in_its_sheet(name: str) -> None:
    """A door that counts its lines counts them by `bus.sheets.limited`, which counts none of a sheet."""
    own = [door.path for door in doors(name) if any(field.name == "limit" for field in door.dependant.query_params)]

    assert own == []


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
