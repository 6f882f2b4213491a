"""`clock`: in a demo or a test, time passes in a moment; never in production, and never backwards."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from deploy.local import screen
from deploy.local.platform import Platform
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SPAN: Final = re.compile(r"(\d+)([dhms])")
_WHOLE: Final = re.compile(r"(\d+[dhms])+")
_NOT_HERE: Final = (404, 405)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="演示用的时钟：clock show 看，clock forward 7d 前进（生产环境没有）")
    group.command(name="show", help="双塔市现在几点，比真实时间快多少")(show)
    group.command(name="forward", help="五个服务的时钟一起前进：7d、3h、30m、1d12h；只进不退")(forward)
    app.add_typer(group, name="clock")


def show(context: typer.Context) -> None:
    _say(asyncio.run(_move(platform_of(context), timedelta())))


def forward(context: typer.Context, span: Annotated[str, typer.Argument(help="7d、3h、30m、1d12h")]) -> None:
    by = span_of(span)
    if not by:
        raise typer.BadParameter(f"{span} 不是时长；如 7d、3h、30m、1d12h")
    _say(asyncio.run(_move(platform_of(context), by)))


def span_of(text: str) -> timedelta:
    """Zero for what is none."""
    if not _WHOLE.fullmatch(text):
        return timedelta()
    return timedelta(**{UNITS[unit]: int(n) for n, unit in _SPAN.findall(text)})


async def _move(platform: Platform, by: timedelta) -> timedelta:
    import httpx

    from deploy.local.actors.making import build
    from deploy.local.actors.staff import Staff
    from deploy.local.actors.wire import NotTaken

    async with Staff.of(platform, build(0), patience=5) as staff:
        try:
            ahead = await staff.ahead()
            return await staff.move_clocks(ahead + by) if by else ahead
        except NotTaken as no:
            production = no.status in _NOT_HERE
            cure = "生产环境的时钟不能动" if production else "按原因处理后再试"
            raise Trouble(f"服务不肯：{no}", "POST /clock", cure) from no
        except httpx.TransportError as away:
            raise Trouble(
                f"有服务没有回答（{type(away).__name__}）", "POST /clock", "./bifang status 看是哪一个"
            ) from away


def _say(ahead: timedelta) -> None:
    from deploy.local.actors.messages import SHANGHAI

    local = (datetime.now(UTC) + ahead).astimezone(SHANGHAI)
    screen.say(f"双塔市时间 {local:%Y-%m-%d %H:%M:%S}，比真实时间快 {said(ahead)}")


def said(span: timedelta) -> str:
    """To the minute."""
    hours, seconds = divmod(span.seconds, 3600)
    return f"{span.days} 天 {hours} 小时 {seconds // 60} 分"
