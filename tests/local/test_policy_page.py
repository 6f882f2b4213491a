"""docs/how-to/change-the-policy.md against the command line: every command of it is a right use, none of policy's is left out."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.commands.policy.asking import TOKEN, URL
from deploy.local.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "change-the-policy.md").read_text(encoding="utf-8")
COMMANDS = [line.partition("   ")[0].strip() for line in PAGE.splitlines() if line.startswith("./bifang policy ")]
RUNS = {"check": 0}
"""The others need a running system, and say so with 3; a wrong use would say 2."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_a_right_use(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    arguments = shlex.split(command)[1:]

    told = CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *arguments])

    assert told.exit_code == RUNS.get(arguments[1], 3), told.output


def test_the_page_leaves_no_command_out() -> None:
    policy = typer.main.get_command(app).commands["policy"]  # type: ignore[attr-defined]

    assert {shlex.split(command)[2] for command in COMMANDS} == policy.commands.keys() - {"schema"}
    assert "./bifang policy schema" in (REPOSITORY / "docs" / "policy-files.md").read_text(encoding="utf-8")
    assert {URL, TOKEN} <= set(re.findall(r"`(\w+)`", PAGE))


def test_what_the_page_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)", PAGE)

    assert [link for link in links if not (REPOSITORY / "docs" / "how-to" / link).exists()] == []
    assert links
