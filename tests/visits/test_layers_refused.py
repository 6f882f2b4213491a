"""What a layer may not say is refused in the layer that says it."""

import shutil
from pathlib import Path

import pytest

from services.visits.policy import Change, load_with_changes
from tests.visits.layered import TIDE_VISIT, city, mistakes
from tests.visits.packs import county, spoil

__all__ = ["city"]


@pytest.mark.parametrize(
    ("rules", "rule", "zh"),
    [
        ("overrides: {night-watch: {reason: 试, kind: phone}}", "night-watch", "上层没有这条规则"),
        ("overrides: {hardship-visit: {kind: phone}}", "hardship-visit", "改动要写明理由（reason）"),
        ("overrides: {hardship-visit: {reason: 试}}", "hardship-visit", "没有改动任何一项"),
        ("overrides: {hardship-visit: {reason: 试, window: {due: 7d}}}", "hardship-visit", "没有改动任何一项"),
        ("overrides: {hardship-visit: {reason: 试, name: x}}", "hardship-visit", "规则的名字不能改动"),
        ("overrides: {hardship-visit: {reason: 试, colour: red}}", "hardship-visit", "不认识的键“colour”"),
        ("overrides: {hardship-visit: {reason: 试, window: {due: }}}", "hardship-visit", "期限未定，先定再用"),
        ("overrides: [hardship-visit]", None, "“overrides”应为若干键值"),
        ("drops: {night-watch: 试}", "night-watch", "上层没有这条规则"),
        ("drops: {monthly-call: }", "monthly-call", "取消要写明理由"),
        ("drops: monthly-call", None, "“drops”应为若干键值"),
        ("drops: {hardship-visit: 试}\noverrides: {hardship-visit: {reason: 试, kind: phone}}", "hardship-visit",
         "同一层不能既改动又取消"),
        ("ladders: {unit: [{after: 1h, rung: bureau}]}", "unit", "督办阶梯重名，请另起名字，再用 overrides 改规则的 ladder"),
    ],
)  # fmt: skip
def test_a_layer_that_changes_what_it_may_not_is_refused(city: Path, rules: str, rule: str | None, zh: str) -> None:
    (city / "rules.yaml").write_text(rules)

    assert mistakes(city) == [("hillside/rules.yaml", 1, rule, zh)]


def test_a_rule_of_a_lower_layer_has_a_name_of_its_own(city: Path) -> None:
    text = (city.parent / "shuangta" / "rules.yaml").read_text()
    line = text[: text.index("name: monthly-call")].count("\n") + 1
    (city / "rules.yaml").write_text(
        TIDE_VISIT.replace("fisher", "community-worker").replace("tide-visit", "monthly-call")
    )
    above = city.parent / "shuangta" / "rules.yaml"

    zh = f"重名，改动上层规则请写 overrides（上层：{above}:{line}）"
    assert mistakes(city) == [("hillside/rules.yaml", 2, "monthly-call", zh)]

    (city / "rules.yaml").write_text("drops: {monthly-call: 试}")
    county(
        city,
        "seaside",
        "海滨县",
        rules=TIDE_VISIT.replace("fisher", "community-worker").replace("tide-visit", "monthly-call"),
    )
    assert mistakes(city) == [("hillside/counties/seaside/rules.yaml", 2, "monthly-call", zh)]


@pytest.mark.parametrize(
    ("extends", "zh"),
    [
        ("../atlantis", "没有这个上层目录，应写作 ../目录"),
        ("shuangta", "没有这个上层目录，应写作 ../目录"),
        ("../hillside", "上层应高于本层：省、市、县"),
        ("../sister", "上层应高于本层：省、市、县"),
    ],
)
def test_a_pack_stands_on_one_above_it(city: Path, extends: str, zh: str) -> None:
    shutil.copytree(city, city.parent / "sister")
    line = spoil(city, "pack.yaml", "extends: ../shuangta", f"extends: {extends}")

    assert ("hillside/pack.yaml", line, None, zh) in mistakes(city)


def test_a_county_adds_words_and_changes_none(city: Path) -> None:
    county(city, "inland", "内陆县", "categories: {ashore: 上岸}")
    words = "timezone: Asia/Urumqi\nroles: {liaison: {zh: 驾长, party: unit}}\ncategories: {ashore: 回港}"
    county(city, "seaside", "海滨县", words)
    county(city, "nowhere", "")

    of_roles = city.parent / "shuangta" / "pack.yaml"
    role = of_roles.read_text()[: of_roles.read_text().index("  liaison:")].count("\n") + 1
    inland = city / "counties" / "inland" / "pack.yaml"
    assert mistakes(city) == [
        ("hillside/counties/nowhere/pack.yaml", 1, None, "缺少“county”：这一层是哪个县（市、区）的"),
        ("hillside/counties/seaside/pack.yaml", 2, None, "县（市、区）一层不能写“timezone”"),
        ("hillside/counties/seaside/pack.yaml", 3, None, f"重名：“liaison”已在 {of_roles}:{role}"),
        ("hillside/counties/seaside/pack.yaml", 4, None, f"重名：“ashore”已在 {inland}:2"),
    ]


def test_a_word_that_a_city_says_otherwise_is_told_as_a_change(city: Path) -> None:
    words = "extends: ../shuangta\nroles: {liaison: {zh: 结对干部}}\noutcomes: {refused: {counts: true}, met: {counts: true}}"
    spoil(city, "pack.yaml", "extends: ../shuangta", words)

    loaded = load_with_changes(city)

    assert loaded.policy.zh("roles", "liaison") == "结对干部"
    assert loaded.policy.role_party["liaison"] == "unit"
    assert loaded.changes == (
        Change("hillside", None, "roles.liaison.zh", "在职联络员", "结对干部", ""),
        Change("hillside", None, "outcomes.refused.counts", "false", "true", ""),
    )
