"""A door's answer becomes a sheet, after the door has answered: the doors know nothing of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import Request as HttpRequest
from fastapi import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from bus.sheets.asked import HEADERS, MEDIA, PARAMETERS, sheet_asked
from bus.sheets.layout import Cell, Layout, Table, Titles, layout_of, lists_of
from bus.sheets.wording import BESIDE, ITEM, VALUE, Wording
from bus.sheets.writing import Filled, as_csv, as_xlsx

Refuse = Callable[[int, str, str, str, str], Response]
"""(status, title, detail, rule, field) → a problem document."""


def layout_of_door(route: APIRoute, titles: Titles) -> Layout | None:
    """None = this door answers no list."""
    return layout_of(route.response_model, titles, called(route))


def called(route: APIRoute) -> str:
    """Of its summary what stands before the first mark: the list's own name."""
    summary = route.summary or route.path
    return summary.replace("：", "，").replace(",", "，").replace(";", "，").partition("，")[0]


def tell_in_the_docs(route: APIRoute) -> None:
    if lists_of(route.response_model):
        told = {"parameters": PARAMETERS, "responses": {"200": {"headers": HEADERS}}}
        route.openapi_extra = {**(route.openapi_extra or {}), **told}


async def answered(http: HttpRequest, go_on: Callable[[HttpRequest], Awaitable[Response]], refuse: Refuse) -> Response:
    """The door's own answer, or the same as a sheet where one is asked for."""
    answer = await go_on(http)
    wanted, route = sheet_asked(http), http.scope.get("route")
    if wanted is None or answer.status_code != 200 or not isinstance(route, APIRoute):
        return answer
    layout = layout_of_door(route, http.app.state.titles)
    if layout is None:
        return answer
    if wanted not in MEDIA:
        return refuse(422, "字段错误", f"可用的格式：json、{'、'.join(MEDIA)}", "no-such-format", "format")
    tables = _wanted(layout, wanted, http.query_params.get("list"))
    if not tables:
        names = "、".join(f"{table.name}（{table.zh}）" for table in layout.tables)
        return refuse(422, "字段错误", f"这里有几个清单，请写明要哪一个：{names}", "which-list", "list")
    body = b"".join([chunk async for chunk in answer.body_iterator])  # type: ignore[attr-defined]
    words = Wording(http.app.state.words)
    sheet = await asyncio.to_thread(_sheet, route, body, layout, tables, wanted, words)
    name = f"filename*=UTF-8''{quote(called(route))}.{wanted}"
    return Response(sheet, media_type=MEDIA[wanted], headers={"Content-Disposition": f"attachment; {name}"})


def _wanted(layout: Layout, wanted: str, named: str | None) -> tuple[Table, ...]:
    """A workbook has all lists unless one is named; csv has one."""
    if named is not None:
        return tuple(table for table in layout.tables if table.name == named)
    return layout.tables if wanted == "xlsx" or len(layout.tables) == 1 else ()


def _sheet(
    route: APIRoute, body: bytes, layout: Layout, tables: tuple[Table, ...], wanted: str, words: Wording
) -> bytes:
    answer: Any = TypeAdapter(route.response_model).validate_json(body)
    lines = answer.model_dump() if isinstance(answer, BaseModel) else {"": [line.model_dump() for line in answer]}
    filled = [_filled(table, lines[table.name], words) for table in tables]
    if wanted == "csv":
        return as_csv(filled[0])
    return as_xlsx([*filled, *([_beside(layout.beside, lines, words)] if layout.beside else [])])


def _filled(table: Table, lines: list[Any], words: Wording) -> Filled:
    columns = [cell.column for cell in table.cells]
    rows = (
        [words.cell(value, column) for value, column in zip(row, columns, strict=True)] for row in table.rows(lines)
    )
    return Filled(table.zh, [column.zh for column in columns], rows)


def _beside(cells: tuple[Cell, ...], answer: Any, words: Wording) -> Filled:
    """What is said of the lists as a whole, a line each."""
    row = next(Table("", "", cells).rows([answer]))
    rows = ([cell.column.zh, words.cell(value, cell.column)] for cell, value in zip(cells, row, strict=True))
    return Filled(BESIDE, [ITEM, VALUE], rows)
