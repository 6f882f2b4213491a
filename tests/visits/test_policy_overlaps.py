"""Two rules that are each right by themselves, and by which somebody is owed the same twice: refused, with both lines."""

from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.policy import load_with_changes
from tests.visits.packs import CARE_VISIT, add, county, line_of, told


def test_what_one_party_owes_twice_for_one_event_names_both_lines(pack: Path) -> None:
    line = add(pack)
    first = line_of(pack, "rules.yaml", "- name: hardship-visit")

    zh = (
        f"与规则 hardship-visit（第{first}行）重叠：“老干部局”对同一人同一事欠两次“走访”；"
        "有意如此请写 beside: hardship-visit"
    )
    assert told(pack) == [("rules.yaml", line, "care-visit", zh)]


@pytest.mark.parametrize(
    "fields",
    [
        {"beside": "hardship-visit"},
        {"kind": "phone", "strength": "phone"},
        {"when": "{event: family-changed, of: [divorce]}", "beside": "family-change-visit"},
        {"owes": "{party: unit, role: liaison}"},
        {"window": "{opens: 7d, due: 14d}"},
    ],
    ids=["said to stand beside", "another kind", "beside another", "another party", "after the first"],
)
def test_two_rules_that_differ_or_are_meant_are_no_overlap(pack: Path, fields: dict[str, str]) -> None:
    add(pack, **fields)

    assert told(pack) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"who": "{situations: [hardship]}"},
        {"who": "{categories: [relocated]}"},
        {"when": "{event: hardship-reported, of: [poverty]}"},
        {"window": "{due: 3wd}"},
    ],
)
def test_a_narrower_rule_overlaps_with_a_wider_one(pack: Path, fields: dict[str, str]) -> None:
    add(pack, **fields)

    assert [rule for _, _, rule, _ in told(pack)] == ["care-visit"]


@pytest.mark.parametrize(
    ("when", "window"),
    [("{every: month}", "{due: end}"), ("{festival: spring-festival}", "{due: 3d}"), ("{without: 90d}", "{due: 3d}")],
)
def test_what_comes_round_twice_alike_is_an_overlap_unless_for_others(pack: Path, when: str, window: str) -> None:
    for name in ("one", "two"):
        add(pack, name=name, zh=name, when=when, window=window, who="{categories: [living-alone]}")
    assert [rule for _, _, rule, _ in told(pack)] == ["two"]

    last = (pack / "rules.yaml").read_text().rpartition("[living-alone]")
    (pack / "rules.yaml").write_text("[relocated]".join((last[0], last[2])))
    assert told(pack) == []


def test_an_overlap_that_a_county_makes_is_told_in_the_county_once(pack: Path) -> None:
    (pack / "counties").mkdir()
    own = ", ".join(f"{key}: {value}" for key, value in CARE_VISIT.items())
    county(pack, "seaside", "海滨县", rules=f"rules:\n  - {{{own}}}\n")

    ((file, line, rule, zh),) = told(pack)

    above = f"{pack / 'rules.yaml'}:{line_of(pack, 'rules.yaml', '- name: hardship-visit')}"
    assert (file, line, rule) == ("rules.yaml", 2, "care-visit")
    assert f"hardship-visit（{above}）" in zh


def test_beside_names_a_rule(pack: Path) -> None:
    line = add(pack, beside="night-watch")

    with pytest.raises(PackRefused) as refused:
        load_with_changes(pack)

    (mistake,) = refused.value.mistakes
    assert (mistake.rule, mistake.zh, mistake.line > line) == ("care-visit", "未知的规则“night-watch”", True)
