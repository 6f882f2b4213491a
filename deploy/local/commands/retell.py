"""`retell`: what the services told Kafka is told again, from their own databases: for a Kafka that was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from deploy.local import screen
from deploy.local.commands.clock import span_of
from deploy.local.platform import Platform
from deploy.local.within import named, platform_of, run, within


def add_to(app: typer.Typer) -> None:
    app.command(
        name="retell", help="Kafka 丢失后，把各服务说过的再说一遍：先看数目，再加 --really；收过的服务不会再做一次"
    )(retell)


def retell(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="从何时起：2h、14d，或 2026-05-11T09:00:00+08:00")],
    service: Annotated[list[str] | None, typer.Option(help="只要这个服务（可重复）；不写则全部")] = None,
    really: Annotated[bool, typer.Option("--really", help="真的再说；不加只看数目")] = False,
) -> None:
    names, at = named(service), _instant(since)
    platform = platform_of(context)
    screen.say(f"自 {at.astimezone():%Y-%m-%d %H:%M:%S} 起（真实时间，非演示时钟）")
    table = Table(box=None, pad_edge=False)
    for heading in ("服务", "主题", "记录"):
        table.add_column(heading, justify="right" if heading == "记录" else "left")
    total = 0
    for name in names:
        for topic, n in run(_counts(platform, name, at), platform.places).items():
            table.add_row(name, topic, str(n))
            total += n
    screen.console.print(table if total else "没有说过什么")
    if not really:
        screen.say("[dim]这只是数目；加 --really 才真的再说[/dim]")
        return
    for name in names:
        run(_again(platform, name, at), platform.places)


def _instant(since: str) -> datetime:
    if span := span_of(since):
        return datetime.now(UTC) - span
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(f"{since} 不是时长，也不是带时区的时间；如 2h，或 2026-05-11T09:00:00+08:00")
    if at > datetime.now(UTC) + timedelta(seconds=1):
        raise typer.BadParameter(f"{since} 还没有到")
    return at


async def _counts(platform: Platform, name: str, at: datetime) -> dict[str, int]:
    from bus.retell import what_would_be

    async with within(platform, name) as here:
        return await what_would_be(here.database, at)


async def _again(platform: Platform, name: str, at: datetime) -> None:
    from bus.retell import retell

    done = 0
    async with within(platform, name) as here:
        with screen.console.status(f"{name} …"):
            async for done in retell(here.database, at):
                if done % 50_000 == 0:
                    screen.say(f"  … {name} {done}")
    screen.say(f"  {screen.YES} {name}  {done} 条已放回待发，由它的 relay 发出")
