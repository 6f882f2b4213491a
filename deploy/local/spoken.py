"""What the framework of the command line words in English, in Chinese: the headings of a help, and how a use is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import typer
from pydantic import ValidationError
from typer import (
    _click as click,  # typer carries its click inside; requirements.lock pins it, test_spoken hears every command
)
from typer._click import exceptions as wrong
from typer.core import TyperGroup

HEADINGS: Final = {"Options": "选项", "Arguments": "参数", "Commands": "命令"}
KINDS: Final = {"option": "选项", "argument": "参数"}
_IN_USAGE: Final = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
_OF_A_LINE: Final = (
    (re.compile(r"^Show this message and exit\.$"), "显示这份说明"),
    (re.compile(r"\[default: ([^\]]*)\]$"), r"[缺省：\1]"),
    (re.compile(r"\[required\]$"), "[必填]"),
)
_MESSAGES: Final = (
    (re.compile(r"No such command '(.*?)'\. Did you mean '(.*)'\?", re.S), r"没有“\1”这个命令；是不是 \2？"),
    (re.compile(r"No such command '(.*)'\.", re.S), r"没有“\1”这个命令"),
    (re.compile(r"Missing command\."), "没有写明要做什么"),
    (re.compile(r"No such option: (.*)", re.S), r"没有 \1 这个选项"),
    (re.compile(r"Option '(.*)' requires an argument\."), r"选项 \1 后面须写明是什么"),
    (re.compile(r"Option '(.*)' requires (\d+) arguments\."), r"选项 \1 后面须写 \2 个"),
    (re.compile(r"Option '(.*)' does not take a value\."), r"选项 \1 后面不写什么"),
    (re.compile(r"Argument '(.*)' takes (\d+) values\."), r"参数 \1 须写 \2 个"),
    (re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.S), r"多出了：\1"),
    (re.compile(r"(?:Value error, )?'(.*)' does not match the formats? '(.*)'\.", re.S), r"“\1”不合格式 \2"),
    (re.compile(r"(\w+) '(.*)' does not exist\.", re.S), r"没有“\2”"),
    (re.compile(r"(\w+) '(.*)' is a directory\.", re.S), r"“\2”是目录"),
    (re.compile(r"(\w+) '(.*)' is a file\.", re.S), r"“\2”是文件"),
    (re.compile(r"(\w+) '(.*)' is not (?:readable|writable|executable)\.", re.S), r"“\2”不能打开"),
)
WRONG_USE: Final = "用法不对"


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, zh in _IN_USAGE.items():
            args = args.replace(english, zh)
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(first, _line(second)) for first, second in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Spoken(TyperGroup):
    """The root of all commands: whatever stands below it speaks as it does."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for command in _all(self):
            command.context_class = _Context
            command.rich_markup_mode = None

    def main(self, *args: Any, **given: Any) -> Any:
        """A wrong use ends with 2, as the framework has it."""
        try:
            ended = super().main(*args, **{**given, "standalone_mode": False})
        except wrong.ClickException as error:
            _say(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            typer.echo("已中止", err=True)
            sys.exit(1)
        sys.exit(ended if isinstance(ended, int) else 0)


def _all(command: Any) -> Iterable[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _all(inner)


def _line(text: str) -> str:
    for english, zh in _OF_A_LINE:
        text = english.sub(zh, text)
    return text


def _say(error: wrong.ClickException) -> None:
    """How it is used, where more is said, what is wrong; whoever gave no word at all is shown the help."""
    if isinstance(error, wrong.NoArgsIsHelpError):
        error.show()
        return
    context = getattr(error, "ctx", None)
    if context is not None:
        typer.echo(f"{context.get_usage()}\n说明：{context.command_path} {context.help_option_names[0]}\n", err=True)
    typer.echo(f"{WRONG_USE}：{said(error)}", err=True)


def said(error: wrong.ClickException) -> str:
    """What is wrong."""
    if isinstance(error, wrong.MissingParameter):
        return _missing(error)
    message = _by_its_rule(error.__cause__) or _zh(error.message)
    if isinstance(error, wrong.NoSuchOption) and error.possibilities:
        return f"{message}；是不是 {'、'.join(sorted(error.possibilities))}？"
    if isinstance(error, wrong.BadParameter) and (where := _where(error)):
        return f"{where} 不对：{message}"
    return message


def _zh(message: str) -> str:
    """Words of ours are Chinese already. What nobody has met yet is said as it is, rather than not at all."""
    for english, zh in _MESSAGES:
        if found := english.fullmatch(message):
            return found.expand(zh).replace("', '", "、")
    return message


def _by_its_rule(cause: BaseException | None) -> str | None:
    """A value of another kind is named as the doors name it."""
    if not isinstance(cause, ValidationError):
        return None
    from bus import refusals

    (first, *_) = cause.errors()
    zh = refusals.fields([first])[0]["error"]
    return zh if zh != refusals.OTHERWISE else None


def _missing(error: wrong.MissingParameter) -> str:
    kind = KINDS.get(error.param.param_type_name, "") if error.param is not None else ""
    choices = getattr(getattr(error.param, "type_descriptor", None), "choices", None)
    among = f"；可以是 {'、'.join(str(getattr(each, 'value', each)) for each in choices)}" if choices else ""
    return f"缺少{kind} {_where(error)}{among}"


def _where(error: wrong.BadParameter) -> str:
    hint = error.param_hint if error.param_hint is not None else error.param and error.param.get_error_hint()
    parts = [hint] if isinstance(hint, str) else list(hint or ())
    return " / ".join(part.strip("'") for part in parts)
