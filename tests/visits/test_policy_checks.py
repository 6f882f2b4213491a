"""What a rule or a word of a pack says must be possible: a time that passes, a contact that counts, a means that reaches."""

from datetime import date
from pathlib import Path

import pytest

from services.visits.domain.causes import EVENTS
from services.visits.policy.checks import NEVER_OVER
from tests.visits.packs import CARE_VISIT, UNIT, WHEN, add, line_of, remarked, spoil, told


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

    assert told(pack) == [("rules.yaml", line_of(pack, "rules.yaml", f"    {key}: {fields[key]}"), "care-visit", zh)]


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
