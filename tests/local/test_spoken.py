"""The command line speaks Chinese, also where it is misused: every help, and every way in which a use can be wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from deploy.local.cli import app

ENGLISH = re.compile(r"[a-z]{2,}(?:[ '][a-z]{2,}){2,}", re.IGNORECASE)
"""Three words in a row are a sentence; one or two are a name."""
NAMES = re.compile(
    r"Authorization: Bearer|curl -H|\./bifang(?: [-a-z]+)*|(?:registry|medical|visits|notify|gateway|console)\b"
)
LEFTOVERS = ("Usage", "Options", "Commands", "Arguments", "Show this", "Error", "Try ", "Missing", "No such", "Invalid",
             "default", "required", "Did you mean", "unexpected", "OPTIONS", "ARGS")  # fmt: skip


def all_commands() -> Iterator[list[str]]:
    def below(command: Any, path: list[str]) -> Iterator[list[str]]:
        yield path
        for name, inner in getattr(command, "commands", {}).items():
            yield from below(inner, [*path, name])

    yield from below(get_command(app), [])


COMMANDS = list(all_commands())
OURS = [path for path in COMMANDS if path not in (["test"], ["bench"])]
"""What follows those two is another program's."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="./bifang")


def english(text: str) -> list[str]:
    return [*ENGLISH.findall(NAMES.sub("", text)), *(word for word in LEFTOVERS if word in text)]


def test_the_commands_are_found() -> None:
    assert ["policy", "check"] in COMMANDS and len(COMMANDS) > 30


@pytest.mark.parametrize("path", OURS, ids=" ".join)
def test_every_help_is_chinese(path: list[str]) -> None:
    told = run(*path, "--help")

    assert (told.exit_code, english(told.output)) == (0, [])
    assert "用法：" in told.output and "显示这份说明" in told.output


@pytest.mark.parametrize("path", OURS, ids=" ".join)
def test_a_wrong_option_is_said_in_chinese_and_ends_with_2(path: list[str]) -> None:
    told = run(*path, "--no-such-thing")

    assert (told.exit_code, english(told.output)) == (2, [])
    assert "没有 --no-such-thing 这个选项" in told.output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stauts", "没有“stauts”这个命令；是不是 status？"),
        ("xyzzy", "没有“xyzzy”这个命令"),
        ("policy chek", "没有“chek”这个命令；是不是 check、schema？"),
        ("up --onl", "没有 --onl 这个选项；是不是 --only"),
        ("explain", "缺少参数 duty"),
        ("explain nonsense", "nonsense 不是编号"),
        ("coverage --number many", "--number 不对：应为整数"),
        ("coverage --number", "选项 --number 后面须写明是什么"),
        ("coverage equity --since yesterday", "--since 不对：“yesterday”不合格式 %Y-%m-%d"),
        ("coverage ledger --of nobody", "--of 不对：应为编号（UUID）"),
        ("destroy --yes=1", "选项 --yes 后面不写什么"),
        ("stop now please", "多出了：now please"),
        ("roster check /no/such/file.xlsx", "没有“/no/such/file.xlsx”"),
        ("roster check /", "“/”是目录"),
        ("--port-base 7x status", "--port-base 不对：应为整数"),
    ],
)
def test_a_wrong_use_says_in_chinese_what_is_wrong(line: str, said: str) -> None:
    told = run(*line.split())

    assert (told.exit_code, said in told.output, english(told.output)) == (2, True, []), told.output


def test_whoever_gives_no_word_is_shown_the_help(tmp_path: Path) -> None:
    told = [run(), run("topics")]

    assert [(each.exit_code, each.output.startswith("用法："), "命令：" in each.output) for each in told] == [
        (2, True, True)
    ] * 2


def test_whoever_says_no_is_told_that_it_was_broken_off(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "instance").write_text("0123456789ab")

    told = CliRunner().invoke(app, ["--data", str(tmp_path / "data"), "destroy"], input="maybe\n")

    assert (told.exit_code, "已中止" in told.output, english(told.output.replace(str(tmp_path), ""))) == (1, True, [])
