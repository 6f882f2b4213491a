"""What a person asks for is kept under every rule of every shipped pack, at home and away, and nothing is owed less."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bus.pack import PackRefused
from contracts.ids import DutyId
from contracts.registry import AbsenceReported, AskFirst, Hours
from services.visits.domain import Policy, Rule, explain
from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means, Selector
from services.visits.policy import load_with_changes, mistakes_of
from services.visits.policy.load import load
from tests.visits.packs import SHUANGTA, pack, spoil
from tests.visits.town import (
    PLACE,
    REPORT,
    WANG,
    WEDNESDAY,
    Life,
    admitted,
    after,
    card,
    enrolled,
    hours,
    in_need,
    policy,
    rule,
)

__all__ = ["pack"]

PACKS = {name: load(SHUANGTA.parent / name) for name in ("shuangta", "fujian", "ningde", "leling")}
ABSENCES = ("with-family", "travelling", "in-ward")
WISHES = ((), ("deaf",), ("no-visitors",), ("deaf", "no-visitors"), ("ask-first", "hours"))

AWAY = Instead({"call-on": Means("hello", "voice")})
DEAF = Instead(
    {"hello": Means("call-on", "there")},
    is_wish=True,
    raised={Means(kind, weak): Means(kind, "there") for kind in ("call-on", "hello") for weak in ("voice", "word")},
)
ALONE = Instead({"call-on": Means("hello", "voice")}, is_wish=True)
NEED = rule("need", after("hardship-reported", hours(240)))
HELLO = replace(NEED, name="hello", means=Means("hello", "voice"))


def each_rule() -> Iterator[tuple[str, Rule]]:
    for name, shipped in PACKS.items():
        for rules in (shipped.rules, *shipped.counties.values()):
            yield from (
                (name, each) for each in rules.values() if rules is shipped.rules or each not in shipped.rules.values()
            )


EVERY = list(each_rule())


def gone(absence: str) -> AbsenceReported:
    until = WEDNESDAY + hours(90)
    return AbsenceReported(
        absence_id=REPORT, absence=absence, from_at=WEDNESDAY, until_at=until, reported_at=WEDNESDAY, **PLACE
    )


def owed(shipped: Policy, asked: Rule, wishes: tuple[str, ...], away: str | None) -> list[Means]:
    """What somebody is owed by this rule alone, once its cause is there, who wishes this and is away so."""
    alone = replace(asked, when=after("hardship-reported", hours(48)), who=Selector())
    li = Life(replace(shipped, rules={asked.name: alone}, counties={}))
    li.hears(enrolled(), card().model_copy(update={"wishes": wishes}))
    if away == "in-ward":
        li.hears(admitted())
    elif away is not None:
        li.hears(gone(away))
    li.hears(in_need())
    return [duty.means for duty in li.care.duties.values() if duty.is_open]


@pytest.mark.parametrize(("pack_name", "asked"), EVERY, ids=[f"{name}-{each.name}" for name, each in EVERY])
def test_nobody_who_is_deaf_is_owed_a_phone_call_and_everybody_is_owed_something(pack_name: str, asked: Rule) -> None:
    shipped = PACKS[pack_name]
    for wishes in WISHES:
        for away in (None, *ABSENCES):
            (means,) = owed(shipped, asked, wishes, away)

            heard = means.kind in shipped.kinds_reaching and shipped.strong_enough("phone", means.strength)
            assert not ("deaf" in wishes and heard), (wishes, away, means)
            assert (means.kind in shipped.kinds_reaching) == (asked.means.kind in shipped.kinds_reaching)


@pytest.mark.parametrize(("pack_name", "asked"), EVERY, ids=[f"{name}-{each.name}" for name, each in EVERY])
def test_nobody_is_visited_at_an_empty_home_because_they_are_deaf(pack_name: str, asked: Rule) -> None:
    shipped = PACKS[pack_name]
    for away in ABSENCES:
        (means,) = owed(shipped, asked, ("deaf",), away)

        assert means.kind not in shipped.absences[away].means, (away, means)


@pytest.mark.parametrize("asked", [("hours",), ("ask-first",), ("ask-first", "hours")])
def test_hours_and_whom_to_ask_first_change_no_means_and_no_due_time(asked: tuple[str, ...]) -> None:
    for name, each in EVERY:
        assert owed(PACKS[name], each, asked, None) == [each.means]


def life(*wishes: str) -> Life:
    li = Life(policy(NEED, HELLO, absences={"away": AWAY}, wishes={"deaf": DEAF, "alone": ALONE}))
    li.hears(enrolled(), card().model_copy(update={"wishes": wishes}))
    return li


def test_who_is_deaf_and_away_is_seen_there_and_not_visited_at_home() -> None:
    li = life("deaf")
    li.hears(in_need())
    at_home = li.the("need").means, li.the("hello").means

    li.hears(gone("away"))

    assert at_home == (Means("call-on", "there"), Means("call-on", "there"))
    assert (li.the("need").means, li.the("need").instead) == (Means("hello", "there"), "deaf")
    assert (li.the("hello").means, li.the("hello").instead) == (Means("hello", "there"), "deaf")
    li.wakes(WEDNESDAY + hours(90))
    assert (li.the("need").means, li.the("need").instead) == (Means("call-on", "there"), None)


def test_of_two_wishes_that_which_forbids_has_the_last_word_and_brings_nothing_back() -> None:
    li = life("alone", "deaf")
    li.hears(in_need())

    assert {name: duty.means for name, duty in li.owed().items()} == {
        "need": Means("hello", "there"),
        "hello": Means("hello", "there"),
    }


def test_whoever_asks_why_is_told_what_the_person_asks_for() -> None:
    shipped = replace(PACKS["shuangta"], rules={"hardship-visit": PACKS["shuangta"].rules["hardship-visit"]})
    li = Life(shipped)
    asked = {
        "wishes": ("ask-first", "deaf", "hours"),
        "hours": (Hours(begin="12:00", end="15:00"), Hours(begin="21:00", end="07:00")),
        "ask_first": AskFirst(role="relative", holder_id=WANG),
    }
    li.hears(enrolled(), card().model_copy(update=asked))
    li.hears(in_need())

    said = explain(li.care, DutyId(li.the("hardship-visit").duty_id)).sentence

    assert "；本人意愿（先找的人：亲属；听力不便；不便联系的时间：12:00-15:00、21:00-07:00）" in said
    assert "改用此法" not in said


def test_whoever_asks_why_is_told_because_of_what_the_means_are_others() -> None:
    li = Life(replace(PACKS["leling"], rules={"doctor-follow-up": replace(
        PACKS["leling"].rules["doctor-follow-up"], when=after("hardship-reported", hours(48)), who=Selector())}))  # fmt: skip
    li.hears(enrolled(), card().model_copy(update={"wishes": ("deaf",)}))
    li.hears(in_need())

    said = explain(li.care, DutyId(li.the("doctor-follow-up").duty_id)).sentence

    assert "办理“随访”，至少视频（因“听力不便”改用此法）" in said


def refused(pack: Path) -> list[tuple[str, int, str | None, str]]:
    return [(each.file.name, each.line, each.rule, each.zh) for each in mistakes_of(load_with_changes(pack))]


DEAF_LINE = "deaf: {zh: 听力不便, forbids: [phone], at_least: video, instead: {phone: visit, check-in: visit}}"


def line_of_strength(name: str) -> int:
    text = (SHUANGTA / "rules.yaml").read_text(encoding="utf-8").splitlines()
    begins = text.index(f"  - name: {name}")
    return next(n for n, line in enumerate(text[begins:], begins + 1) if line.startswith("    strength:"))


def test_a_pack_in_which_who_is_deaf_would_be_owed_a_call_is_refused_with_rule_and_whom(pack: Path) -> None:
    spoil(pack, "pack.yaml", DEAF_LINE, "deaf: {zh: 听力不便, forbids: [phone], instead: {phone: visit}}")

    assert refused(pack) == [
        ("rules.yaml", line_of_strength(name), name, f"“听力不便”的{whom}{away}仍会按“{kind}”欠着，电话也算办到")
        for name, whom, away, kind in (
            ("hospital-visit-liaison", "所有人", "（又赴子女处）", "电话"),
            ("hospital-visit-bureau", "所有人", "（又赴子女处）", "电话"),
            ("hardship-visit", "所有人", "（又赴子女处）", "电话"),
            ("family-change-visit", "所有人", "（又赴子女处）", "电话"),
            ("death-family-visit", "所有人", "（又赴子女处）", "电话"),
            ("weekly-greeting", "“空巢独居”的人", "", "问候"),
            ("monthly-call", "所有人", "（又赴子女处）", "电话"),
        )
    ]


def test_what_takes_the_place_of_a_call_may_be_no_call_either(pack: Path) -> None:
    spoil(pack, "pack.yaml", DEAF_LINE, "deaf: {zh: 听力不便, forbids: [phone, video], at_least: video, instead: {}}")

    said = refused(pack)

    assert {rule for _, _, rule, _ in said} >= {"weekly-greeting", "monthly-call"}
    assert any(zh.endswith("欠着，视频也算办到") for *_, zh in said)


def test_a_wish_that_no_sms_says_or_that_has_no_place_in_one_is_refused(pack: Path) -> None:
    spoil(pack, "messages.yaml", "  ask-first: {zh", "  ask-last: {zh")
    line = spoil(
        pack, "messages.yaml", "请问候{person}并登记，时限{due}。{wishes}", "请问候{person}并登记，时限{due}。"
    )
    spoil(pack, "messages.yaml", "Please greet {person}; due {due}. {wishes}", "Please greet {person}; due {due}.")
    wish = (
        (pack / "pack.yaml")
        .read_text(encoding="utf-8")
        .splitlines()
        .index("  ask-first: {zh: 先找的人, carries: whom}")
    )

    assert [(line, rule, zh) for _, line, rule, zh in refused(pack)] == [
        (line_of(pack, "  ask-last:"), None, "pack.yaml 没有“ask-last”这一意愿"),
        (line, "weekly-greeting", "短信“weekly-greeting”没有 {wishes}：承办人不知道“空巢独居”的人有什么意愿"),
        (wish + 1, None, "“先找的人”在短信里没有说法（messages.yaml 的 wishes）：承办人不知道"),
    ]


def line_of(pack: Path, begins: str) -> int:
    lines = (pack / "messages.yaml").read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(begins))


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        (DEAF_LINE, "deaf: {zh: 听力不便, at_least: video}", "写了 at_least，也要写不能用的强度（forbids）"),
        (DEAF_LINE, "deaf: {zh: 听力不便, forbids: [telepathy]}", "未知的联系强度“telepathy”"),
        ("carries: whom", "carries: hours", "只能有一种意愿写 carries: hours"),
    ],
)
def test_a_wish_that_says_what_cannot_be_is_refused_with_its_line(pack: Path, old: str, new: str, zh: str) -> None:
    line = spoil(pack, "pack.yaml", old, new)

    with pytest.raises(PackRefused) as refused:
        load_with_changes(pack)

    (mistake,) = refused.value.mistakes
    assert mistake.zh == zh and (mistake.line == line or "carries" in zh)
