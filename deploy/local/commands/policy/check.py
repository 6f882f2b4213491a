"""`policy check`: every mistake at once, with file, line and rule; then what the pack says, on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from deploy.local import here, screen
from deploy.local.platform import Platform
from deploy.local.services import POLICY
from deploy.local.trouble import Trouble
from deploy.local.within import run, within

if TYPE_CHECKING:
    from bus.pack import Mistake
    from services.visits.policy import Change, Loaded
    from services.visits.policy.overview import Grid
    from services.visits.unheld import Alike

Folder = Annotated[Path, typer.Argument(help="有 pack.yaml、rules.yaml、messages.yaml 的目录")]


def check(
    context: typer.Context,
    folder: Folder = Path(POLICY),
    offline: Annotated[bool, typer.Option("--offline", help="只看文件，不问运行中的系统")] = False,
) -> None:
    loaded, templates = examined(folder)
    platform = here.of(context).platform()
    people = run(_people(platform), platform.places) if not offline and platform.is_running else None
    if people is not None:
        refuse_unheld(loaded, people)
    _say_remarks(loaded)
    for change in loaded.changes:
        screen.console.print(Text(said(change)), soft_wrap=True)
    _say_grids(loaded)
    policy = loaded.policy
    counties = f"，{len(policy.counties)} 个县（市、区）另有规则" if policy.counties else ""
    screen.say(
        f"{screen.YES} {policy.title}（{policy.city}），版本 {policy.version}：{len(policy.rules)} 条规则{counties}，"
        f"{templates} 个短信模板，没有错误"
    )
    if people is not None:
        _say_unheld(loaded, people)


def examined(folder: Path) -> tuple[Loaded, int]:
    """The pack, and how many templates it has. With a mistake in it they are told, and the command ends."""
    from bus.pack import PackRefused
    from bus.pack.messages import read_messages
    from services.visits.policy import load_with_changes, mistakes_of

    if not folder.is_dir():
        raise Trouble("没有这个目录", str(folder), "写明政策目录，如 policies/shuangta")
    wrong: list[Mistake] = []
    loaded, messages = None, None
    try:
        loaded = load_with_changes(folder)
        wrong += mistakes_of(loaded)
    except PackRefused as refused:
        wrong += refused.mistakes
    try:
        messages = read_messages(folder)
    except PackRefused as refused:
        wrong += refused.mistakes
    if wrong or loaded is None or messages is None:
        raise _refused(wrong)
    return loaded, len(messages.templates)


def _refused(wrong: Iterable[Mistake]) -> typer.Exit:
    """Each is told once, in a line."""
    lines = dict.fromkeys(map(str, wrong))
    for line in lines:
        screen.console.print(Text(line), soft_wrap=True)
    screen.say(f"[bold red]有 {len(lines)} 处错误[/bold red]，这一份政策不能启用")
    return typer.Exit(1)


def said(change: Change) -> str:
    """What a layer makes otherwise, in one line."""
    if change.rule is None:
        return f"{change.layer} 改动用语 {change.field}：{change.old} → {change.new}"
    if change.field is None:
        return f"{change.layer} 取消规则 {change.rule}（{change.old}）：{change.reason}"
    return f"{change.layer} 改动规则 {change.rule} 的 {change.field}：{change.old} → {change.new}：{change.reason}"


def _say_remarks(loaded: Loaded) -> None:
    from services.visits.policy import remarks_of

    for remark in remarks_of(loaded, date.today()):  # noqa: DTZ011 - a day of whoever looks
        screen.console.print(Text(f"提醒 {remark}"), soft_wrap=True)


def _say_grids(loaded: Loaded) -> None:
    from services.visits.policy.overview import following, recurring

    for grid in (recurring(loaded), following(loaded)):
        screen.console.print(_table(grid))


def _table(grid: Grid) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in grid.headings:
        table.add_column(heading, overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table


def refuse_unheld(loaded: Loaded, people: list[Alike]) -> None:
    from services.visits.unheld import held_by_nobody

    if wrong := list(held_by_nobody(loaded, people)):
        raise _refused(wrong)


def _say_unheld(loaded: Loaded, people: list[Alike]) -> None:
    """Roles of these rules that nobody holds for some, by county: no name is told, visits knows none."""
    from services.visits.unheld import unheld

    missing = unheld(loaded.policy, people)
    for (county, role), many in missing.items():
        name = loaded.policy.zh("roles", role)
        screen.console.print(
            Text(f"空岗 {county or '（未写县市区）'}：{many} 人没有“{name}”，这些规则会立即到上一级"), soft_wrap=True
        )
    if not missing:
        screen.say(f"{screen.YES} 这些规则用到的角色，今天每个人都有人担任")


async def _people(platform: Platform) -> list[Alike]:
    from services.visits.reading import alike

    async with within(platform, "visits") as visits, visits.database.connection() as connection:
        return await alike(connection)
