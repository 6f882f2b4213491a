"""`doctor`: everything that can be looked at, and for what is wrong its cause and its cure."""

from __future__ import annotations

import asyncio

import typer

from deploy.local import examine, examine_servers, here, preflight, screen
from deploy.local.here import Here
from deploy.local.preflight import Check


def add_to(app: typer.Typer) -> None:
    app.command(name="doctor", help="检查一切，指出问题、原因与办法（退出码 0 无问题、1 有问题）")(doctor)


def doctor(context: typer.Context) -> None:
    found = here.of(context)
    platform = found.platform()
    state = platform.state() if platform.is_running else None
    rows = _show("本机", preflight.look(found.places, {}))
    rows += _show("文件", examine.files(found.places))
    rows += _show("上一次运行", examine.leftovers(found.places, running=state is not None))
    if state is None:
        screen.say("没有在运行：数据库、Kafka 与服务未检查。启动：./bifang up")
    else:
        rows += _show("进程", examine.children(found.places, state))
        rows += _show("PostgreSQL", asyncio.run(examine_servers.postgres(platform, state)))
        rows += _show("Kafka", examine_servers.kafka(state))
    _conclude(rows, found)


def _show(title: str, rows: list[Check]) -> list[Check]:
    if rows:
        screen.checks(rows, title)
        screen.say("")
    return rows


def _conclude(rows: list[Check], found: Here) -> None:
    bad = [row for row in rows if not row.well]
    if not bad:
        screen.say(f"[bold green]没有发现问题[/bold green]（{found.places.data}）")
        return
    screen.say(f"[bold red]有 {len(bad)} 个问题：{'、'.join(row.name for row in bad)}[/bold red]")
    raise typer.Exit(1)
