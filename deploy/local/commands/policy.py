"""`policy`: a pack is looked at before it is put in force: every mistake at once, with file, line and rule."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from deploy.local import screen
from deploy.local.services import POLICY
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="政策：policy check 政策目录")
    group.command(name="check", help="检查政策的规则和短信模板，写明文件、行、规则（退出码 0 可用、1 有错）")(check)
    app.add_typer(group, name="policy")


def check(
    folder: Annotated[Path, typer.Argument(help="有 pack.yaml、rules.yaml、messages.yaml 的目录")] = Path(POLICY),
) -> None:
    from services.notify.pack import WrongMessages, read_messages
    from services.visits.policy import PolicyRefused, load

    if not folder.is_dir():
        raise Trouble("没有这个目录", str(folder), "写明政策目录，如 policies/shuangta")
    wrong: list[str] = []
    try:
        policy = load(folder)
    except PolicyRefused as refused:
        wrong += map(str, refused.mistakes)
    try:
        messages = read_messages(folder / "messages.yaml")
    except WrongMessages as refused:
        wrong += str(refused).splitlines()
    for line in dict.fromkeys(wrong):
        screen.console.print(Text(line), soft_wrap=True)
    if wrong:
        screen.say(f"[bold red]有 {len(dict.fromkeys(wrong))} 处错误[/bold red]，这一份政策不能启用")
        raise typer.Exit(1)
    screen.say(
        f"{screen.YES} {policy.title}（{policy.city}），版本 {policy.version}：{len(policy.rules)} 条规则，"
        f"{len(messages.templates)} 个短信模板，没有错误"
    )
