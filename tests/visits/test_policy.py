"""A policy pack is data: a rule says all that its file says, and a version is that of what is said."""

import pickle
from datetime import time, timedelta
from pathlib import Path

import pytest

from services.visits.domain.rules import Cadence, CountedFrom, Every, Hour, OnDeath, Rung, Selector, Stack, Trigger
from services.visits.policy import load
from tests.visits.packs import SHUANGTA, spoil


def test_the_shipped_pack_is_whole() -> None:
    policy = load(SHUANGTA)

    assert (policy.name, policy.city) == ("shuangta", "双塔市")
    assert {name: (rule.party, rule.role, rule.means.kind, rule.rows) for name, rule in policy.rules.items()} == {
        "hospital-visit-liaison": ("unit", "liaison", "visit", (12, 66)),
        "hospital-visit-bureau": ("bureau", "bureau-officer", "visit", (12,)),
        "hardship-visit": ("bureau", "bureau-officer", "visit", (13,)),
        "family-change-visit": ("bureau", "bureau-officer", "visit", (14,)),
        "death-family-visit": ("bureau", "bureau-officer", "visit", (15,)),
        "said-died": ("bureau", "bureau-officer", "task", (15,)),
        "file-outdated": ("bureau", "bureau-officer", "task", (19,)),
        "weekly-greeting": ("community", "community-worker", "check-in", (71,)),
        "monthly-call": ("bureau", "bureau-officer", "phone", (44,)),
    }


def test_a_rule_says_all_that_the_file_says() -> None:
    visit = load(SHUANGTA).rules["hospital-visit-liaison"]

    assert visit.when == Trigger("stay-admitted", timedelta(), timedelta(hours=24), CountedFrom.KNOWN)
    assert (visit.basis, visit.means.strength, visit.stack, visit.on_death) == (
        "chosen",
        "in-person",
        Stack.EACH,
        OnDeath.SUPERSEDE,
    )
    assert (visit.message, visit.lane, visit.who) == ("hospital-visit-liaison", "urgent", Selector())
    assert visit.ladder[1] == Rung("bureau", timedelta(hours=24), "bureau-officer", "duty-overdue-bureau", "normal")


def test_only_the_death_itself_survives_the_death() -> None:
    kept = [rule.name for rule in load(SHUANGTA).rules.values() if rule.on_death is OnDeath.KEEP]

    assert kept == ["death-family-visit"]


def test_the_readme_of_the_pack_names_every_rule() -> None:
    readme = (SHUANGTA / "README.md").read_text(encoding="utf-8")

    assert [name for name in load(SHUANGTA).rules if f"| `{name}` |" not in readme] == []


def test_a_cadence_may_begin_and_be_due_where_the_city_likes(pack: Path) -> None:
    spoil(pack, "rules.yaml", "when: {every: week}", "when: {every: half-year, anchor: 10-14}")
    spoil(pack, "rules.yaml", "window: {due: end}", 'window: {opens: {day: 2, at: 08:00}, due: {day: 40, at: "18:30"}}')

    greeting = load(pack).rules["weekly-greeting"].when

    assert greeting == Cadence(Every.HALF_YEAR, Hour(2, time(8)), Hour(40, time(18, 30)), month=10, day=14)


def test_the_version_is_that_of_what_is_said_not_of_how_it_is_written(pack: Path) -> None:
    before = load(pack).version

    spoil(
        pack,
        "rules.yaml",
        "    zh: 特殊困难必访\n    basis: practised",
        "    basis: practised  # so\n    zh: 特殊困难必访",
    )
    same = load(pack).version
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 25h}")

    assert same == before == load(SHUANGTA).version
    assert load(pack).version != before


def test_a_policy_travels_between_processes() -> None:
    policy = load(SHUANGTA)

    there = pickle.loads(pickle.dumps(policy))

    alone = ("东塔区", ("veteran-cadre", "living-alone", None))
    assert (there.version, there.rules, there.zone) == (policy.version, policy.rules, policy.zone)
    assert there.selection(*alone) == policy.selection(*alone)


