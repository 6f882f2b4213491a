"""A policy pack is data; a wrong one is refused with everything that is wrong: file, line, rule, in Chinese first."""

import pickle
import shutil
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from bus.pack import PackRefused, read_words
from services.visits.domain.rules import Cadence, CountedFrom, Every, Hour, OnDeath, Rung, Selector, Stack, Trigger
from services.visits.policy import load

POLICIES = Path(__file__).parents[2] / "policies"
SHUANGTA = POLICIES / "shuangta"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack beside all that it stands on, to be spoilt."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies")) / "shuangta"


def spoil(pack: Path, file: str, old: str, new: str) -> int:
    """Replaces the first `old` of the file; answers the line in which it stood."""
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistakes(pack: Path) -> list[tuple[str, int, str | None, str]]:
    with pytest.raises(PackRefused) as refused:
        load(pack)
    return [(mistake.file.name, mistake.line, mistake.rule, mistake.zh) for mistake in refused.value.mistakes]


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
        "liaison-vacant": ("unit", "unit-leader", "task", (6,)),
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


@pytest.mark.parametrize(("old", "new", "zh"), WRONG)
def test_each_mistake_of_a_rule_is_told_with_its_line_and_rule(pack: Path, old: str, new: str, zh: str) -> None:
    where = text_of_the_first_rule(pack, lambda text: text.replace(old, new, 1))

    ((file, line, rule, said),) = mistakes(pack)

    assert (file, said) == ("rules.yaml", zh)
    assert rule == (None if "重复" in zh else "hospital-visit-liaison")
    assert line in where


