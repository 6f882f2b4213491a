"""What the commands for operations say before any system runs: right uses, wrong uses, mistakes with file and line."""

import shutil
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from bus import demo_clock, tokens
from bus.api import Token
from contracts.all import OWNERS
from deploy.local import keys
from deploy.local.commands.clock import said, span_of
from deploy.local.places import Places
from deploy.local.roles import SYSTEM
from tests.local.asking import PACK, Ask, ask

__all__ = ["ask"]


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


def test_how_far_a_clock_is_ahead_is_said_in_chinese() -> None:
    assert said(timedelta(days=16, hours=8, minutes=42, seconds=59.48)) == "16 天 8 小时 42 分"


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
        ("rebuild", "--found"),
        ("policy", "propose", str(PACK), "--by", "李工"),
        ("policy", "activate", "1a2b3c4d", "--by", "王工", "--yes"),
        ("policy", "withdraw", "1a2b3c4d", "--by", "王工", "--reason", "再议一次"),
        ("policy", "roll-back", "7c41e09b52da", "--by", "李工", "--reason", "再议一次"),
        ("policy", "rebase", "--by", "李工", "--reason", "再议一次"),
        ("policy", "list"),
        ("policy", "simulate", str(PACK)),
        ("coverage",),
        ("coverage", "verify"),
        ("coverage", "unvisited"),
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
        ("policy", "propose", str(PACK)),
        ("policy", "propose", str(PACK), "--by", "李工", "--from", "tomorrow"),
        ("policy", "roll-back", "7c41e09b52da", "--by", "李工"),
        ("policy", "rebase", "--by", "李工"),
    ],
)
def test_a_wrong_use_ends_with_2(ask: Ask, arguments: tuple[str, ...]) -> None:
    assert ask(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "command", ["demo", "roster", "clock", "dead-letters", "explain", "retell", "policy", "rebuild", "token"]
)
def test_each_command_teaches_its_use(ask: Ask, command: str) -> None:
    told = ask(command, "--help")

    assert told.exit_code == 0
    assert len(told.output) > 100


@pytest.mark.parametrize(
    "command", ["check", "simulate", "propose", "activate", "withdraw", "roll-back", "list", "rebase", "schema"]
)
def test_each_command_of_policy_teaches_its_use(ask: Ask, command: str) -> None:
    told = ask("policy", command, "--help")

    assert (told.exit_code, f"policy {command}" in told.output) == (0, True)
    assert len(told.output) > 110


def test_the_systems_own_roles_of_tokens_are_those_that_some_route_lets_in() -> None:
    doors = [router for name in OWNERS for router in import_module(f"services.{name}.service").service.routes]
    guards = [
        inner.call
        for router in [*doors, demo_clock.router]
        for route in router.routes
        if isinstance(route, APIRoute)
        for inner in route.dependant.dependencies
        if isinstance(inner.call, Token)
    ]

    assert {*SYSTEM} <= {role for guard in guards for role in guard.roles}


def test_a_token_may_be_of_a_role_that_the_pack_in_force_has(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    words = (pack / "pack.yaml").read_text()
    (pack / "pack.yaml").write_text(words.replace("\nroles:\n", "\nroles:\n  ranger: {zh: 护林员, party: community}\n"))
    places = Places(tmp_path / "data")
    places.make()
    keys.make(places)

    assert ask("token", "--role", "ranger").exit_code == 2
    monkeypatch.setenv("BIFANG_POLICY", str(pack))
    assert ask("token", "--role", "ranger").exit_code == 0


def test_a_token_says_of_which_unit_it_is(ask: Ask, tmp_path: Path) -> None:
    places, unit = Places(tmp_path / "data"), UUID("8fc9201c-8d4a-5aae-b5fa-7a6f768e49d7")
    places.make()
    keys.make(places)

    told = ask("token", "--role", "liaison", "--unit", str(unit))
    caller = tokens.read(keys.token_key(places), told.output.strip())

    assert (told.exit_code, caller.role, caller.unit) == (0, "liaison", unit)
