"""What may be said in an SMS, and how a pack that says anything else is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.pack import WrongMessages, read_messages
from services.notify.templates import Text, UnfitText, parts_of, units, unsayable
from services.notify.voice import mobile, surname_of
from tests.notify.faces import MESSAGES

CODES = {
    "hospital-visit-liaison", "hospital-visit-bureau", "family-changed", "death-family", "hardship", "greeting-missed",
    "duty-overdue", "duty-overdue-bureau", "duty-overdue-organisation", "monthly-call", "case-recalled", "weekly-greeting",
}  # fmt: skip
VALUES = {"person": "张老", "case": "JTLP", "due": "5月3日09:00", "unit": "双塔市水利局"}
HEAD = """\
signature: 双塔市委老干部局
reply: 回复1已知晓 2无法前往 3非本人
timezone: Asia/Shanghai
quiet_hours: {from: "22:00", until: "07:00"}
expires_after_hours: {urgent: 12, normal: 48, bulk: 12}
silence_minutes: 10
variables:
  person: {max: 4, otherwise: 有位老同志}
  case: {max: 4}
forbidden_words: [涉密]
templates:
  case-recalled: {zh: "编号{case}已撤回", en: "{case}", reply: false}
"""


def mistakes_in(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "messages.yaml"
    file.write_text(text)
    with pytest.raises(WrongMessages) as wrong:
        read_messages(file)
    return [line.removeprefix(f"{file}:") for line in str(wrong.value).splitlines()]


def test_the_shipped_pack_says_everything_that_its_rules_name() -> None:
    assert set(MESSAGES.templates) == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_no_template_needs_more_than_two_parts_at_its_worst(code: str) -> None:
    worst = MESSAGES.worst(MESSAGES.templates[code])

    assert worst.parts <= 2
    assert worst.text.startswith("【双塔市委老干部局】")
    assert unsayable(worst.text.removeprefix("【双塔市委老干部局】"), MESSAGES.forbidden_words) == []


def test_the_signature_is_counted_and_the_answers_are_offered() -> None:
    said = MESSAGES.render(MESSAGES.templates["weekly-greeting"], VALUES)

    assert said == Text(
        "【双塔市委老干部局】请问候张老并登记，时限5月3日09:00。编号JTLP。回复1已知晓 2无法前往 3非本人", 1
    )


def test_a_value_too_long_or_missing_is_refused_and_never_cut() -> None:
    template = MESSAGES.templates["weekly-greeting"]

    for wrong in (
        {"person": "一个很长的名字"},
        {"case": "JTLPX"},
        {"due": ""},
        {"person": "张【老"},
        {"person": "张\n老"},
    ):
        with pytest.raises(UnfitText):
            MESSAGES.render(template, VALUES | wrong)


def test_what_does_not_fit_is_said_in_the_packs_own_words() -> None:
    unfit = {"person": "", "case": "JTLP", "unit": "双塔市自然资源和规划局第二分局离退休工作处", "diagnosis": "…"}

    assert MESSAGES.fitting(unfit) == {"person": "有位老同志", "case": "JTLP", "unit": "管理单位"}
    assert MESSAGES.fitting({"unit": "双塔市肿瘤医院"}) == {"unit": "管理单位"}


def test_every_mistake_of_a_pack_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    wrong = (
        HEAD
        + """\
  too-long: {zh: "{person}%s", en: "{person}", reply: true}
  unknown-variable: {zh: "{person}在{ward}", en: "{person}", reply: true}
  illness: {zh: "{person}诊断已出", en: "{person}", reply: true}
  brackets:
    zh: "【{person}】"
    en: "{person}"
    reply: true
  line-break: {zh: "{person}\\n好", en: "{person}", reply: true}
  secret: {zh: "涉密{person}", en: "{person}", reply: true}
  conversion: {zh: "{person!r}", en: "{person}", reply: true}
  open-brace: {zh: "{person", en: "{person}", reply: true}
