"""How the command line speaks: Chinese first, a table or a line, plain text where no terminal is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.local.preflight import Check
from deploy.local.state import Life, State, Step
from deploy.local.trouble import Trouble, tail

WIDTH_WITHOUT_TERMINAL: Final = 400
STILL_S: Final = 10.0
YES, NO = "[green]✓[/green]", "[red]✗[/red]"

console: Final = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def say(text: str) -> None:
    console.print(text)


def fail(trouble: Trouble) -> None:
    """Cause, place, cure, and the end of the log that shows it."""
    console.print(f"\n[bold red]✗ 没有成功[/bold red]\n  原因：{_plain(trouble.cause)}")
    console.print(f"  位置：{_plain(trouble.place)}\n  办法：{_plain(trouble.cure)}")
    lines = tail(trouble.log) if trouble.log else []
    if lines:
        console.print(f"  日志：{trouble.log} 的最后 {len(lines)} 行")
        for line in lines:
            console.print(Text(f"    {line}", style="dim"), soft_wrap=True)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def checks(rows: Iterable[Check], title: str) -> None:
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    for row in rows:
        table.add_row(YES if row.well else NO, row.name, _plain(row.found), f"→ {_plain(row.cure)}" if row.cure else "")
    console.print(table)


class Watch:
    """Shows a system on its way up: a line for each step when it is done; meanwhile what is being waited for."""

    def __init__(self, began: float) -> None:
        self.began, self._done, self._spoke = began, 0, time.monotonic()
        self._status = console.status("") if console.is_terminal else None

    def __enter__(self) -> Watch:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *how: object) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, state: State) -> None:
        done = sorted((step for step in state.steps if step.is_done), key=lambda step: step.began + step.seconds)
        for step in done[self._done :]:
            say(f"  {YES} {step.name}  {step.seconds:.1f} 秒  [dim]{step.detail}[/dim]")
            self._spoke = time.monotonic()
        self._done = len(done)
        waiting = "；".join(_waiting(step, state) for step in state.steps if not step.is_done)
        if self._status:
            self._status.update(f"{waiting}  [dim]共 {time.time() - self.began:.0f} 秒[/dim]")
        elif waiting and time.monotonic() - self._spoke > STILL_S:
            say(f"  … {waiting}，共 {time.time() - self.began:.0f} 秒")
            self._spoke = time.monotonic()


def _waiting(step: Step, state: State) -> str:
    detail = step.detail
    if step.name == "服务":
        detail = "等 " + "、".join(child.name for child in state.children if child.life is not Life.READY)
    return f"{step.name} {detail} {time.time() - step.began:.0f} 秒"
