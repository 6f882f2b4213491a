"""A pack whose rules are each right by themselves, and under which somebody is left bare or owed twice: refused, with the place."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.domain.causes import EVENTS
from services.visits.policy import (
    FOLDER,
    examine_files,
    files_of,
    load_files,
    load_with_changes,
    mistakes_of,
    remarks_of,
)
from services.visits.policy.checks import NEVER_OVER, counted_on
from tests.visits.test_layers import county
from tests.visits.test_policy import SHUANGTA, pack, spoil

__all__ = ["pack"]

TODAY = date(2026, 5, 11)
CARE_VISIT = {
    "name": "care-visit",
    "zh": "上门",
    "basis": "chosen",
    "reason": "试",
    "when": "{event: hardship-reported}",
    "owes": "{party: bureau, role: bureau-officer}",
    "kind": "visit",
    "strength": "in-person",
    "window": "{due: 3d}",
    "stack": "each",
    "ladder": "bureau",
    "on_death": "supersede",
}
WHEN, UNIT = list(CARE_VISIT).index("when"), "{party: unit, role: liaison}"
Told = tuple[str, int, str | None, str]
EVERYBODY = "离休干部、退休干部、遗属"
LEFT_BARE = [f"“{zh}”的{EVERYBODY}没有一条定期的规则，会无人过问" for zh in ("亲属同住", "常驻机构", "易地安置")]
"""By whoever loses the monthly call; those who live alone are still greeted, by the community."""
WITHOUT_THE_BUREAU = f"“空巢独居”的{EVERYBODY}没有“老干部局”的定期规则，这一方会无人过问"


def told(pack: Path) -> list[Told]:
    return [(each.file.name, each.line, each.rule, each.zh) for each in mistakes_of(load_with_changes(pack))]


def remarked(pack: Path, today: date = TODAY) -> list[Told]:
    return [(each.file.name, each.line, each.rule, each.zh) for each in remarks_of(load_with_changes(pack), today)]


def add(pack: Path, **fields: str) -> int:
    """A further rule with these fields otherwise, or added; answers the line of its name."""
    lines = [f"    {key}: {value}" for key, value in ({**CARE_VISIT, **fields}).items()]
    text = (pack / "rules.yaml").read_text(encoding="utf-8").rstrip("\n")
    (pack / "rules.yaml").write_text("\n".join((text, "", *lines)).replace("    name:", "  - name:") + "\n", "utf-8")
    return text.count("\n") + 3


def line_of(pack: Path, file: str, text: str) -> int:
    return 1 + (pack / file).read_text(encoding="utf-8").split(text)[0].count("\n")


def test_the_shipped_pack_leaves_nobody_bare_and_owes_nothing_twice() -> None:
    assert (told(SHUANGTA), remarked(SHUANGTA)) == ([], [])


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


def test_a_role_that_may_stay_empty_is_told_with_the_rules_that_nobody_would_owe(pack: Path) -> None:
    spoil(pack, "pack.yaml", "  liaison: {zh", "  ranger: {zh: 护林员, party: unit}\n  liaison: {zh")
    spoil(pack, "messages.yaml", "[liaison,", "[ranger, liaison,")
    spoil(pack, "rules.yaml", "role: liaison", "role: ranger")

    line = line_of(pack, "rules.yaml", "owes: {party: unit")
    zh = (
        "角色“护林员”空着也不算空岗（不是哪一方的 officer、liaison，也不在 care_team）："
        "规则 hospital-visit-liaison 会无人承担"
    )
    assert told(pack) == [("rules.yaml", line, "hospital-visit-liaison", zh)]


def test_a_rung_whose_role_may_stay_empty_is_told_with_the_ladders_that_end_there(pack: Path) -> None:
    spoil(pack, "pack.yaml", "  liaison: {zh", "  ranger: {zh: 护林员, party: unit}\n  liaison: {zh")
    spoil(pack, "messages.yaml", "[liaison,", "[ranger, liaison,")
    spoil(pack, "pack.yaml", "zh: 单位负责人, role: unit-leader", "zh: 护林员, role: ranger")

    ((file, line, rule, zh),) = told(pack)

    assert (file, line, rule) == ("pack.yaml", line_of(pack, "pack.yaml", "  unit-leader: {zh: 护林员"), None)
    assert zh.endswith("：规则 hospital-visit-liaison 的督办会到不了这一级")


def test_officers_the_liaison_and_the_care_team_can_be_counted_on() -> None:
    assert counted_on(load_with_changes(SHUANGTA).words) == {
        "liaison", "unit-leader", "bureau-officer", "community-worker", "organisation-department"
    }  # fmt: skip


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
    ("fields", "key", "zh"),
    [
        ({"on_end": "supersede"}, "on_end", "起因“hardship-reported”没有了结的时候"),
        ({"remind": "3d"}, "remind", "提醒早于事项的开始：时限没有那么长"),
        ({"joint": "[bureau]"}, "joint", "joint 写的应是别的一方"),
        (
            {"on_end": "supersede", "when": "{every: year}", "window": "{due: end}"},
            "on_end",
            "没有起因的事项不会随起因了结（on_end）",
        ),
        ({"remind": "28d", "when": "{every: month}", "window": "{due: end}"}, "remind", "提醒早于事项的开始：时限没有那么长"),
        ({"remind": "4d", "window": "{due: 4wd}"}, "remind", "提醒早于事项的开始：时限没有那么长"),
        (
            {"remind": "12d", "when": "{festival: mid-autumn}", "window": "{opens: -10d, due: 1d}"},
            "remind",
            "提醒早于事项的开始：时限没有那么长",
        ),
    ],
)  # fmt: skip
def test_what_a_rule_says_of_itself_must_be_possible(pack: Path, fields: dict[str, str], key: str, zh: str) -> None:
    add(pack, beside="hardship-visit", **fields)

    text = (pack / "rules.yaml").read_text(encoding="utf-8")
    at = text.index(f"    {key}: {fields[key]}", text.index("name: care-visit"))
    assert told(pack) == [("rules.yaml", 1 + text[:at].count("\n"), "care-visit", zh)]


@pytest.mark.parametrize(
    ("fields", "key", "zh"),
    [
        ({"window": "{due: 367d}"}, "window", "开始和期限都应在366天之内：不然所有人会无人过问"),
        (
            {"who": "{kinds: [veteran-cadre], categories: [relocated]}", "window": "{due: 99999d}"},
            "window",
            "开始和期限都应在366天之内：不然“易地安置”的离休干部会无人过问",
        ),
        (
            {"when": "{festival: mid-autumn}", "window": "{opens: -400d, due: 1d}"},
            "window",
            "开始和期限都应在366天之内：不然所有人会无人过问",
        ),
        (
            {"when": "{festival: mid-autumn}", "window": "{due: 367d}"},
            "window",
            "开始和期限都应在366天之内：不然所有人会无人过问",
        ),
        (
            {"when": "{birthday: solar}", "window": "{opens: -200d, due: 200d}"},
            "window",
            "开始和期限都应在366天之内：不然所有人会无人过问",
        ),
        (
            {"when": "{without: 90d}", "window": "{due: 367d}"},
            "window",
            "开始和期限都应在366天之内：不然所有人会无人过问",
        ),
        (
            {"when": "{without: 0d}"},
            "when",
            "“没有”应在1天到366天之间：更短的每次联系都引出下一次，更长的所有人会无人过问",
        ),
        (
            {"when": "{without: 1826d}", "who": "{categories: [relocated]}"},
            "when",
            "“没有”应在1天到366天之间：更短的每次联系都引出下一次，更长的“易地安置”的人会无人过问",
        ),
    ],
)
def test_no_time_of_a_rule_is_so_long_that_nobody_would_notice(
    pack: Path, fields: dict[str, str], key: str, zh: str
) -> None:
    line = add(pack, beside="hardship-visit", **fields)
    at = line + [*{**CARE_VISIT, "beside": "", **fields}].index(key)

    assert told(pack) == [("rules.yaml", at, "care-visit", zh)]


def test_the_longest_times_that_a_rule_may_have(pack: Path) -> None:
    add(pack, beside="hardship-visit", window="{due: 366d}")
    add(pack, name="tides", when="{festival: mid-autumn}", window="{opens: -10d, due: 356d}")
    add(pack, name="unvisited", when="{without: 366d}", window="{due: 30d}")

    assert told(pack) == []


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


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("acknowledgement_holds: 24h", "acknowledgement_holds: 8d", "太长：最多7天"),
        ("late_entry: 48h", "late_entry: 32d", "太长：最多31天"),
        ("treatment: 366d", "treatment: 367d", "太长：最多366天"),
        ("disabled: {zh: 失能}", "disabled: {zh: 失能, while: stay, after: 367d}", "太长：最多366天"),
        ("proof: 60d", "proof: 91d", "太长：最多90天"),
        (
            "visit: {zh: 走访, fulfilled_by: [visit]",
            "visit: {zh: 走访, fulfilled_by: [service]",
            "“走访”抵不了“走访”：照着办了也办不结",
        ),
    ],
)
def test_what_the_words_of_a_pack_make_impossible_is_refused(pack: Path, old: str, new: str, zh: str) -> None:
    line = spoil(pack, "pack.yaml", old, new)

    assert told(pack) == [("pack.yaml", line, None, zh)]


@pytest.mark.parametrize("named", ["travelling: {zh: 外出", "no-visitors: {zh: 不便上门"], ids=["an absence", "a wish"])
def test_nothing_that_reaches_the_person_is_replaced_by_what_does_not(pack: Path, named: str) -> None:
    letter = "  letter: {zh: 书信, fulfilled_by: [letter], at_least: sms}"
    spoil(pack, "pack.yaml", "  visit: {zh: 走访", f"{letter}\n  visit: {{zh: 走访")
    line = spoil(pack, "pack.yaml", f"{named}, instead: {{visit: phone}}", f"{named}, instead: {{visit: letter}}")

    zh = f"“{named.rpartition(' ')[2]}”把“走访”改成“书信”：不见面也不通话，没有人知道本人是否平安"
    assert told(pack) == [("pack.yaml", line, None, zh)]


def test_without_an_outcome_that_counts_nothing_could_ever_be_done(pack: Path) -> None:
    spoil(pack, "pack.yaml", "counts: true", "counts: false")

    zh = "没有一种结果算办到（counts: true）：任何事项都办不结，人人都会一直被督办"
    assert told(pack) == [("pack.yaml", line_of(pack, "pack.yaml", "\noutcomes:") + 1, None, zh)]


def test_a_reminder_within_the_window_is_none_too_early(pack: Path) -> None:
    add(pack, beside="hardship-visit", remind="2d")
    add(pack, name="heat", when="{festival: heat-season}", window="{due: 0d}", remind="30d")

    assert told(pack) == []


def test_every_event_is_known_to_end_or_not() -> None:
    assert set(EVENTS) - NEVER_OVER == {
        "stay-admitted", "situation-began", "no-answer", "post-vacant", "notice-unanswered", "weather-warned",
    }  # fmt: skip
    assert set(EVENTS) > NEVER_OVER


def test_working_days_that_nobody_has_published_are_a_remark_and_no_mistake(pack: Path) -> None:
    add(pack, beside="hardship-visit", window="{due: 3wd}")
    line = line_of(pack, "rules.yaml", "due: 3wd")
    unknown = "年的工作日没有公布，期限先按自然日计；公布后写进 calendar.yaml"

    assert (told(pack), remarked(pack, date(2026, 11, 30))) == ([], [])
    assert remarked(pack, date(2026, 12, 1)) == [("rules.yaml", line, "care-visit", f"2027{unknown}")]
    assert [zh for *_, zh in remarked(pack, date(2028, 1, 1))] == [f"2028{unknown}"]


def test_an_absence_that_replaces_nothing_is_remarked(pack: Path) -> None:
    line = spoil(pack, "pack.yaml", "travelling: {zh: 外出, instead: {visit: phone}}", "travelling: {zh: 外出}")

    zh = "“外出”期间没有改用别的联系（instead）：上门的照旧欠着，会逾期"
    assert (told(pack), remarked(pack)) == ([], [("pack.yaml", line, None, zh)])


def test_what_would_leave_people_bare_is_not_put_in_force_and_a_version_that_was_still_is(pack: Path) -> None:
    add(pack)
    files = files_of(pack)

    with pytest.raises(PackRefused) as refused:
        examine_files(files)

    assert str(refused.value).startswith("shuangta/rules.yaml:")
    assert load_files(files).rules.keys() > {"care-visit"}


def test_messages_that_could_not_be_spoken_are_not_put_in_force_either(pack: Path) -> None:
    line = spoil(pack, "messages.yaml", "{person}已住院", "{nobody}已住院")

    with pytest.raises(PackRefused) as refused:
        examine_files(files_of(pack))

    said = [(str(each.file), each.line, each.zh) for each in refused.value.mistakes]
    assert ("shuangta/messages.yaml", line, "“templates.hospital-visit-liaison”：未知的变量{nobody}") in said
    assert load_files(files_of(pack)).name == "shuangta"


def test_a_version_travels_with_all_that_it_lies_upon_wherever_that_stands(tmp_path: Path) -> None:
    cities, above = tmp_path / "cities", tmp_path / "provinces" / "above"
    own = Path(shutil.copytree(SHUANGTA, cities / "shuangta"))
    shutil.copy(SHUANGTA.parent / "calendar.yaml", cities)
    above.mkdir(parents=True)
    (above / "pack.yaml").write_text("layer: province\nranks: {section: 科级}\n", encoding="utf-8")
    spoil(own, "pack.yaml", "name: shuangta", "name: shuangta\nextends: ../../provinces/above")

    files = files_of(own)

    assert {*files} == {
        FOLDER,
        "cities/calendar.yaml",
        *(f"cities/shuangta/{name}.yaml" for name in ("messages", "pack", "rules")),
        "provinces/above/pack.yaml",
    }
    assert load_files(files).version == load_with_changes(own).policy.version
    assert load_files(files).words["ranks"] == {"section": "科级", "county-level": "县处级"}


@pytest.mark.parametrize("folder", ["", "/etc", "../shuangta", "shuangta/../..", "shuangta\0"])
def test_a_version_reads_nothing_beside_its_own_files(folder: str) -> None:
    with pytest.raises(PackRefused) as refused:
        examine_files({**files_of(SHUANGTA), FOLDER: folder})

    assert [mistake.zh for mistake in refused.value.mistakes] == [f"不是政策目录中的文件名：“{folder}”"]


@pytest.mark.parametrize(
    "path", ["../shuangta.yaml", "/shuangta/rules.yaml", "shuangta/../../x.yaml", "shuangta/rules.sh"]
)
def test_a_version_writes_nothing_beside_its_own_files(path: str) -> None:
    with pytest.raises(PackRefused) as refused:
        examine_files({**files_of(SHUANGTA), path: "name: x"})

    assert [mistake.zh for mistake in refused.value.mistakes] == [f"不是政策目录中的文件名：“{path}”"]


@pytest.mark.parametrize(("outcome", "zh"), [("met", "见到或联系上"), ("not-home", "不在家")])
def test_an_outcome_that_counts_or_is_a_silence_is_no_event(pack: Path, outcome: str, zh: str) -> None:
    line = add(pack, when=f"{{event: contact-outcome, of: [died, {outcome}]}}", kind="task", owes=UNIT) + WHEN

    said = f"“{zh}”算办到，或按联系不上（no-answer）办，不是这一起因"
    assert told(pack) == [("rules.yaml", line, "care-visit", said)]


@pytest.mark.parametrize("section", ["duty_kinds", "strengths"])
def test_a_pack_under_which_nobody_is_ever_reached_is_refused(pack: Path, section: str) -> None:
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    of_section = text.partition(f"\n{section}:\n")[2].partition("\n\n")[0]
    spoil(pack, "pack.yaml", of_section, of_section.replace(", reaches: true", ""))

    zh = f"{section} 里没有一项写明 reaches: true：联系不上、是否平安就无从说起"
    assert told(pack) == [("pack.yaml", line_of(pack, "pack.yaml", f"{section}:"), None, zh)]


@pytest.mark.parametrize("when", ["{without: 90d}", "{event: no-answer}"])
@pytest.mark.parametrize("means", [{"kind": "service"}, {"strength": "proxy"}])
def test_that_nobody_was_there_is_asked_of_means_that_reach_the_person(
    pack: Path, when: str, means: dict[str, str]
) -> None:
    spoil(pack, "pack.yaml", "[service], at_least: in-person, reaches: true", "[service], at_least: in-person")
    line = add(pack, when=when, **means) + list(CARE_VISIT).index("kind")

    zh = "“没有”（without）和联系不上（no-answer）问的是有没有人见到本人：类别和强度都要写明 reaches"
    assert told(pack) == [("rules.yaml", line, "care-visit", zh)]


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


def _with_a_warden(pack: Path, needed_by: str) -> int:
    """A warden stands in the care team of those who need one; answers the line that says who does."""
    spoil(pack, "pack.yaml", "care_team: [liaison]", "care_team: [liaison, warden]")
    spoil(pack, "messages.yaml", "[liaison,", "[warden, liaison,")
    warden = f"  warden:\n    zh: 看护员\n    party: community\n    needed_by: {needed_by}\n"
    spoil(pack, "pack.yaml", "  liaison: {zh", f"{warden}  liaison: {{zh")
    return line_of(pack, "pack.yaml", f"    needed_by: {needed_by}")


FILLING = {"name": "warden-vacant", "when": "{event: post-vacant, of: [warden]}", "kind": "task", "strength": "written"}


@pytest.mark.parametrize(
    ("who", "left"),
    [
        ("{categories: [living-alone]}", "“易地安置”的离休干部"),
        ("{kinds: [survivor]}", "“空巢独居”的离休干部，“易地安置”的离休干部"),
        ("{kinds: [veteran-cadre], age_from: 80}", "“空巢独居”的离休干部，“易地安置”的离休干部"),
    ],
)
def test_a_post_that_a_class_needs_and_nobody_owes_filling_is_refused(pack: Path, who: str, left: str) -> None:
    line = _with_a_warden(pack, "{kinds: [veteran-cadre], categories: [living-alone, relocated]}")
    add(pack, who=who, **FILLING)

    zh = f"{left}必须有“看护员”，空缺了却没有规则（post-vacant）要人补上"
    assert told(pack) == [("pack.yaml", line, None, zh)]


def test_a_post_whose_filling_is_owed_for_each_who_needs_it_is_no_mistake(pack: Path) -> None:
    _with_a_warden(pack, "{categories: [living-alone]}")
    add(pack, who="{categories: [living-alone]}", **FILLING)

    assert told(pack) == []


def test_a_rule_owed_by_a_post_that_its_people_need_not_have_is_refused(pack: Path) -> None:
    _with_a_warden(pack, "{kinds: [veteran-cadre], categories: [living-alone]}")
    add(pack, **FILLING)
    owed = {"name": "warden-call", "owes": "{party: community, role: warden}", "kind": "phone", "strength": "phone"}
    line = add(pack, who="{categories: [living-alone]}", **owed) + WHEN + 1

    zh = "“空巢独居”的退休干部、遗属不必有“看护员”（needed_by）：会无人承担"
    assert told(pack) == [("rules.yaml", line, "warden-call", zh)]
