"""What a version says otherwise than the one in force, file by file: what the second person reads before approving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

from rich.text import Text

from deploy.local import screen

if TYPE_CHECKING:
    from deploy.local.commands.policy.asking import Door

AROUND: Final = 3
"""Lines shown before and after each that differs."""
COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


def say_difference(asks: Door, version: str) -> None:
    now = str(asks.get("/policies/in-force")["version"])
    lines = list(difference(*(asks.get(f"/policies/versions/{each}/files") for each in (now, version))))
    screen.say(f"与现行版本 {now} 相比：" + ("" if lines else "没有差别"))
    for line in lines:
        screen.console.print(Text(line, style=COLOURS.get(line[:1], "")), soft_wrap=True)


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Of every file, also of the calendar, the lines that went and that came."""
    for path in sorted(path for path in old.keys() | new.keys() if path):
        was, is_ = (files.get(path, "").splitlines() for files in (old, new))
        yield from unified_diff(was, is_, f"现行 {path}", f"拟行 {path}", n=AROUND, lineterm="")
