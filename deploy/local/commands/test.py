"""`test`: what must hold before anything is given to others: style, types, import arrows, tests."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import typer

from deploy.local import screen
from deploy.local.places import REPOSITORY

BIN: Final = Path(sys.executable).parent
PYTEST: Final = ("pytest", sys.executable, "-m", "pytest")
CHECKS: Final = (
    ("ruff check", str(BIN / "ruff"), "check", "."),
    ("ruff format", str(BIN / "ruff"), "format", "--check", "."),
    ("mypy --strict", sys.executable, "-m", "mypy"),
    ("lint-imports", str(BIN / "lint-imports")),
)


def add_to(app: typer.Typer) -> None:
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    text = "全部检查与测试；带参数则只运行 pytest 参数，如 test tests/visits -k death"
    app.command(name="test", help=text, context_settings=settings)(test)


def test(context: typer.Context) -> None:
    """Everything runs, so that one look shows all that fails."""
    if context.args:
        raise typer.Exit(subprocess.run([*PYTEST[1:], *context.args], cwd=REPOSITORY).returncode)
    failed = [name for name, *argv in (*CHECKS, PYTEST) if not _passes(name, argv)]
    if failed:
        screen.say(f"[bold red]未通过：{'、'.join(failed)}[/bold red]")
        raise typer.Exit(1)
    screen.say("[bold green]全部通过[/bold green]")


def _passes(name: str, argv: list[str]) -> bool:
    screen.say(f"[bold]{name}[/bold]")
    began = time.monotonic()
    code = subprocess.run(argv, cwd=REPOSITORY).returncode
    mark = screen.NO if code else screen.YES
    screen.say(f"{mark} {name}  {time.monotonic() - began:.1f} 秒\n")
    return code == 0
