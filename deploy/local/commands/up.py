"""`up`: look at the machine, then start what is not there, and return when all is ready."""

from __future__ import annotations

import os
import time
from enum import StrEnum
from typing import Annotated

import typer

from deploy.local import here, preflight, screen
from deploy.local.commands.status import show
from deploy.local.here import Here
from deploy.local.platform import ALL, INFRASTRUCTURE, Platform
from deploy.local.trouble import Trouble
from deploy.local.wanted import KAFKA, POSTGRES, SERVICES

BEGAN = "BIFANG_BEGAN"
"""When `./bifang` was called, if it had to set itself up first."""


class Only(StrEnum):
    ALL = "all"
    INFRA = "infra"
    KAFKA = "kafka"
    POSTGRES = "postgres"


class Roles(StrEnum):
    TOGETHER = "together"
    APART = "apart"


PARTS = {
    Only.ALL: ALL,
    Only.INFRA: INFRASTRUCTURE,
    Only.KAFKA: frozenset({KAFKA}),
    Only.POSTGRES: frozenset({POSTGRES}),
}


def add_to(app: typer.Typer) -> None:
    app.command(name="up", help="准备并启动全部（已在运行则只等到就绪）")(up)


def up(
    context: typer.Context,
    only: Annotated[Only, typer.Option(help="只启动一部分")] = Only.ALL,
    roles: Annotated[Roles, typer.Option(help="每个服务一个进程，或每个角色一个进程")] = Roles.TOGETHER,
) -> None:
    found = here.of(context)
    platform = found.platform(PARTS[only], apart=roles is Roles.APART)
    start(found, platform, PARTS[only])
    show(found, platform)


def start(found: Here, platform: Platform, parts: frozenset[str]) -> None:
    """Ready when this returns. Raises the Trouble that was met, and then nothing is left running."""
    began = float(os.environ.get(BEGAN, time.time()))
    was_running = platform.is_running
    if was_running:
        _as_asked(platform, parts)
        screen.say(f"已在运行（{found.places.data}）")
    else:
        _preflight(found, parts)
        found.places.make()
        found.remember()
        platform.launch()
    try:
        with screen.Watch(began) as watch:
            platform.wait_up(watch=watch)
    except KeyboardInterrupt:
        if not was_running:
            screen.say("正在停止…")
            platform.stop()
        raise
    screen.say(f"[bold green]就绪[/bold green]，共 {time.time() - began:.1f} 秒\n")


def _as_asked(platform: Platform, parts: frozenset[str]) -> None:
    state = platform.state()
    if state and not parts <= set(state.parts):
        cause = f"在运行的只有 {'、'.join(state.parts)}"
        raise Trouble(cause, str(platform.places.data), "先 ./bifang stop，再 ./bifang up（数据都在）")


def _preflight(found: Here, parts: frozenset[str]) -> None:
    rows = [*preflight.look(found.places, _doors(found, parts)), *preflight.others()]
    screen.checks(rows, "启动前检查")
    bad = [row for row in rows if not row.well]
    if bad:
        worst = bad[0]
        raise Trouble(f"启动前检查未通过：{'、'.join(row.name for row in bad)}", worst.found, worst.cure)


def _doors(found: Here, parts: frozenset[str]) -> dict[str, int]:
    """The doors we shall open; those of a broker or a database of others are theirs."""
    doors = found.ports.all() if SERVICES in parts else {}
    ours = {
        "kafka": KAFKA in parts and "KAFKA_BROKERS" not in os.environ,
        "controller": KAFKA in parts and "KAFKA_BROKERS" not in os.environ,
        "postgres": POSTGRES in parts and "DATABASE_URL" not in os.environ,
    }
    for name, is_ours in ours.items():
        doors.pop(name, None)
        if is_ours:
            doors[name] = found.ports[name]
    return {name: port for name, port in doors.items() if "." not in name and name != "console"}
