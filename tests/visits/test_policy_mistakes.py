"""A wrong pack is refused with everything that is wrong: file, line, rule, in Chinese first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bus.pack import PackRefused, read_words
from services.visits.policy import load
from tests.visits.packs import SHUANGTA, mistakes, spoil
from tests.visits.test_policy import WRONG


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
