"""`demo`: everything is started, and the story of one admission, one missed greeting and one death is told live."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from deploy.local import here, screen
from deploy.local.commands import up
from deploy.local.here import Here
from deploy.local.places import Places
from deploy.local.platform import ALL, Platform
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    app.command(name="demo", help="启动全部，在虚构的双塔市里现场讲一遍：住院、问候无人应、去世")(demo)


def demo(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="讲完就全部停止，不留下任何东西（另用一个临时数据目录）")
    ] = False,
) -> None:
    """Exit 0: every step was seen on Kafka and in the tables. 1: the first that was not is named, and its log."""
    began = float(os.environ.get(up.BEGAN, time.time()))
    found, lent = _where(context, once)
    platform = Platform(found.places.data, found.ports, bound=once, own=False)
    was_running = platform.is_running
    up.start(found, platform, ALL)
    try:
        _tell(platform, found, began, stays=not once or was_running)
    except (Trouble, KeyboardInterrupt):
        if once and not was_running:
            platform.stop()
            screen.say(f"已全部停止；数据和日志留在 {found.places.data}")
        raise
    if once and not was_running:
        (platform.destroy if lent else platform.stop)()
        screen.say("已全部停止。")


def _where(context: typer.Context, once: bool) -> tuple[Here, bool]:
    """`--once` takes a folder of its own, unless one is named."""
    found = here.of(context)
    assert context.parent is not None
    if not once or context.parent.params["data"] is not None:
        return found, False
    return Here(Places(Path(tempfile.mkdtemp(prefix="bifang-demo-"))), found.ports), True


def _tell(platform: Platform, found: Here, began: float, *, stays: bool) -> None:
    from deploy.local.story import afterwards, telling  # heavy: only this command needs the services' code

    told_from = time.time()
    steps = asyncio.run(telling.tell(platform, screen.console))
    now = time.time()
    screen.say(
        f"\n[bold green]{len(steps)} 步全部在 Kafka 和数据库中看到[/bold green]，"
        f"故事 {now - told_from:.0f} 秒，连启动共 {now - began:.0f} 秒"
    )
    if stays:
        afterwards.show(screen.console, platform, found)
