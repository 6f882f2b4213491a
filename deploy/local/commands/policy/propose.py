"""`policy propose` and `policy roll-back`: a version is put before the second person; nothing is in force by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import uuid4

import typer

from deploy.local import screen
from deploy.local.commands.policy.asking import OFFICER, SHORT, By, Door, From, Role, Why, door, instant, shown
from deploy.local.commands.policy.check import Folder, examined
from deploy.local.commands.policy.difference import say_difference

Note = Annotated[str, typer.Option("--note", help="这一版改了什么、为什么，给批准的人看")]


def propose(
    context: typer.Context, folder: Folder, by: By = "", role: Role = OFFICER, from_: From = "", note: Note = ""
) -> None:
    wanted = instant(from_)
    asks = door(context, by, role)
    examined(folder)
    from services.visits.policy import files_of

    _proposed(asks, files_of(folder), wanted, note)


def roll_back(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="退回到哪一版：版本号，见 policy list")],
    reason: Why,
    by: By = "",
    role: Role = OFFICER,
    from_: From = "",
) -> None:
    wanted = instant(from_)
    asks = door(context, by, role)
    _proposed(asks, asks.get(f"/policies/versions/{version}/files"), wanted, f"退回 {version}：{reason}")


def _proposed(asks: Door, files: Mapping[str, str], wanted: str | None, note: str) -> None:
    proposal_id = str(uuid4())
    said = asks.post("/policies", proposal_id=proposal_id, files=files, wanted_from=wanted, note=note)
    say_difference(asks, said["version"])
    when = f"{shown(wanted)} 起生效" if wanted else "批准后即生效"
    screen.say(
        f"{screen.YES} 已提出版本 {said['version']}，编号 {proposal_id[:SHORT]}，{when}；现在还没有生效\n"
        f"  下一步由另一人：./bifang policy activate {proposal_id[:SHORT]} --by 另一人"
    )
