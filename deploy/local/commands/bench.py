"""`bench`: one measurement of `bench/`; without a name, which there are."""

from __future__ import annotations

import subprocess
import sys

import typer

from deploy.local import screen
from deploy.local.places import REPOSITORY
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(name="bench", help="测量：bench NAME [它的参数]；不带名字则列出", context_settings=settings)(bench)


def bench(context: typer.Context) -> None:
    found = [
        *(REPOSITORY / "bench").glob("*.py"),
        *(main.parent for main in (REPOSITORY / "bench").glob("*/__main__.py")),
    ]
    known = sorted(path.stem for path in found if not path.stem.startswith("_"))
    if not context.args:
        screen.say("可测：" + ("、".join(known) or "（还没有）"))
        return
    name, *arguments = context.args
    if name not in known:
        raise Trouble(f"没有测量“{name}”", "bench/", f"可测：{'、'.join(known) or '（还没有）'}")
    raise typer.Exit(subprocess.run([sys.executable, "-m", f"bench.{name}", *arguments], cwd=REPOSITORY).returncode)
