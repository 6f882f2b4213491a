"""`stop`: all processes end, all data stays. Twice is as good as once."""

from __future__ import annotations

import time

import typer

from deploy.local import here, screen


def add_to(app: typer.Typer) -> None:
    app.command(name="stop", help="全部停止，数据保留")(stop)


def stop(context: typer.Context) -> None:
    found, began = here.of(context), time.monotonic()
    if found.platform().stop():
        screen.say(f"已停止，{time.monotonic() - began:.1f} 秒。数据在 {found.places.data}，再启动：./bifang up")
    else:
        screen.say(f"没有在运行（{found.places.data}）")
