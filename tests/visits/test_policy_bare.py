"""A pack whose rules are each right by themselves, and under which somebody is left bare: refused, with the place."""

from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.policy import load_with_changes
from tests.visits.packs import SHUANGTA, add, county, line_of, remarked, spoil, told

EVERYBODY = "离休干部、退休干部、遗属"
LEFT_BARE = [f"“{zh}”的{EVERYBODY}没有一条定期的规则，会无人过问" for zh in ("亲属同住", "常驻机构", "易地安置")]
"""By whoever loses the monthly call; those who live alone are still greeted, by the community."""
WITHOUT_THE_BUREAU = f"“空巢独居”的{EVERYBODY}没有“老干部局”的定期规则，这一方会无人过问"


def test_the_shipped_pack_leaves_nobody_bare_and_owes_nothing_twice() -> None:
    assert (told(SHUANGTA), remarked(SHUANGTA)) == ([], [])


def test_a_category_that_no_rule_comes_round_for_is_left_bare(pack: Path) -> None:
    spoil(pack, "rules.yaml", "when: {every: month}", "when: {event: stay-discharged}")
    spoil(pack, "rules.yaml", "window: {due: end}\n    remind: 5d\n    stack: supersede\n    message: {template: monthly", "window: {due: 3d}\n    stack: supersede\n    message: {template: monthly")  # fmt: skip  # noqa: E501

    places = [line_of(pack, "pack.yaml", f"  {code}:") for code in ("with-relatives", "in-institution", "relocated")]
    alone = line_of(pack, "pack.yaml", "  living-alone: [")
    assert told(pack) == [
        *(("pack.yaml", line, None, zh) for line, zh in zip(places, LEFT_BARE, strict=True)),
        ("pack.yaml", alone, None, WITHOUT_THE_BUREAU),
    ]


@pytest.mark.parametrize("who", ["{situations: [hardship]}", "{age_from: 90}"], ids=["in a situation", "of an age"])
def test_what_comes_round_for_some_of_them_does_not_count(pack: Path, who: str) -> None:
    spoil(pack, "rules.yaml", "when: {every: month}", f"when: {{every: month}}\n    who: {who}")

    assert [zh for *_, zh in told(pack)] == [*LEFT_BARE, WITHOUT_THE_BUREAU]


def test_a_party_that_is_expected_and_never_comes_round_is_told_with_whom_it_leaves_bare(pack: Path) -> None:
    others = "retired-cadre: [bureau], survivor: [bureau]"
    line = spoil(pack, "pack.yaml", "relocated: [bureau]", f"relocated: {{veteran-cadre: [bureau, unit], {others}}}")

    assert told(pack) == [("pack.yaml", line, None, "“易地安置”的离休干部没有“管理单位”的定期规则，这一方会无人过问")]


@pytest.mark.parametrize(
    ("served", "whom", "told_at"),
    [
        ("", EVERYBODY, "  relocated: 易地安置"),
        ("\n  relocated: {veteran-cadre: [bureau]}", "退休干部、遗属", "  relocated: {"),
    ],
    ids=["of nobody", "of some"],
)
def test_of_every_category_and_kind_it_is_said_who_comes_round(
    pack: Path, served: str, whom: str, told_at: str
) -> None:
    spoil(pack, "pack.yaml", "\n  relocated: [bureau]", served)

    zh = f"没有写明“易地安置”的{whom}应由哪些方定期来（served_by），他们会无人过问"
    assert told(pack) == [("pack.yaml", line_of(pack, "pack.yaml", told_at), None, zh)]


NOBODY = "{nobody: 由居住地照看}"


@pytest.mark.parametrize(
    ("served", "kinds"),
    [(NOBODY, EVERYBODY), (f"{{veteran-cadre: [bureau], retired-cadre: [bureau], survivor: {NOBODY}}}", "遗属")],
    ids=["of all kinds", "of one kind"],
)
def test_that_nobody_comes_round_is_said_with_a_reason_and_remarked(pack: Path, served: str, kinds: str) -> None:
    line = spoil(pack, "pack.yaml", "relocated: [bureau]", f"relocated: {served}")
    spoil(pack, "rules.yaml", "when: {every: month}", "when: {every: month}\n    who: {categories: [with-relatives, living-alone, in-institution]}")  # fmt: skip  # noqa: E501
    add(pack, name="relocated-call", who="{kinds: [veteran-cadre, retired-cadre], categories: [relocated]}", when="{every: month}", window="{due: end}")  # fmt: skip  # noqa: E501
    if kinds == EVERYBODY:
        spoil(
            pack,
            "rules.yaml",
            "kinds: [veteran-cadre, retired-cadre], categories: [relocated]",
            "ranks: [county-level]",
        )

    left = "没有一条定期的规则，只有出了事才有人去：由居住地照看"
    assert told(pack) == []
    assert [(at, zh) for _, at, _, zh in remarked(pack)] == [
        (line, f"“易地安置”的{kind}{left}") for kind in sorted(kinds.split("、"))
    ]


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("  relocated: [bureau]", "  hermits: [bureau]", "未知的分类“hermits”"),
        ("relocated: [bureau]", "relocated: [army]", "未知的一方“army”"),
        ("relocated: [bureau]", "relocated: {baron: [bureau]}", "未知的人员类别“baron”"),
        ("relocated: [bureau]", "relocated: []", "不能为空"),
        ("relocated: [bureau]", "relocated: {nobody: }", "“nobody”应为文字"),
    ],
)
def test_who_is_expected_to_serve_whom_names_what_the_pack_knows(pack: Path, old: str, new: str, zh: str) -> None:
    line = spoil(pack, "pack.yaml", old, new)

    with pytest.raises(PackRefused) as refused:
        load_with_changes(pack)

    assert {(each.line, each.zh) for each in refused.value.mistakes} == {(line, zh)}


def test_a_county_that_drops_what_came_round_is_told_where_it_does(pack: Path) -> None:
    (pack / "counties").mkdir()
    county(pack, "seaside", "海滨县", rules="drops:\n  hardship-visit: 试\n  monthly-call: 出海")

    assert told(pack) == [
        ("rules.yaml", 3, "monthly-call", f"海滨县：{zh}") for zh in sorted([*LEFT_BARE, WITHOUT_THE_BUREAU])
    ]
