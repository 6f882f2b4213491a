"""`destroy`: stop, and delete of the data directory all that is ours, with everything that was ever recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.local import here, screen
from deploy.local.trouble import Trouble

SURE = ("y", "yes", "是")


def add_to(app: typer.Typer) -> None:
    app.command(name="destroy", help="停止，并删除数据目录（先询问）")(destroy)


def destroy(context: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="不询问")] = False) -> None:
    found = here.of(context)
    places = found.places
    if not places.data.exists():
        screen.say(f"没有数据（{places.data}）")
        return
    if not places.is_ours:
        raise Trouble("这个目录不是必访的数据目录，不删除", str(places.data), "检查 --data")
    if not yes:
        sure = typer.prompt(
            f"删除 {places.data}：数据库、Kafka、密钥、日志，无法恢复。确定吗？（y/N）", default="N", show_default=False
        )
        if sure.strip().lower() not in SURE:
            raise typer.Abort
    left = found.platform().destroy()
    stays = f"；不是我们的留着：{'、'.join(left)}" if left else ""
    screen.say(f"已删除 {places.data}{stays}")
