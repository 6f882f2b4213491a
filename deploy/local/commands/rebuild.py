"""`rebuild`: every state is folded anew from its journal and compared with the tables: what differs is a defect."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from deploy.local import screen
from deploy.local.platform import Platform
from deploy.local.within import named, platform_of, run, within

if TYPE_CHECKING:
    from bus.rebuild import Difference

SHOWN: Final = 50
AGAIN_AFTER_S: Final = 1.0


def add_to(app: typer.Typer) -> None:
    app.command(name="rebuild", help="由日志重算每个状态，与表比较，只看不改（退出码 0 相同、1 有不同）")(rebuild)


def rebuild(
    context: typer.Context,
    service: Annotated[list[str] | None, typer.Argument(help="服务；不写则全部")] = None,
) -> None:
    names = named(service)
    platform = platform_of(context)
    wrong = 0
    for name in names:
        began = time.monotonic()
        found = run(_differences(platform, name), platform.places)
        wrong += len(found)
        mark = screen.NO if found else screen.YES
        screen.say(f"{mark} {name}  {f'{len(found)} 处不同' if found else '相同'}  {time.monotonic() - began:.1f} 秒")
        for difference in found[:SHOWN]:
            screen.say(f"    {difference.decision} {difference.key} {difference.field}")
        if len(found) > SHOWN:
            screen.say(f"    … 另有 {len(found) - SHOWN} 处")
    if wrong:
        raise typer.Exit(1)


async def _differences(platform: Platform, name: str) -> list[Difference]:
    """What changed while it was looked at shows once; a defect shows twice."""
    from bus.rebuild import differences

    async with within(platform, name) as here:
        first = await differences(here.database, here.service.decisions)
        if not first:
            return []
        await asyncio.sleep(AGAIN_AFTER_S)
        again = set(await differences(here.database, here.service.decisions))
        return [difference for difference in first if difference in again]
