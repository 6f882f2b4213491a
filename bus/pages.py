"""A list page by page: every answer tells how many there are and where the next page begins; as a sheet it is whole."""

import functools
import hashlib
import hmac
import inspect
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Depends, Query, Response
from fastapi import Request as HttpRequest
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from bus.api import Problem
from bus.database import Connection
from bus.sheets.asked import EVERYTHING, LINK, MEDIA, TOTAL, sheet_asked
from bus.sheets.layout import lists_of

Door = TypeVar("Door", bound=Callable[..., Any])
PATIENCE_S = 0.5
"""For so long a page waits until all are counted; of a list that takes longer the total is not told, and its end is its end."""
_MAC = 16
_PLAIN = dialect.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns of its lines a list stands, the last of them unique; none is ever null. A new line moves no other."""

    by: tuple[str, ...]
    zh: str
    falling: bool = False

    @property
    def sql(self) -> str:
        return ", ".join(f"line.{name}{' DESC' if self.falling else ''}" for name in self.by)

    def beyond(self, first: int) -> str:
        """SQL: what stands after the line whose values are the parameters from `first` on."""
        keys = ", ".join(f"line.{name}" for name in self.by)
        given = ", ".join(f"${first + n}" for n in range(len(self.by)))
        return f"({keys}) {'<' if self.falling else '>'} ({given})"


class Page:
    """Which lines are asked for, and what is told beside them."""

    def __init__(self, http: HttpRequest, response: Response, order: Order, limit: int, cursor: str | None) -> None:
        self._http, self._response, self._order = http, response, order
        self._sheet = sheet_asked(http) in MEDIA
        self._limit = EVERYTHING if self._sheet else limit
        self._asked = {name: value for name, value in http.query_params.multi_items() if name != "cursor"}
        self._at = None if cursor is None or self._sheet else self._read(cursor)
        self.total: int | None = None
        """Of all pages, as it was when the first was read; None where they could not be counted in time."""

    def holds(self, **said: object) -> None:
        """What the next pages are asked about, too, although nobody said it: the certificate that is the last one now."""
        self._asked |= {name: str(value) for name, value in said.items()}

    async def read(self, tables: Connection, query: str | Select[Any], *given: Any, surely: bool = False) -> list[Any]:
        """The lines of this page. `query` is the whole list, in no order; `surely` counts it however long that takes."""
        sql, arguments = _plain(query) if isinstance(query, Select) else (query, given)
        after, where = (self._at[0], self._order.beyond(len(arguments) + 1)) if self._at is not None else ((), "true")
        most = f"${len(arguments) + len(after) + 1}"
        shown = f"SELECT * FROM ({sql}) AS line WHERE {where} ORDER BY {self._order.sql} LIMIT {most}"
        rows = await tables.fetch(shown, *arguments, *after, self._limit + 1)
        lines, more = rows[: self._limit], len(rows) > self._limit
        if self._at is not None:
            self.total = self._at[1]
        else:
            self.total = await self._counted(tables, sql, arguments, surely) if more else len(rows)
        if not self._sheet:
            self._tell(lines[-1] if more else None)
        return lines

    async def _counted(self, tables: Connection, sql: str, arguments: Sequence[Any], surely: bool) -> int | None:
        timeout = None if surely else PATIENCE_S
        try:
            total: int = await tables.fetchval(f"SELECT count(*) FROM ({sql}) AS line", *arguments, timeout=timeout)
        except TimeoutError:
            return None
        return total

    def _tell(self, last: Any) -> None:
        if self.total is not None:
            self._response.headers[TOTAL] = str(self.total)
        if last is not None:
            query = urlencode({**self._asked, "cursor": self._written([last[name] for name in self._order.by])})
            self._response.headers[LINK] = f'<{self._http.url.path}?{query}>; rel="next"'

    def _written(self, values: Iterable[Any]) -> str:
        words = orjson.dumps([[_tag(value), value] for value in values] + [self.total], default=str)
        return urlsafe_b64encode(self._mac(words) + words).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[tuple[Any, ...], int | None]:
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise _no_such_page() from None
        if not hmac.compare_digest(raw[:_MAC], self._mac(raw[_MAC:])):
            raise _no_such_page()
        *values, total = orjson.loads(raw[_MAC:])
        return tuple(_TYPES[tag](value) for tag, value in values), total

    def _mac(self, words: bytes) -> bytes:
        """It binds a place to this list and this question: nothing that another wrote is given to the database."""
        asked = {name: value for name, value in self._asked.items() if name != "limit"}
        of = orjson.dumps([self._http.url.path, sorted(asked.items())])
        key: bytes = self._http.app.state.token_key
        return hmac.digest(key, b"page\0" + of + b"\0" + words, hashlib.sha256)[:_MAC]


def paged(usual: int, *, most: int, order: Order) -> Any:
    """A door that answers part of a list at a time. Every door that counts its lines counts them by this one."""
    goes_on = f"下一页：照答复头 Link 中 rel=next 的地址取。次序：{order.zh}"

    def page(
        http: HttpRequest,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=most, description="一页最多几行")] = usual,
        cursor: Annotated[str | None, Query(description=goes_on)] = None,
    ) -> Page:
        return Page(http, response, order, limit, cursor)

    return Depends(page)


def whole(door: Door) -> Door:
    """A door that answers all of a list at once: it tells how many lines, of all its lists together."""

    @functools.wraps(door)
    async def counted(*arguments: Any, _response: Response | None = None, **given: Any) -> Any:
        answer = await door(*arguments, **given)
        if _response is None:  # another door asks it
            return answer
        lists = [answer] if isinstance(answer, list) else [getattr(answer, name) for name in lists_of(type(answer))]
        _response.headers[TOTAL] = str(sum(map(len, lists)))
        return answer

    seen = inspect.signature(door)
    response = inspect.Parameter("_response", inspect.Parameter.KEYWORD_ONLY, annotation=Response)
    counted.__signature__ = seen.replace(parameters=[*seen.parameters.values(), response])  # type: ignore[attr-defined]
    counted.whole = True  # type: ignore[attr-defined]
    return counted  # type: ignore[return-value]


def _no_such_page() -> Problem:
    """Nobody gave it, or it was given for another list or another question."""
    return Problem(
        422,
        "字段错误",
        "这不是此清单给出的下一页，或所问的已经不同；请从第一页取起",
        rule="page-unknown",
        field="cursor",
    )


def _plain(query: Select[Any]) -> tuple[str, tuple[Any, ...]]:
    """As the bare connection takes it."""
    compiled = query.compile(dialect=_PLAIN)
    return str(compiled), tuple(compiled.params[name] for name in compiled.positiontup or ())


_TYPES: dict[str, Callable[[Any], Any]] = {"at": datetime.fromisoformat, "id": UUID, "": lambda value: value}


def _tag(value: Any) -> str:
    return "at" if isinstance(value, datetime) else "id" if isinstance(value, UUID) else ""