"""
        % ("长" * 104)
    )

    assert mistakes_in(tmp_path, wrong) == [
        "13: templates.too-long.zh: 136 characters at worst are 3 parts; at most 2 are sent",
        "14: templates.unknown-variable.en: zh and en do not name the same variables",
        "14: templates.unknown-variable.zh: unknown variable {ward}",
        "15: templates.illness.zh: must not hold '诊断'",
        "17: templates.brackets.zh: must not hold '【'",
        "17: templates.brackets.zh: must not hold '】'",
        "20: templates.line-break.zh: must not hold '\\n'",
        "21: templates.secret.zh: must not hold '涉密'",
        "22: templates.conversion.en: zh and en do not name the same variables",
        "22: templates.conversion.zh: unknown variable {person!r}",
        "23: templates.open-brace: braces: expected '}' before end of string",
    ]


def test_a_file_without_its_shape_is_refused_line_by_line(tmp_path: Path) -> None:
    wrong = (
        HEAD.replace("Asia/Shanghai", "Asia/Nowhere")
        .replace('"22:00"', '"25:00"')
        .replace("silence_minutes: 10", "silence_minutes: 0\nsilence_hours: 1")
        .replace("回复1已知晓 2无法前往 3非本人", "回复Y")
        .replace("{max: 4}", "{max: four}")
        .replace("reply: false", "reply: maybe")
    )

    lines = mistakes_in(tmp_path, wrong + "  case-recalled: {zh: 一, en: a, reply: false}\n")

    assert [line.split(": ")[:2] for line in lines] == [
        ["2", "reply"],
        ["3", "timezone"],
        ["4", "quiet_hours.from"],
        ["6", "silence_minutes"],
        ["7", "silence_hours"],
        ["10", "variables.case.max"],
        ["14", "templates.case-recalled"],
    ]


def test_a_pack_that_cannot_take_anything_back_is_refused(tmp_path: Path) -> None:
    lines = mistakes_in(tmp_path, HEAD.replace("case-recalled", "something-else").replace("bulk", "mass"))

    assert [line.split(": ")[:2] for line in lines] == [
        ["5", "expires_after_hours.bulk"],
        ["5", "expires_after_hours.mass"],
        ["11", "templates"],
    ]


def test_a_file_that_is_no_yaml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in mistakes_in(tmp_path, "a: [")[0]
    assert mistakes_in(tmp_path, "")[0].startswith("1: file:")
    with pytest.raises(WrongMessages):
        read_messages(tmp_path / "missing.yaml")


@given(st.text(st.sampled_from("长a😀"), min_size=1, max_size=300))
def test_parts_are_counted_as_a_handset_joins_them(text: str) -> None:
    assert parts_of("【" + text) == _by_hand("【" + text)


def _by_hand(text: str) -> int:
    """Character by character: none is split between two parts."""
    if units(text) <= 70:
        return 1
    parts, room = 1, 67
    for character in text:
        if units(character) > room:
            parts, room = parts + 1, 67
        room -= units(character)
    return parts


@given(st.integers(0, 366 * 24 * 60))
def test_no_greeting_is_sent_between_ten_and_seven_and_none_is_kept_longer(minute: int) -> None:
    courtesy, now = MESSAGES.courtesy, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    civil_hour = now.astimezone(courtesy.zone).hour

    held = courtesy.not_before("normal", now)

    assert (held is not None) == (civil_hour >= 22 or civil_hour < 7)
    assert courtesy.not_before("urgent", now) is None
    if held is not None:
        assert held.astimezone(courtesy.zone).hour == 7 and now < held <= now + timedelta(hours=9)
        assert courtesy.expires_at("normal", now) == held + timedelta(hours=48)


def test_a_surname_is_taken_only_where_it_is_certain() -> None:
    certain = {"张国栋": "张", "张 国 栋": "张", "欧阳修": "欧阳", "司马相如": "司马", "李白": "李", "欧阳": "欧"}
    surnames = certain | dict.fromkeys(("买买提·吐尔逊", "阿不都热合", "A", "王"), "")

    assert {name: surname_of(name) for name in surnames} == surnames


def test_only_a_mobile_takes_sms() -> None:
    numbers = {
        "+8619900001234": "+8619900001234",
        "19900001234": "+8619900001234",
        "057188888888": None,
        "95588": None,
        "": None,
    }

    assert {number: mobile(number) for number in numbers} == numbers
