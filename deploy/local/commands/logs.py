"""`logs`: what a process wrote; without a name, which logs there are."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.local import here, screen
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    app.command(name="logs", help="看日志：logs 列出；logs kafka；logs visits -f 跟随")(logs)


def logs(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="进程名，如 visits、kafka、postgres、supervisor")] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="跟随")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", help="最后多少行")] = 50,
) -> None:
    folder = here.of(context).places.logs
    if name is None:
        _list(folder)
        return
    log = folder / f"{name}.log"
    if not log.exists():
        known = "、".join(sorted(path.stem for path in folder.glob("*.log"))) or "还没有日志"
        raise Trouble(f"没有 {name} 的日志", str(folder), f"可看：{known}")
    # `-F` finds the file again after it was cut
    subprocess.run(["tail", "-n", str(lines), *(["-F"] if follow else []), str(log)], check=False)


def _list(folder: Path) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("名称", "大小", "最近"):
        table.add_column(heading)
    for path in sorted(folder.glob("*.log")):
        size, at = path.stat().st_size, path.stat().st_mtime
        table.add_row(path.stem, f"{size / 1024:.0f} KB", time.strftime("%m-%d %H:%M:%S", time.localtime(at)))
    screen.console.print(table)
