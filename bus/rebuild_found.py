"""What the nightly rebuild has found, to read: how far it is, and each state that its journal does not explain."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel

from bus.api import Token
from bus.database import Connection
from bus.decisions import Caller, Decisions
from bus.pages import Order, Page, paged
from bus.rebuild import UNREADABLE
from bus.sheets import Column, Titles

router = APIRouter(tags=["重算"])
_BY_STATE = Order(("decision", "key"), "按状态类别和编号")
_FOUND = "SELECT decision, key, fields, found_at FROM rebuild_differences"
_ROUND = """
SELECT since, began_at, states, ended_at, ended_states, (SELECT count(*) FROM rebuild_differences) AS differing FROM rebuilding
"""


TITLES: Titles = {
    "found": Column("不符的状态"),
    "decision": Column("状态类别"),
    "zh": Column("说明"),
    "key": Column("编号"),
    "fields": Column("不符之处"),
    "found_at": Column("发现时间"),
    "since": Column("开始看护"),
    "began_at": Column("本轮开始"),
    "states": Column("本轮已算"),
    "ended_at": Column("上一整轮完成"),
    "ended_states": Column("上一整轮个数"),
    "differing": Column("不符个数"),
}


class FoundLine(BaseModel):
    """A state that differs, as of the last night on which it was looked at."""

    decision: str
    zh: str
    key: UUID
    fields: str
    found_at: AwareDatetime


class Rebuilt(BaseModel):
    """The round under way (`began_at`; none = it has ended) and the last whole one; before the first look nothing is known."""

    since: AwareDatetime | None = None
    began_at: AwareDatetime | None = None
    states: int = 0
    ended_at: AwareDatetime | None = None
    ended_states: int | None = None
    differing: int = 0
    found: list[FoundLine] = []


@router.get("/rebuilt", summary="每夜由日志重算的结果：算到哪里，哪些状态与日志不符")
async def rebuilt(
    http: HttpRequest,
    caller: Annotated[Caller, Depends(Token("operations"))],
    page: Annotated[Page, paged(1000, most=10_000, order=_BY_STATE)],
) -> Rebuilt:
    """By the name of the state and its key; nothing of what stands in it."""
    async with http.app.state.database.connection() as connection:
        found = await page.read(connection, _FOUND)
        return await _with_round(connection, http.app.state.running.service.decisions, found)


async def read(connection: Connection, tables: Sequence[Decisions[Any]], limit: int) -> Rebuilt:
    """For the command line."""
    found = await connection.fetch(f"{_FOUND} ORDER BY decision, key LIMIT $1", limit)
    return await _with_round(connection, tables, found)


async def _with_round(connection: Connection, tables: Sequence[Decisions[Any]], rows: Sequence[Any]) -> Rebuilt:
    row = await connection.fetchrow(_ROUND)
    called = {table.name: table.zh or table.name for table in tables}
    found = [FoundLine(**dict(each), zh=said(called, each)) for each in rows]
    return Rebuilt(**dict(row), found=found) if row is not None else Rebuilt()


def said(called: dict[str, str], row: Any) -> str:
    """One line for a human."""
    what = called.get(row["decision"], row["decision"])
    if row["fields"] == UNREADABLE:
        return f"{what}：日志无法重算"
    return f"{what}：{row['fields']} 与日志重算的不同"
