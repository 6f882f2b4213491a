"""`rebuild`: every state is folded anew from its journal and compared with the tables; and what the nights have found."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from contracts.zone import CITY
from deploy.local import screen
from deploy.local.platform import Platform
from deploy.local.within import named, platform_of, run, within

if TYPE_CHECKING:
    from bus.rebuild import Difference
    from bus.rebuild_found import Rebuilt

SHOWN: Final = 50
ALL: Final = 10_000


def add_to(app: typer.Typer) -> None:
    app.command(name="rebuild", help="由日志重算每个状态，与表比较，只看不改（退出码 0 相同、1 有不同）")(rebuild)


def rebuild(
    context: typer.Context,
    service: Annotated[list[str] | None, typer.Argument(help="服务；不写则全部")] = None,
    found: Annotated[bool, typer.Option("--found", help="不重算，只列出每夜自查的结果")] = False,
) -> None:
    names = named(service)
    platform = platform_of(context)
    wrong = sum((_nights if found else _now)(platform, name) for name in names)
    if wrong:
        raise typer.Exit(1)


def _now(platform: Platform, name: str) -> int:
    began = time.monotonic()
    found = run(_differences(platform, name), platform.places)
    mark = screen.NO if found else screen.YES
    screen.say(f"{mark} {name}  {f'{len(found)} 处不同' if found else '相同'}  {time.monotonic() - began:.1f} 秒")
    for difference in found[:SHOWN]:
        screen.say(f"    {difference.decision} {difference.key} {difference.field}")
    if len(found) > SHOWN:
        screen.say(f"    … 另有 {len(found) - SHOWN} 处")
    return len(found)


async def _differences(platform: Platform, name: str) -> list[Difference]:
    from bus.rebuild import differences

    async with within(platform, name) as here:
        return await differences(here.database, here.service.decisions)


def _nights(platform: Platform, name: str) -> int:
    """As the service itself has found by night, while it lived."""
    night = run(_rebuilt(platform, name), platform.places)
    mark = screen.NO if night.differing else screen.YES
    ended = (
        "尚未算完一整轮" if night.ended_at is None else f"上一整轮 {day(night.ended_at)}，{night.ended_states} 个状态"
    )
    under_way = f"；本轮已算 {night.states} 个" if night.began_at is not None else ""
    screen.say(f"{mark} {name}  {f'{night.differing} 个不符' if night.differing else '无不符'}  {ended}{under_way}")
    for each in night.found:
        screen.say(f"    {each.zh}  {each.key}  发现于 {day(each.found_at)}")
    return night.differing


async def _rebuilt(platform: Platform, name: str) -> Rebuilt:
    from bus.rebuild_found import read

    async with within(platform, name) as here, here.database.connection() as connection:
        return await read(connection, here.service.decisions, ALL)


def day(at: datetime) -> str:
    return at.astimezone(CITY).strftime("%Y-%m-%d %H:%M")
