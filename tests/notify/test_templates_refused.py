"""A pack that says in an SMS what may not be said, or leaves unsaid what must, is refused, each mistake with its line."""

from pathlib import Path

import pytest

from bus.pack import PackRefused
from bus.pack.messages import read_messages
from tests.notify.messages import HEAD, mistakes_in


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
        "17: “templates.too-long”：最长136字，合3条，最多2条",
        "18: “templates.unknown-variable”：中英文的变量不一致",
        "18: “templates.unknown-variable”：未知的变量{ward}",
        "19: “templates.illness.zh”不能有'诊断'",
        "21: “templates.brackets.zh”不能有'【'",
        "21: “templates.brackets.zh”不能有'】'",
        "24: “templates.line-break.zh”不能有'\\n'",
        "25: “templates.secret.zh”不能有'涉密'",
        "26: “templates.conversion”：中英文的变量不一致",
        "26: “templates.conversion”：未知的变量{person!r}",
        "27: “templates.open-brace”的花括号不对",
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

    assert mistakes_in(tmp_path, wrong + "  case-recalled: {zh: 一, en: a, reply: false}\n") == [
        "2: 应写作 回复1… 2… 3…",
        "3: 没有时区“Asia/Nowhere”",
        "4: 钟点应写作 08:00",
        "6: “silence_minutes”应大于 0",
        "7: 不认识的键“silence_hours”",
        "11: “max”应为整数",
        "17: “reply”应为 true 或 false",
        "18: 键“case-recalled”重复",
    ]


def test_a_pack_that_cannot_take_anything_back_is_refused(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path, HEAD.replace("case-recalled", "something-else").replace("bulk", "mass")) == [
        "5: 每条通道写一次：urgent, normal, bulk（“bulk”）",
        "5: 每条通道写一次：urgent, normal, bulk（“mass”）",
        "14: 缺少模板“case-recalled”：误报的通知无法撤回",
    ]


def test_a_digest_that_could_not_go_out_at_its_hour_or_says_more_than_how_many_and_when_is_refused(
    tmp_path: Path,
) -> None:
    night = HEAD.replace('at: "08:30"', 'at: "06:59"')
    names = HEAD.replace("{count}项，最早{due}", "{person}{due}").replace("{count} {due}", "{person} {due}")
    long = HEAD.replace("{count}项，最早{due}", "{count}{due}" + "长" * 47)
    other = HEAD.replace("编号{case}已撤回", "{count}已撤回").replace('"{case}"', '"{count}"')

    assert mistakes_in(tmp_path, night) == ["7: 06:59 在免打扰时段内"]
    assert mistakes_in(tmp_path, HEAD.replace("template: due-soon", "template: soon")) == [
        "7: 缺少模板“soon”",
        "16: “templates.due-soon”不能说{count}，只能说：case, due, person, unit, wishes",
    ]
    assert mistakes_in(tmp_path, HEAD.replace('{due}", reply: false', '{due}", reply: true')) == [
        "16: 到期提醒不请回复"
    ]
    assert mistakes_in(tmp_path, names) == ["16: “templates.due-soon”不能说{person}，只能说：count, due"]
    assert mistakes_in(tmp_path, long) == ["16: “templates.due-soon”：最长71字，合2条，最多1条"]
    assert mistakes_in(tmp_path, other) == [
        "15: “templates.case-recalled”不能说{count}，只能说：case, due, person, unit, wishes"
    ]
    assert mistakes_in(tmp_path, HEAD.replace("digest:", "digests:"))[:1] == ["1: 缺少“digest”"]


REACH = """\
reachability:
  every_days: 31
  spread_days: 7
  answer_within_hours: 72
  again_days: 7
  hours: {from: "09:00", until: "17:00"}
  weekdays: [1, 2, 3, 4, 5]
  template: reach-test
  told_up: unreachable
  levels: [[liaison], [unit-leader]]
"""
TESTED = (
    HEAD
    + """\
  reach-test: {zh: "这是一条测试短信", en: "a test", reply: true}
  unreachable: {zh: "{count}位收不到短信", en: "{count}", reply: false}
"""
)


@pytest.mark.parametrize(
    ("said", "instead", "mistakes"),
    [
        ("template: reach-test", "template: test", ["8: 缺少模板“test”"]),
        ("told_up: unreachable", "told_up: gone", ["9: 缺少模板“gone”"]),
        ("spread_days: 7", "spread_days: 31", ["1: spread_days 应小于 every_days"]),
        ('from: "09:00"', 'from: "17:00"', ["6: 工作时间应在一天之内：从早到晚"]),
        ('until: "17:00"', 'until: "22:30"', ["6: 22:30 在免打扰时段内"]),
        ("[1, 2, 3, 4, 5]", "[0, 8]", ["7: 应为 1（周一）至 7（周日），各写一次"]),
        ("[[liaison], [unit-leader]]", "[[liaison], [liaison]]", ["1: 角色“liaison”写了不止一次"]),
    ],
)
def test_a_test_that_could_not_be_sent_answered_or_told_of_is_refused(
    tmp_path: Path, said: str, instead: str, mistakes: list[str]
) -> None:
    found = mistakes_in(tmp_path, REACH.replace(said, instead) + TESTED)

    assert [line for line in found if "templates" not in line] == mistakes


def test_a_file_that_is_no_yaml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path, "a: [") == ["1: 不是合格的 YAML"]
    assert mistakes_in(tmp_path, "") == ["1: 文件是空的"]
    (tmp_path / "messages.yaml").unlink()
    with pytest.raises(PackRefused, match=r"messages\.yaml:1: 缺少这个文件"):
        read_messages(tmp_path)


WISHES = "wishes:\n  rest: {zh: %s, en: %s}\n"
PLACE = "  count: {max: 3, otherwise: 多}\n  wishes: {max: 40, otherwise: 另有约定。}\n"


@pytest.mark.parametrize(
    ("zh", "en", "place", "mistake"),
    [
        ("勿扰", "not now", None, "17: 有意愿要说，variables 里须有 wishes，并写 otherwise：几项一起放不下时的说法"),
        ('"{hours}勿扰"', "not now", PLACE, "19: “wishes.rest”：只能说 hours, whom，中英文一致"),
        ('"{phone}勿扰"', '"{phone}"', PLACE, "19: “wishes.rest”：只能说 hours, whom，中英文一致"),
        ('"{hours"', "not now", PLACE, "19: “wishes.rest”的花括号不对"),
        ("在病房勿扰", "not now", PLACE, "19: “wishes.rest.zh”不能有'病房'"),
        (
            '"每天{hours}都在午休，请不要打电话，请不要上门"',
            '"{hours}"',
            PLACE,
            "19: “wishes.rest”：放不下“每天12:00-15:00、18:00-07:00都在午休，请不要打电话，请不要上门。”，最多40字",
        ),
    ],
)
def test_a_wish_that_no_sms_could_say_is_refused(
    tmp_path: Path, zh: str, en: str, place: str | None, mistake: str
) -> None:
    text = HEAD.replace("  count: {max: 3, otherwise: 多}\n", place) if place is not None else HEAD

    assert mistakes_in(tmp_path, text + WISHES % (zh, en)) == [mistake]