WRONG = [
    pytest.param("window: {due: 24h}", "window: {due: }", "期限未定，先定再用", id="due is null"),
    pytest.param("window: {due: 24h}", "window: {}", "期限未定，先定再用", id="no due"),
    pytest.param("    window: {due: 24h}\n", "", "期限未定，先定再用", id="no window"),
    pytest.param("when: {event: stay-admitted}", "when: {event: }", "周期或起因未定，先定再用", id="event is null"),
    pytest.param("when: {event: stay-admitted}", "when: {every: }", "周期或起因未定，先定再用", id="cadence is null"),
    pytest.param("    when: {event: stay-admitted}\n", "", "周期或起因未定，先定再用", id="no when"),
    pytest.param("event: stay-admitted", "event: moon-rises", "未知的起因“moon-rises”", id="event"),
    pytest.param("when: {event: stay-admitted}", "when: {every: fortnight}", "“every”不是可用的值", id="period"),
    pytest.param(
        "when: {event: stay-admitted}",
        "when: {event: stay-admitted, every: week}",
        "只能有一个：event、every、festival、birthday、without",
        id="both",
    ),
    pytest.param("event: stay-admitted}", "event: stay-admitted, anchor: 3}", "只有周期才有起点", id="anchor"),
    pytest.param("window: {due: 24h}", "window: {due: soon}", "时长应写作 30m、24h 或 3d", id="duration"),
    pytest.param(
        "window: {due: 24h}", "window: {due: end}", "由事件引起的时限应写作 24h、3d 或 3wd（工作日）", id="due of event"
    ),
    pytest.param("window: {due: 24h}", "window: {opens: 2d, due: 24h}", "期限应晚于开始", id="due before opens"),
    pytest.param("role: liaison", "role: liason", "未知的角色“liason”", id="role"),
    pytest.param("role: liaison", "role: bureau-officer", "角色“bureau-officer”不属于“unit”", id="role of another"),
    pytest.param("party: unit", "party: army", "未知的一方“army”", id="party"),
    pytest.param("kind: visit", "kind: seance", "未知的事项类别“seance”", id="kind"),
    pytest.param("strength: in-person", "strength: telepathy", "未知的联系强度“telepathy”", id="strength"),
    pytest.param("ladder: unit", "ladder: rope", "未知的督办阶梯“rope”", id="ladder"),
    pytest.param("template: hospital-visit-liaison", "template: x", "未知的短信模板“x”", id="template"),
    pytest.param(
        "when: {event: stay-admitted}", "when: {festival: new-years}", "未知的节日（时段）“new-years”", id="festival"
    ),
    pytest.param("lane: urgent", "lane: fast", "未知的短信通道“fast”", id="lane"),
    pytest.param("stack: each", "stack: pile", "“stack”不是可用的值", id="stack"),
    pytest.param("    on_death: supersede\n", "", "缺少“on_death”", id="nothing about death"),
    pytest.param("basis: chosen", "basis: guessed", "“basis”不是可用的值", id="basis"),
    pytest.param("rows: [12, 66]", "rows: [twelve]", "“rows”应为整数", id="rows"),
    pytest.param("rows: [12, 66]", "row: [12, 66]", "不认识的键“row”", id="unknown key"),
    pytest.param("rows: [12, 66]", "who: {kinds: [baron]}", "未知的人员类别“baron”", id="kind of person"),
    pytest.param("rows: [12, 66]", "who: {categories: [rich]}", "未知的分类“rich”", id="category"),
    pytest.param("rows: [12, 66]", "who: {situations: [bored]}", "未知的情况“bored”", id="situation"),
    pytest.param("rows: [12, 66]", "rows: [12]\n    rows: [66]", "键“rows”重复", id="a key twice"),
]
