"""`policy rebase`: running duties come under the version in force, by the order of a named person; first it is shown which."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.table import Table

from deploy.local import screen
from deploy.local.commands.policy.asking import OFFICER, By, Role, Why, Yes, door


def rebase(
    context: typer.Context,
    reason: Why,
    by: By = "",
    role: Role = OFFICER,
    county: Annotated[str | None, typer.Option(help="只这个县（市、区）；不写则全市")] = None,
    rule: Annotated[str | None, typer.Option(help="只这一条规则；不写则全部")] = None,
    yes: Yes = False,
) -> None:
    asks = door(context, by, role)
    preview = asks.get("/policies/rebase", county=county, rule=rule)
    version = preview["version"]
    _say(preview)
    if not yes:
        screen.say("[dim]只看，没有改动；加 --yes 才改[/dim]")
        return
    asks.post("/policies/rebase", rebase_id=str(uuid4()), version=version, county=county, rule=rule, reason=reason)
    screen.say(
        f"{screen.YES} 已下令：未办事项改按现行版本 {version}；正逐人办理，再运行一次本命令（不加 --yes）看余下多少"
    )


def _say(preview: dict[str, Any]) -> None:
    if not preview["behind"]:
        screen.say(f"未办事项都已按现行版本 {preview['version']}")
        return
    screen.say(f"不按现行版本 {preview['version']} 的未办事项：")
    table = Table(box=None, pad_edge=False)
    for heading in ("规则", "原版本", "事项", "人", "改按之后"):
        table.add_column(heading, justify="right" if heading in ("事项", "人") else "left")
    for line in preview["behind"]:
        then = "按新的时限、方式、督办；已逾期的不变" if line["asked_for"] else "新版没有这条规则：了结"
        table.add_row(line["rule"], line["version"], str(line["duties"]), str(line["people"]), then)
    screen.console.print(table)
