"""Whom a ladder reaches: each rung somebody who is there, is not who owes it, and learns of it in time."""

from pathlib import Path

import pytest

from tests.visits.packs import CARE_VISIT, add, line_of, spoil, told


def test_a_rung_whose_role_may_stay_empty_is_told_with_the_ladders_that_end_there(pack: Path) -> None:
    spoil(pack, "pack.yaml", "  liaison: {zh", "  ranger: {zh: 护林员, party: unit}\n  liaison: {zh")
    spoil(pack, "messages.yaml", "[liaison,", "[ranger, liaison,")
    spoil(pack, "pack.yaml", "zh: 单位负责人, role: unit-leader", "zh: 护林员, role: ranger")

    ((file, line, rule, zh),) = told(pack)

    assert (file, line, rule) == ("pack.yaml", line_of(pack, "pack.yaml", "  unit-leader: {zh: 护林员"), None)
    assert zh.endswith("：规则 hospital-visit-liaison 的督办会到不了这一级")


def test_a_ladder_leaves_the_party_that_owes(pack: Path) -> None:
    spoil(pack, "rules.yaml", "rung: organisation-department, message: {template: duty-overdue,", "rung: bureau, message: {template: duty-overdue,")  # fmt: skip  # noqa: E501

    zh = "督办没有出“老干部局”这一方：没有别的一方会知道它没有办"
    assert {(rule, said) for _, _, rule, said in told(pack)} == {
        (rule, zh)
        for rule in (
            "hospital-visit-bureau",
            "hardship-visit",
            "family-change-visit",
            "death-family-visit",
            "said-died",
            "file-outdated",
        )
    }
    assert told(pack)[0][1] == line_of(pack, "rules.yaml", "ladder: bureau")


def test_a_ladder_does_not_begin_with_who_owes_unless_it_is_another_way(pack: Path) -> None:
    fields = {"ladder": "greeting", "beside": "hardship-visit"}
    line = add(pack, **fields) + list(CARE_VISIT).index("ladder")

    zh = (
        "督办的第一级“老干部局”就是欠这一事项的“老干部局专干”：逾期了只再告诉本人；同一人换一种办法的层级写 another_way"
    )
    assert told(pack) == [("rules.yaml", line, "care-visit", zh)]

    spoil(
        pack,
        "pack.yaml",
        "{zh: 老干部局, role: bureau-officer}",
        "{zh: 老干部局, role: bureau-officer, another_way: true}",
    )
    assert told(pack) == []


def test_a_ladder_reaches_each_rung_once(pack: Path) -> None:
    spoil(pack, "rules.yaml", "after: 72h, rung: organisation-department", "after: 72h, rung: bureau")

    assert told(pack) == [
        (
            "rules.yaml",
            line_of(pack, "rules.yaml", "ladder: unit"),
            "hospital-visit-liaison",
            "督办阶梯两次到“老干部局”这一级",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule", "zh"),
    [
        ("after: 80h, rung", "after: 91d, rung", "call", "“组织部”到期限过后91天才知道，最多90天"),
        (
            "- {after: 72h, rung: organisation-department, message: {template: duty-overdue-organisation, lane: normal}}",
            "- {after: 72h, rung: organisation-department}",
            "unit",
            "督办的最后一级“组织部”没有短信：到了也没有人知道",
        ),
    ],
    ids=["after a quarter of a year", "told to nobody"],
)
def test_the_top_of_a_ladder_learns_of_it_and_within_a_quarter(
    pack: Path, old: str, new: str, rule: str, zh: str
) -> None:
    line = spoil(pack, "rules.yaml", old, new)

    assert told(pack) == [("rules.yaml", line, rule, zh)]


def test_a_role_that_is_a_rung_or_owes_and_is_never_tested_is_refused_unless_it_is_said_why(pack: Path) -> None:
    """Feature 69: a ladder that is proved but for one rung is not proved."""
    line = line_of(pack, "messages.yaml", "  levels:")
    spoil(pack, "messages.yaml", "[organisation-department]", "[nobody-of-this-name]")

    assert told(pack) == [
        (
            "messages.yaml",
            line,
            None,
            "角色“organisation-department”要办事或要被督办，却没有写进 levels；不测试的写进 untested 并说明理由",
        ),
        ("messages.yaml", line + 4, None, "未知的角色“nobody-of-this-name”"),
    ]

    spoil(pack, "messages.yaml", "    - [nobody-of-this-name]", "  untested: {organisation-department: 由值班室接听}")
    assert told(pack) == []
