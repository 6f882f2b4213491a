"""What the commands for operations say before any system runs: right uses, wrong uses, mistakes with file and line."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
import typer
from fastapi.routing import APIRoute
from typer.testing import CliRunner, Result

from bus import demo_clock, tokens
from bus.api import Token
from contracts.all import OWNERS
from deploy.local import keys
from deploy.local.cli import app
from deploy.local.commands.clock import said, span_of
from deploy.local.commands.policy.check import refuse_unheld
from deploy.local.places import REPOSITORY, Places
from deploy.local.roles import SYSTEM
from services.visits.policy import load_with_changes
from services.visits.unheld import Alike

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


def test_the_shipped_policy_has_no_mistake(ask: Ask) -> None:
    told = ask("policy", "check", str(PACK))

    assert told.exit_code == 0
    assert "10 条规则" in told.output


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


def test_a_policy_under_which_nobody_comes_is_refused_with_whom_it_leaves_bare(ask: Ask, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    (pack / "counties" / "seaside").mkdir(parents=True)
    (pack / "counties" / "seaside" / "pack.yaml").write_text("county: 海滨县")
    (pack / "counties" / "seaside" / "rules.yaml").write_text("drops:\n  monthly-call: 出海")

    told = ask("policy", "check", str(pack))

    assert told.exit_code == 1
    assert (
        "seaside/rules.yaml:2: 规则 monthly-call：海滨县：“易地安置”的离休干部、退休干部、遗属没有一条定期的规则"
        in told.output
    )
    assert "有 4 处错误" in told.output


def test_what_cannot_be_mended_today_is_a_reminder_and_no_mistake(ask: Ask, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    rules = pack / "rules.yaml"
    rules.write_text(rules.read_text().replace("window: {due: 7d}", "window: {due: 5wd}"))

    told = ask("policy", "check", str(pack))

    assert told.exit_code == 0
    assert told.output.startswith(f"提醒 {rules}:")
    assert "年的工作日没有公布" in told.output


def test_the_check_shows_who_gets_what_on_one_screen(ask: Ask) -> None:
    told = ask("policy", "check", str(PACK), "--offline")

    lines = [line.split() for line in told.output.splitlines()]
    assert ["空巢独居", "每月电话", "每周问候"] in lines
    assert ["住院", "走访3天内", "走访24小时内"] in lines
    assert len(lines) < 40


def test_a_role_that_nobody_holds_today_is_refused_as_a_mistake_is(capsys: pytest.CaptureFixture[str]) -> None:
    held = frozenset({"liaison", "unit-leader", "bureau-officer"})
    people = [Alike("东区", "survivor", "living-alone", None, held, 3)]

    with pytest.raises(typer.Exit) as ended:
        refuse_unheld(load_with_changes(PACK), people)

    assert ended.value.exit_code == 1
    refuse_unheld(load_with_changes(PACK), [replace(people[0], held=held | {"community-worker"})])
    told = capsys.readouterr().out
    assert (told.count("这些人会无人负责：东区 3 人"), "有 1 处错误" in told) == (1, True)


def test_what_a_county_makes_otherwise_is_told_line_by_line(ask: Ask, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    county = pack / "counties" / "seaside"
    county.mkdir(parents=True)
    (county / "pack.yaml").write_text("county: 海滨县")
    (county / "rules.yaml").write_text(
        "overrides: {hardship-visit: {reason: 山路远, window: {due: 10d}}}\ndrops: {family-change-visit: 出海}"
    )

    told = ask("policy", "check", str(pack))

    assert told.exit_code == 0
    assert told.output.splitlines()[:2] == [
        "海滨县 改动规则 hardship-visit 的 window.due：7d → 10d：山路远",
        "海滨县 取消规则 family-change-visit（家庭重大变故必访）：出海",
    ]
    assert "10 条规则，1 个县（市、区）另有规则" in told.output


def test_a_policy_that_is_nowhere_is_told_with_its_place(ask: Ask, tmp_path: Path) -> None:
    told = ask("policy", "check", str(tmp_path / "none"))

    assert told.exit_code == 1
    assert getattr(told.exception, "place", "") == str(tmp_path / "none")


def test_bench_lists_what_can_be_measured_be_it_a_file_or_a_folder(ask: Ask) -> None:
    told = ask("bench").output

    assert {"hop", "admissions", "storm", "year"} <= {*told.strip().removeprefix("可测：").split("、")}
