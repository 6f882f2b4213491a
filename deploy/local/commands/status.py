"""`status`: how each process is, and what all of them weigh."""

from __future__ import annotations

import time
from typing import Final

import psutil
import typer
from rich.table import Table

from deploy.local import here, screen
from deploy.local.here import Here
from deploy.local.platform import Platform
from deploy.local.state import ChildState, Life, Phase, supervisor_pid
from deploy.local.trouble import Trouble

NOT_RUNNING: Final = 3
WORDS: Final = {
    Life.STARTING: "[yellow]启动中[/yellow]",
    Life.READY: "[green]就绪[/green]",
    Life.UNREADY: "[red]未就绪[/red]",
    Life.BACKING_OFF: "[red]等待重启[/red]",
    Life.HELD: "[yellow]已按住[/yellow]",
    Life.STOPPED: "已停止",
}


def add_to(app: typer.Typer) -> None:
    app.command(name="status", help="各进程的状态（退出码 0 全部就绪、1 有未就绪、3 没有在运行）")(status)


def status(context: typer.Context) -> None:
    found = here.of(context)
    platform = found.platform()
    if not platform.is_running:
        screen.say(f"没有在运行（{found.places.data}）。启动：./bifang up")
        _last_trouble(platform)
        raise typer.Exit(NOT_RUNNING)
    if not show(found, platform):
        raise typer.Exit(1)


def _last_trouble(platform: Platform) -> None:
    last = platform.state()
    if last and last.trouble:
        screen.say("上一次没有起来：")
        screen.fail(Trouble.from_dict(last.trouble))


def show(found: Here, platform: Platform) -> bool:
    """Whether all is ready."""
    state = platform.state()
    if state is None:
        return False
    table = Table(box=None, pad_edge=False)
    for heading in ("名称", "状态", "pid", "端口", "重启次数", "内存", "自何时", "上次退出"):
        table.add_column(heading, justify="right" if heading in ("pid", "端口", "重启次数", "内存") else "left")
    total = 0
    for child in state.children:
        total += (memory := memory_of(child.pid))
        table.add_row(*_row(child, memory))
    watcher = memory_of(supervisor_pid(found.places), family=False)
    screen.console.print(table)
    screen.say(f"合计内存 {(total + watcher) / 2**20:.0f} MB（含监督进程 {watcher / 2**20:.0f} MB，共享的只算一次）")
    screen.say(f"数据 {found.places.data}   Kafka {state.brokers}")
    for note in state.notes:
        screen.say(f"[dim]注：{note}[/dim]")
    return state.phase is Phase.READY


def _row(child: ChildState, memory: int) -> tuple[str, ...]:
    last = f"{child.last_exit} {_when(child.last_exit_at)}" if child.last_exit_at else ""
    return (
        child.name,
        WORDS[child.life],
        str(child.pid or "-"),
        str(child.port),
        str(child.restarts),
        f"{memory / 2**20:.0f} MB" if memory else "-",
        _when(child.since),
        last,
    )


def _when(instant: float | None) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(instant)) if instant else ""


def memory_of(pid: int | None, *, family: bool = True) -> int:
    """Bytes of this process and its children; what they share with one another counts once (PSS, else RSS)."""
    if pid is None:
        return 0
    try:
        process = psutil.Process(pid)
        return sum(map(_memory, [process, *(process.children(recursive=True) if family else [])]))
    except psutil.Error:
        return 0


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
