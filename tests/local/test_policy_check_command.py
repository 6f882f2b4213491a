"""`./bifang policy check`: every mistake with its line, whom a pack leaves bare, who gets what on one screen."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from deploy.local.commands.policy.check import refuse_unheld
from services.visits.policy import load_with_changes
from services.visits.unheld import Alike
from tests.local.asking import PACK, Ask, ask

__all__ = ["ask"]


def test_the_shipped_policy_has_no_mistake(ask: Ask) -> None:
    told = ask("policy", "check", str(PACK))

    assert told.exit_code == 0
    assert "9 条规则" in told.output


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
    held = frozenset({"liaison", "bureau-officer"})
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
    assert "9 条规则，1 个县（市、区）另有规则" in told.output


def test_a_policy_that_is_nowhere_is_told_with_its_place(ask: Ask, tmp_path: Path) -> None:
    told = ask("policy", "check", str(tmp_path / "none"))

    assert told.exit_code == 1
    assert getattr(told.exception, "place", "") == str(tmp_path / "none")
