"""How the commands ask visits' doors: as a named person, of this instance or, told by the environment, of another."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from deploy.local import keys, screen
from deploy.local.services import POLICY
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

if TYPE_CHECKING:  # the bus is heavy, and --help needs none of it
    from zoneinfo import ZoneInfo

URL: Final = "BIFANG_VISITS_URL"
TOKEN: Final = "BIFANG_TOKEN"  # noqa: S105 - the name of a variable
ELSEWHERE: Final = f"别处的系统：{URL} 写 visits 的地址，{TOKEN} 写自己的令牌（令牌里已有是谁，不用 --by）"
SHORT: Final = 8
"""Characters of an id that people read and type."""

By = Annotated[str, typer.Option("--by", help=f"谁：写进政策簿的人（姓名或工号）。{ELSEWHERE}")]
Role = Annotated[str, typer.Option("--role", help="以本市政策里的哪个角色")]
From = Annotated[
    str, typer.Option("--from", help="何时生效：2027-01-01（本市零时）或 2027-01-01T08:00；不写则批准后即生效")
]
Why = Annotated[str, typer.Option("--reason", help="理由，至少五个字，写进政策簿")]
Yes = Annotated[bool, typer.Option("--yes", help="真的做；不加只看，不做任何改动")]
OFFICER: Final = "bureau-officer"


@dataclass(frozen=True, slots=True)
class Door:
    """What is refused is a Trouble with the service's own words."""

    url: str
    token: str
    log: Path | None

    def get(self, path: str, **query: str | None) -> Any:
        return self._asked("GET", path, params={name: value for name, value in query.items() if value is not None})

    def post(self, path: str, **body: Any) -> Any:
        return self._asked("POST", path, json={name: value for name, value in body.items() if value is not None})

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        import httpx

        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            said = httpx.request(method, self.url + path, headers=headers, timeout=60, trust_env=False, **more)
        except httpx.TransportError as away:
            raise Trouble(f"visits 没有回答（{type(away).__name__}）", self.url, "./bifang status", self.log) from away
        if said.is_success:
            return said.json()
        problem: dict[str, Any] = (
            said.json() if "json" in said.headers.get("content-type", "") else {"detail": said.text}
        )
        for mistake in problem.get("errors", []):
            screen.console.print(Text(f"{mistake['field']}: {mistake['error']}"), soft_wrap=True)
        cure = "由有此权限的人来办（--by、--role）" if said.status_code in (401, 403) else "按原因改正后再试"
        raise Trouble(str(problem.get("detail")), f"visits {method} {path}", cure)


def door(context: typer.Context, by: str, role: str = OFFICER) -> Door:
    """Of the running instance, as this person; or of the one that the environment names, by the token that it gives."""
    url, token = os.environ.get(URL, ""), os.environ.get(TOKEN, "")
    if bool(url) != bool(token):
        raise typer.BadParameter(f"{URL} 和 {TOKEN} 要么都写，要么都不写")
    if url:
        return Door(url.rstrip("/"), token, None)
    if not by:
        raise typer.BadParameter("写明是谁：姓名或工号", param_hint="--by")
    platform = platform_of(context)
    from bus import tokens

    token = tokens.issue(keys.token_key(platform.places), person=by, role=role, hours=1)
    return Door(f"http://127.0.0.1:{platform.ports['visits']}", token, platform.places.log("visits"))


@cache
def zone() -> ZoneInfo:
    """In whose time the city reads and writes a date."""
    from bus.pack import read_words

    return read_words(Path(os.environ.get("BIFANG_POLICY", POLICY))).timezone


def instant(text: str) -> str | None:
    """A date is its first moment in the city; None for none."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} 不是日期；如 2027-01-01，或 2027-01-01T08:00", param_hint="--from") from None
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone())).isoformat()


def shown(at: str | None) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone()):%Y-%m-%d %H:%M}" if at else ""
