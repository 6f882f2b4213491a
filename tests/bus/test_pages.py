"""A list page by page: everybody is shown once, also when somebody new comes meanwhile; and each page says how many there are."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import BaseModel
from sqlalchemy import column, select, table

from bus.api import Token
from bus.application import application
from bus.pack import read_words
from bus.pages import Order, Page, paged
from bus.sealed import KeyRing, new_demo_ring
from bus.sheets import Column
from bus.testing import MORNING, SHIPPED, ByHand, bearer

KEYS = KeyRing(json.dumps(new_demo_ring(["identity"])))
MADE = "CREATE TABLE people (person_id uuid PRIMARY KEY, since timestamptz NOT NULL, unit text NOT NULL)"
LONGEST, NEWEST = Order(("since", "person_id"), "最久的在前"), Order(("since", "person_id"), "最新的在前", falling=True)
TITLES = {"person_id": Column("编号"), "since": Column("自何时起"), "unit": Column("单位")}
Anybody = Annotated[Any, Depends(Token("operations"))]
router = APIRouter()


class Line(BaseModel):
    person_id: UUID
    since: datetime
    unit: str


@router.get("/people", summary="人员")
async def people(
    http: HttpRequest, _: Anybody, page: Annotated[Page, paged(2, most=5, order=LONGEST)], unit: str | None = None
) -> list[Line]:
    async with http.app.state.database.connection() as tables:
        rows = await page.read(tables, "SELECT * FROM people WHERE $1::text IS NULL OR unit = $1", unit)
    return [Line(**row) for row in rows]


@router.get("/newest", summary="人员")
async def newest(
    http: HttpRequest, _: Anybody, page: Annotated[Page, paged(2, most=5, order=NEWEST)], unit: str | None = None
) -> list[Line]:
    """As a statement; what nobody asked for is held from page to page."""
    page.holds(unit=unit or "甲厂")
    wanted = select(table("people", column("person_id"), column("since"), column("unit")))
    async with http.app.state.database.connection() as tables:
        rows = await page.read(tables, wanted.where(column("unit") == (unit or "甲厂")))
    return [Line(**row) for row in rows]


@router.get("/slow", summary="人员")
async def slow(http: HttpRequest, _: Anybody, page: Annotated[Page, paged(2, most=5, order=LONGEST)]) -> list[Line]:
    async with http.app.state.database.connection() as tables:
        rows = await page.read(tables, "SELECT * FROM people WHERE pg_sleep(0.05) IS NOT NULL")
    return [Line(**row) for row in rows]


@pytest.fixture
async def doors(hand: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    """Five people of one unit, of whom three came at the same instant, and one of another."""
    async with hand.database.connection() as tables:
        await tables.execute(MADE)
    for n, days in enumerate((0, 1, 1, 1, 4)):
        await comes(hand, n, days)
    await comes(hand, 9, 9, "乙厂")
    words = read_words(SHIPPED)
    state = {"token_key": KEYS.token_key, "database": hand.database, "words": words, "titles": TITLES}
    app = application("lists", [router], ready=list, state=state)
    headers = bearer(KEYS, "operations")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client


async def comes(hand: ByHand, n: int, days: int, unit: str = "甲厂") -> None:
    async with hand.database.connection() as tables:
        await tables.execute("INSERT INTO people VALUES ($1, $2, $3)", UUID(int=n), MORNING + timedelta(days), unit)


def shown(page: httpx.Response) -> list[int]:
    assert page.status_code == 200, page.text
    return [UUID(line["person_id"]).int for line in page.json()]


async def walk(doors: httpx.AsyncClient, path: str) -> list[httpx.Response]:
    pages = [await doors.get(path)]
    while (link := pages[-1].links.get("next")) is not None:
        pages.append(await doors.get(link["url"]))
    return pages


async def test_whoever_follows_the_links_sees_everybody_once_and_is_told_how_many(doors: httpx.AsyncClient) -> None:
    pages = await walk(doors, "/people?unit=甲厂")

    assert [shown(page) for page in pages] == [[0, 1], [2, 3], [4]]
    assert [page.headers["x-total-count"] for page in pages] == ["5", "5", "5"]


async def test_a_list_that_ends_with_its_first_page_has_no_next(doors: httpx.AsyncClient) -> None:
    exactly, none = await doors.get("/people?limit=5&unit=甲厂"), await doors.get("/people?unit=丙厂")

    assert [(p.headers["x-total-count"], "link" in p.headers) for p in (exactly, none)] == [("5", False), ("0", False)]


async def test_somebody_who_comes_meanwhile_moves_nobody(doors: httpx.AsyncClient, hand: ByHand) -> None:
    first = await doors.get("/people")
    await comes(hand, 7, -3)
    await comes(hand, 8, 2)

    second = await doors.get(first.links["next"]["url"])
    third = await doors.get(second.links["next"]["url"])

    assert [shown(page) for page in (first, second, third)] == [[0, 1], [2, 3], [8, 4]]
    assert third.headers["x-total-count"] == "6"


async def test_the_newest_first_goes_back_and_holds_what_it_answered_of(doors: httpx.AsyncClient) -> None:
    assert [shown(page) for page in await walk(doors, "/newest?limit=3")] == [[4, 3, 2], [1, 0]]


async def test_a_place_of_another_list_or_question_is_refused(doors: httpx.AsyncClient) -> None:
    cursor = str((await doors.get("/people")).links["next"]["url"]).partition("cursor=")[2]
    flipped = ("B" if cursor[30] == "A" else "A").join((cursor[:30], cursor[31:]))

    asked = [f"/newest?cursor={cursor}", f"/people?unit=甲厂&cursor={cursor}", f"/people?cursor={flipped}"]
    answers = [await doors.get(path) for path in (*asked, "/people?cursor=x", "/people?cursor=编")]

    assert [(answer.status_code, answer.json()["field"]) for answer in answers] == [(422, "cursor")] * 5
    assert shown(await doors.get(f"/people?limit=1&cursor={cursor}")) == [2]


async def test_a_sheet_has_all_lines_whatever_the_limit_of_a_page(doors: httpx.AsyncClient) -> None:
    sheet = await doors.get("/people?format=csv&limit=1")

    assert len(sheet.text.splitlines()) == 1 + 6
    assert {"link", "x-total-count"}.isdisjoint(sheet.headers)


async def test_nobody_waits_long_until_all_are_counted(doors: httpx.AsyncClient, monkeypatch: Any) -> None:
    """The next page is there all the same, and with the last all were seen."""
    monkeypatch.setattr("bus.pages.PATIENCE_S", 0.1)

    pages = await walk(doors, "/slow")

    assert [shown(page) for page in pages] == [[0, 1], [2, 3], [4, 9]]
    assert all("x-total-count" not in page.headers for page in pages)