def text_of_the_first_rule(pack: Path, change: Callable[[str], str]) -> range:
    """Spoils the first rule only; answers the lines in which it stands."""
    path = pack / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    begin = text.index("  - name: hospital-visit-liaison")
    end = text.index("  - name: hospital-visit-bureau")
    changed = change(text[begin:end])
    assert changed != text[begin:end]
    path.write_text(text[:begin] + changed + text[end:], encoding="utf-8")
    first = text[:begin].count("\n") + 1
    return range(first, first + changed.count("\n"))


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "zh"),
    [
        (
            "rules.yaml",
            "window: {due: 24h}",
            "window: {due: in two days}",
            "hospital-visit-liaison",
            "时长应写作 30m、24h 或 3d",
        ),
        ("rules.yaml", "rows: [71]", "rowz: [71]", "weekly-greeting", "不认识的键“rowz”"),
        ("rules.yaml", "on_death: keep", "on_death: supersede", "death-family-visit", "去世引起的事项不能因去世而停止"),
        (
            "rules.yaml",
            "window: {due: end}",
            "window: {due: 24h}",
            "weekly-greeting",
            "周期的时限应写作 {day, at} 或 end",
        ),
        (
            "rules.yaml",
            "window: {due: end}",
            "window: {due: {day: 8, at: 18:00}}",
            "weekly-greeting",
            "没有第8天：最多7",
        ),
        (
            "rules.yaml",
            "window: {due: end}",
            "window: {due: {day: 8}}",
            "weekly-greeting",
            "应写作 {day: 第几天, at: 钟点}",
        ),
        ("rules.yaml", "window: {due: end}", "window: {due: {day: 5, at: 6pm}}", "weekly-greeting", "钟点应写作 08:00"),
        ("rules.yaml", "{every: week}", "{every: week, anchor: 8}", "weekly-greeting", "起点应为 1 到 7"),
        (
            "rules.yaml",
            "{every: month}",
            "{every: year, anchor: 31-12}",
            "monthly-call",
            "起点应写作 01-01，日不晚于28",
        ),
        (
            "rules.yaml",
            "reason: 住院必访是",
            "reason:  # 住院必访是",
            "hospital-visit-liaison",
            "自定的规则要写明理由（reason）",
        ),
        ("rules.yaml", "name: monthly-call", "name: Monthly", "Monthly", "“name”只能用小写字母、数字和连字符"),
        ("rules.yaml", "rung: unit-leader", "rung: pope", "unit", "未知的督办层级“pope”"),
        ("pack.yaml", "title: 双塔市老干部必访规则", "titel: 双塔市老干部必访规则", None, "不认识的键“titel”"),
        ("pack.yaml", "role: unit-leader}", "role: pope}", None, "未知的角色“pope”"),
        ("pack.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Atlantis", None, "没有时区“Asia/Atlantis”"),
        ("pack.yaml", "counts: true", "counts: yes", None, "“counts”应为 true 或 false"),
        ("pack.yaml", "while: stay", "while: dreaming", None, "未知的情况依据“dreaming”"),
        (
            "pack.yaml",
            "in-ward: {zh: 住院, while: stay, instead",
            "in-ward: {zh: 住院, while: gone, instead",
            None,
            "未知的情况依据“gone”",
        ),
        ("pack.yaml", "acknowledgement_holds: 24h", "acknowledgement_holds: a day", None, "时长应写作 30m、24h 或 3d"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_line_and_its_rule(
    pack: Path, file: str, old: str, new: str, rule: str | None, zh: str
) -> None:
    line = spoil(pack, file, old, new)

    found = mistakes(pack)

    assert (file, line, rule, zh) in found


def test_a_name_stands_for_one_rule(pack: Path) -> None:
    first = spoil(pack, "rules.yaml", "name: weekly-greeting", "name: weekly-greeting")
    line = spoil(pack, "rules.yaml", "name: monthly-call", "name: weekly-greeting")

    ((_, second, rule, zh),) = mistakes(pack)

    assert (second, rule, zh) == (line, "weekly-greeting", f"规则重名：第{first}行已有")


def test_a_ladder_leads_upwards_in_time(pack: Path) -> None:
    unit = spoil(pack, "rules.yaml", "  unit:\n", "  unit:  # down\n")
    spoil(pack, "rules.yaml", "after: 72h", "after: 1h")

    assert mistakes(pack) == [("rules.yaml", unit, "unit", "督办阶梯的时间应逐级不早于上一级")]


def test_a_set_that_names_nobody_is_no_way_to_say_everybody(pack: Path) -> None:
    line = spoil(pack, "rules.yaml", "categories: [living-alone]", "categories: []")

    assert mistakes(pack) == [("rules.yaml", line, "weekly-greeting", "不能为空")]


def test_every_mistake_is_told_at_once(pack: Path) -> None:
    title = spoil(pack, "pack.yaml", "city: 双塔市", "town: 双塔市")
    role = spoil(pack, "rules.yaml", "role: liaison", "role: liason")
    due = spoil(pack, "rules.yaml", "window: {due: 7d}", "window: {due: }")
    call = spoil(pack, "rules.yaml", "when: {every: month}", "when: {}")

    found = mistakes(pack)

    assert found == [
        ("pack.yaml", 5, None, "缺少“city”"),
        ("pack.yaml", title, None, "不认识的键“town”"),
        ("rules.yaml", role, "hospital-visit-liaison", "未知的角色“liason”"),
        ("rules.yaml", due, "hardship-visit", "期限未定，先定再用"),
        ("rules.yaml", call, "monthly-call", "周期或起因未定，先定再用"),
    ]


def test_a_mistake_reads_as_one_line_chinese_first(pack: Path) -> None:
    line = spoil(pack, "rules.yaml", "role: liaison", "role: liason")

    with pytest.raises(PackRefused) as refused:
        load(pack)

    assert str(refused.value) == (
        f"{pack / 'rules.yaml'}:{line}: 规则 hospital-visit-liaison：未知的角色“liason” "
        f"(unknown roles 'liason'; known: {', '.join(sorted(read_words(SHUANGTA).roles))})"
    )


@pytest.mark.parametrize("file", ["pack.yaml", "rules.yaml", "messages.yaml"])
def test_a_missing_file_is_a_mistake_of_the_pack(pack: Path, file: str) -> None:
    (pack / file).unlink()

    assert (file, 1, None, "缺少这个文件") in mistakes(pack)


@pytest.mark.parametrize(
    ("text", "line", "zh"),
    [
        ("", 1, "文件是空的"),
        ("rules: [", 1, "不是合格的 YAML"),
        ("ladders:\n  a: b: c", 2, "不是合格的 YAML"),
        ("ladders: &all\n  a: *all", 2, "不支持引用（*）"),
        ("ladders: {}\nrules: !!python/name:os.system x", 2, "不支持的标记 python/name:os.system"),
        ("- a\n- b", 1, "“文件”应为若干键值"),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused_with_its_line(pack: Path, text: str, line: int, zh: str) -> None:
    (pack / "rules.yaml").write_text(text, encoding="utf-8")

    assert ("rules.yaml", line, None, zh) in mistakes(pack)
