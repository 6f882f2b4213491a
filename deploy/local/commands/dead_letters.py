"""`dead-letters`: what a service could not take in: which lie there, one as it came, and replay once its cause is mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from deploy.local import screen
from deploy.local.platform import Platform
from deploy.local.trouble import Trouble
from deploy.local.within import named, platform_of, run, within

if TYPE_CHECKING:
    from bus.dead_letters import Letter
    from bus.replay import Replayed

HELP: Final = "死信：list 列出，show 看一封，replay 改好原因后重放（docs/how-to/replay-a-dead-letter.md）"
WORDS: Final = {
    "replayed": "[green]已重放，生效[/green]",
    "seen": "[green]早已生效，未再做[/green]",
    "buried": "[red]又失败，仍在死信中[/red]",
    "unread": "[red]仍读不懂[/red]",
}

Service = Annotated[str, typer.Argument(help="服务，如 visits")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command(name="list", help="列出死信：服务、编号、是否待处理、何时、事件、原因（退出码总为 0）")(list_)
    group.command(name="show", help="看一封：show visits 1")(show)
    group.command(
        name="replay", help="重放：replay visits 1 3，或 replay visits --all。走本服务自己的路，不经 Kafka；成功过的不再做。"
        "退出码 1 表示有的仍失败"
    )(replay)  # fmt: skip
    app.add_typer(group, name="dead-letters")


def list_(
    context: typer.Context,
    service: Annotated[list[str] | None, typer.Argument(help="服务；不写则全部")] = None,
    raw: Annotated[bool, typer.Option("--json", help="每封一行 JSON，给程序用")] = False,
) -> None:
    platform = platform_of(context)
    table = Table(box=None, pad_edge=False)
    for heading in ("服务", "编号", "状态", "何时", "事件", "决定", "原因"):
        table.add_column(heading, justify="right" if heading == "编号" else "left", overflow="fold")
    found = 0
    for name in named(service):
        for letter, buried in run(_standing(platform, name), platform.places):
            found += 1
            if raw:
                print(json.dumps(_line(name, letter, buried), ensure_ascii=False))
            table.add_row(name, str(letter.number), "[red]待处理[/red]" if buried else "[green]已生效[/green]",
                          f"{letter.written_at.astimezone():%m-%d %H:%M:%S}", letter.said("ce_type") or "（不是事件）",
                          letter.decision, Text(letter.said("dead_letter_reason")))  # fmt: skip
    if not raw:
        screen.console.print(table if found else "没有死信")


def show(
    context: typer.Context, service: Service, number: Annotated[int, typer.Argument(help="编号，见 list")]
) -> None:
    platform = platform_of(context)
    (name,) = named([service])
    (letter,) = run(_letters(platform, name, [number]), platform.places)
    screen.say(f"[bold]{name} {letter.number}[/bold]  {letter.place}")
    for header, value in letter.headers:
        screen.console.print(Text(f"  {header}: {value.decode('utf-8', 'replace')}", style="dim"), soft_wrap=True)
    screen.console.print(Text(_pretty(letter.body)), soft_wrap=True)


def replay(
    context: typer.Context,
    service: Service,
    numbers: Annotated[list[int] | None, typer.Argument(help="编号，见 list")] = None,
    everything: Annotated[bool, typer.Option("--all", help="所有待处理的")] = False,
) -> None:
    if bool(numbers) == everything:
        raise typer.BadParameter("写明编号，或 --all，二者选一")
    platform = platform_of(context)
    (name,) = named([service])
    results = run(_replay(platform, name, numbers or []), platform.places)
    for letter, replayed in results:
        screen.say(f"{name} {letter.number}  {letter.said('ce_type')}  {WORDS[replayed.outcome]}")
        if replayed.reason:
            screen.console.print(Text(f"  {replayed.reason}", style="dim"), soft_wrap=True)
    if not results:
        screen.say("没有待处理的死信")
    if any(replayed.outcome in ("buried", "unread") for _, replayed in results):
        raise typer.Exit(1)


async def _letters(platform: Platform, name: str, numbers: list[int]) -> list[Letter]:
    """Those of these numbers, all for none."""
    from bus.dead_letters import read_all, topic_of

    letters = read_all(platform.brokers, topic_of(name))
    if lacking := sorted(set(numbers) - {letter.number for letter in letters}):
        what = "、".join(map(str, lacking))
        raise Trouble(f"{name} 没有编号为 {what} 的死信", topic_of(name), f"./bifang dead-letters list {name}")
    return [letter for letter in letters if not numbers or letter.number in numbers]


async def _standing(platform: Platform, name: str) -> list[tuple[Letter, bool]]:
    from bus.replay import Replay

    letters = await _letters(platform, name, [])
    if not letters:
        return []
    async with within(platform, name) as here:
        road = Replay(here.service, here.database)
        return [(letter, await road.still_buried(letter)) for letter in letters]


async def _replay(platform: Platform, name: str, numbers: list[int]) -> list[tuple[Letter, Replayed]]:
    """In the order in which they were buried; of one that was buried again and again, the last letter is enough."""
    from bus.replay import Replay

    letters = await _letters(platform, name, numbers)
    async with within(platform, name) as here:
        road = Replay(here.service, here.database)
        waiting = [letter for letter in letters if numbers or await road.still_buried(letter)]
        if not numbers:
            waiting = list({_same(letter): letter for letter in waiting}.values())
        return [(letter, await road.replay(letter)) for letter in waiting]


def _same(letter: Letter) -> tuple[str, object]:
    return letter.decision, letter.said("ce_id") or letter.place


def _line(name: str, letter: Letter, buried: bool) -> dict[str, object]:
    headers = {header: value.decode("utf-8", "replace") for header, value in letter.headers}
    return {"service": name, "number": letter.number, "place": letter.place, "buried": buried, "headers": headers}


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return repr(body)
