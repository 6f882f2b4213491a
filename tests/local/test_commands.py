"""What the commands for operations say before any system runs: right uses, wrong uses, mistakes with file and line."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.routing import APIRoute
from typer.testing import CliRunner, Result

from bus import demo_clock, tokens
from bus.api import Token
from contracts.all import OWNERS
from deploy.local import keys
from deploy.local.cli import app
from deploy.local.commands.clock import span_of
from deploy.local.places import REPOSITORY, Places
from deploy.local.roles import Role

Ask = Callable[..., Result]
PACK = REPOSITORY / "policies" / "shuangta"


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The command line over an instance that was never started."""
    return lambda *arguments: CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *arguments])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("7d", timedelta(days=7)),
        ("1d12h", timedelta(hours=36)),
        ("30m", timedelta(minutes=30)),
        ("7", timedelta()),
        ("d7", timedelta()),
        ("7d ago", timedelta()),
    ],
)
def test_a_span_is_written_as_people_write_it(text: str, span: timedelta) -> None:
    assert span_of(text) == span


@pytest.mark.parametrize(
    "arguments",
    [
        ("clock", "show"),
        ("clock", "forward", "7d"),
        ("explain", "8fc9201c-8d4a-5aae-b5fa-7a6f768e49d7"),
        ("dead-letters", "list"),
        ("dead-letters", "show", "visits", "1"),
        ("dead-letters", "replay", "visits", "--all"),
        ("retell", "--since", "2h"),
        ("rebuild",),
    ],
)
def test_where_nothing_runs_it_is_said_with_3(ask: Ask, arguments: tuple[str, ...]) -> None:
    told = ask(*arguments)

    assert (told.exit_code, "没有在运行" in told.output, "./bifang up" in told.output) == (3, True, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("clock", "forward", "soon"),
        ("explain", "abc"),
        ("dead-letters", "replay", "visits"),
        ("dead-letters", "replay", "visits", "1", "--all"),
        ("token", "--role", "bureau"),
        ("token", "--role", "liaison", "--unit", "市档案局"),
        ("retell", "--since", "yesterday"),
        ("retell", "--since", "2026-05-11T09:00:00"),
        ("retell", "--since", "2h", "--service", "console"),
    ],
)
def test_a_wrong_use_ends_with_2(ask: Ask, arguments: tuple[str, ...]) -> None:
    assert ask(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "command", ["demo", "clock", "dead-letters", "explain", "retell", "policy", "rebuild", "token"]
)
def test_each_command_teaches_its_use(ask: Ask, command: str) -> None:
    told = ask(command, "--help")

    assert told.exit_code == 0
    assert len(told.output) > 100


def test_the_roles_of_tokens_are_those_that_some_route_lets_in() -> None:
    doors = [router for name in OWNERS for router in import_module(f"services.{name}.service").service.routes]
    guards = [
        inner.call
        for router in [*doors, demo_clock.router]
        for route in router.routes
        if isinstance(route, APIRoute)
        for inner in route.dependant.dependencies
        if isinstance(inner.call, Token)
    ]

    assert {*Role} == {role for guard in guards for role in guard.roles}


def test_a_token_says_of_which_unit_it_is(ask: Ask, tmp_path: Path) -> None:
    places, unit = Places(tmp_path / "data"), UUID("8fc9201c-8d4a-5aae-b5fa-7a6f768e49d7")
    places.make()
    keys.make(places)

    told = ask("token", "--role", "liaison", "--unit", str(unit))
    caller = tokens.read(keys.token_key(places), told.output.strip())

    assert (told.exit_code, caller.role, caller.unit) == (0, "liaison", unit)


def test_the_shipped_policy_has_no_mistake(ask: Ask) -> None:
    told = ask("policy", "check", str(PACK))

    assert told.exit_code == 0
    assert "7 条规则" in told.output


def test_every_mistake_of_a_policy_is_told_with_file_line_and_rule(ask: Ask, tmp_path: Path) -> None:
    pack = shutil.copytree(PACK, tmp_path / "pack")
    rules, messages = pack / "rules.yaml", pack / "messages.yaml"
    rules.write_text(rules.read_text().replace("window: {due: 24h}", "window: {}").replace("kind: phone", "kind: fax"))
    messages.write_text(messages.read_text().replace("{person}有特殊困难", "{illness}有特殊困难"))

    told = ask("policy", "check", str(pack))

    assert told.exit_code == 1
    said = told.output.replace("\n", "")
    for file, text in ((rules, "window: {}"), (rules, "kind: fax"), (messages, "{illness}")):
        line = next(n for n, written in enumerate(file.read_text().splitlines(), 1) if text in written)
        assert f"{file}:{line}:" in said, text
    assert "hospital-visit-liaison" in said
    assert "有 4 处错误" in said


def test_a_policy_that_is_nowhere_is_told_with_its_place(ask: Ask, tmp_path: Path) -> None:
    told = ask("policy", "check", str(tmp_path / "none"))

    assert told.exit_code == 1
    assert getattr(told.exception, "place", "") == str(tmp_path / "none")
