"""A list as a sheet: the same lines as the door answers, in Chinese, text as text, and all of them."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from python_calamine import load_workbook

from bus.api import Token
from bus.application import application
from bus.pack import read_words
from bus.pages import whole
from bus.sealed import KeyRing, new_demo_ring
from bus.sheets import LEFT_OUT, Column
from bus.sheets.writing import MOST_ROWS, Filled, as_xlsx
from bus.testing import SHIPPED, bearer

KEYS = KeyRing(json.dumps(new_demo_ring(["identity"])))
NOON = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)


class Friend(BaseModel):
    name: str
    phone: str


class Line(BaseModel):
    line_id: UUID
    name: str
    category: str
    due_at: datetime
    born: date | None
    visits: int
    late: bool
    friends: list[Friend]
    internal: str = "x"


class Two(BaseModel):
    month: str
    kept: list[Friend]
    lost: list[str]


TITLES = {
    "line_id": Column("编号"),
    "name": Column("姓名"),
    "category": Column("居住类别", "categories"),
    "due_at": Column("期限"),
    "born": Column("出生日期"),
    "visits": Column("次数"),
    "late": Column("逾期"),
    "friends": Column("联系人"),
    "phone": Column("电话"),
    "internal": LEFT_OUT,
    "month": Column("月份"),
    "kept": Column("留下"),
    "lost": Column("失联"),
}


def line(n: int = 0, name: str = "张三测", friends: tuple[Friend, ...] = ()) -> Line:
    return Line(
        line_id=UUID(int=n), name=name, category="living-alone", due_at=NOON, born=date(1938, 5, 12), visits=3, late=True,
        friends=list(friends),
    )  # fmt: skip


LINES: list[Line] = []
router = APIRouter()
Anybody = Annotated[Any, Depends(Token("operations"))]


@router.get("/lines", summary="应办的事项,最久的在前")
@whole
async def lines(_: Anybody) -> list[Line]:
    return LINES


@router.get("/two", summary="两个清单")
@whole
async def two(_: Anybody) -> Two:
    return Two(month="2026-05", kept=[Friend(name="李四试", phone="+8619900001234")], lost=["甲", "乙"])


@router.get("/one", summary="不是清单")
async def one(_: Anybody) -> Friend:
    return Friend(name="李四试", phone="1")


async def ask(path: str, *given: Line, **headers: str) -> httpx.Response:
    LINES[:] = given
    state = {"token_key": KEYS.token_key, "words": read_words(SHIPPED), "titles": TITLES}
    app = application("lists", [router], ready=list, state=state)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path, headers={**bearer(KEYS, "operations"), **headers})


def sheets(answer: httpx.Response) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


HEADINGS = ["编号", "姓名", "居住类别", "期限", "出生日期", "次数", "逾期", "联系人：姓名", "联系人：电话"]
FIRST = [str(UUID(int=0)), "张三测", "空巢独居", "2026-05-11 12:00", "1938-05-12", 3.0, "是", "", ""]


async def test_a_list_is_had_as_a_workbook_in_chinese_and_in_the_city_s_time() -> None:
    answer = await ask("/lines?format=xlsx", line())

    assert sheets(answer) == {"应办的事项": [HEADINGS, FIRST]}
    assert "filename*=UTF-8''%E5%BA%94" in answer.headers["content-disposition"]


async def test_csv_says_the_same_in_an_encoding_that_spreadsheets_know() -> None:
    answer = await ask("/lines?format=csv", line())

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert rows(answer) == [HEADINGS, [*FIRST[:5], "3", *FIRST[6:]]]


async def test_accept_asks_for_a_sheet_as_the_address_does() -> None:
    as_csv = await ask("/lines", line(), accept="text/csv, */*")
    as_json = await ask("/lines", line(), accept="*/*")

    assert (as_csv.headers["content-type"], as_json.headers["content-type"]) == (
        "text/csv; charset=utf-8",
        "application/json",
    )


async def test_a_whole_list_tells_how_many_lines_it_has_of_all_its_lists_together() -> None:
    lines, two, none = await ask("/lines", line(), line(1)), await ask("/two"), await ask("/lines")

    assert [answer.headers["x-total-count"] for answer in (lines, two, none)] == ["2", "3", "0"]


async def test_a_list_inside_a_line_has_a_row_for_each_of_it() -> None:
    friends = (Friend(name="甲", phone="+8619900001234"), Friend(name="乙", phone="19900005678"))

    found = sheets(await ask("/lines?format=xlsx", line(friends=friends)))["应办的事项"]

    assert [row[-2:] for row in found[1:]] == [["甲", "+8619900001234"], ["乙", "19900005678"]]
    assert all(row[:7] == FIRST[:7] for row in found[1:])


async def test_no_cell_is_a_formula_and_no_phone_a_number() -> None:
    harmful = ["=1+1", "+8619900001234", "-2", "@SUM(A1)", "\t=1", "＝1", "110101193805120011", "007"]
    given = [line(n, name) for n, name in enumerate(harmful)]

    workbook = sheets(await ask("/lines?format=xlsx", *given))["应办的事项"]
    text = rows(await ask("/lines?format=csv", *given))

    assert [row[1] for row in workbook[1:]] == harmful
    assert [row[1] for row in text[1:]] == [f"'{name}" for name in harmful]


async def test_a_workbook_has_every_list_of_an_answer_and_what_stands_beside_them() -> None:
    assert sheets(await ask("/two?format=xlsx")) == {
        "留下": [["姓名", "电话"], ["李四试", "+8619900001234"]],
        "失联": [["失联"], ["甲"], ["乙"]],
        "概况": [["项目", "内容"], ["月份", "2026-05"]],
    }


async def test_csv_has_one_list_and_asks_which() -> None:
    unsaid, named, unknown = [await ask(f"/two?format=csv{more}") for more in ("", "&list=lost", "&list=none")]

    assert (unsaid.status_code, unsaid.json()["field"], "kept（留下）" in unsaid.json()["detail"]) == (
        422,
        "list",
        True,
    )
    assert rows(named) == [["失联"], ["甲"], ["乙"]]
    assert unknown.status_code == 422


async def test_an_unknown_format_is_refused_and_what_is_no_list_stays_as_it_is() -> None:
    unknown, no_list = await ask("/lines?format=pdf"), await ask("/one?format=xlsx")

    assert (unknown.status_code, unknown.json()["field"]) == (422, "format")
    assert no_list.json() == {"name": "李四试", "phone": "1"}


async def test_a_refusal_stays_a_refusal() -> None:
    answer = await ask("/lines?format=xlsx", Authorization="")

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_the_docs_of_a_list_name_its_formats() -> None:
    paths = (await ask("/openapi.json")).json()["paths"]

    named = {path: [p["name"] for p in paths[path]["get"]["parameters"]] for path in paths}
    assert named == {
        "/lines": ["authorization", "format", "list"],
        "/two": ["authorization", "format", "list"],
        "/one": ["authorization"],
    }


def test_what_is_more_than_a_worksheet_holds_goes_on_in_the_next(monkeypatch: Any) -> None:
    monkeypatch.setattr("bus.sheets.writing.MOST_ROWS", 2)
    assert MOST_ROWS == 1_048_575

    book = load_workbook(io.BytesIO(as_xlsx([Filled("人员", ["甲"], [[n] for n in range(5)])])))

    assert {name: book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names} == {
        "人员": [[0.0], [1.0]],
        "人员 2": [[2.0], [3.0]],
        "人员 3": [[4.0]],
    }


def test_a_long_text_is_cut_where_a_cell_ends_and_shows_it() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([Filled("人员", ["甲"], [["长" * 40_000]])])))

    cell = str(book.get_sheet_by_index(0).to_python()[1][0])
    assert (len(cell), cell[-1]) == (32_767, "…")
