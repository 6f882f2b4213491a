"""What may be said in an SMS, and how a pack that says anything else is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.pack import PackRefused
from bus.pack.messages import read_messages
from bus.pack.texts import Text, UnfitText, parts_of, units, unsayable
from services.notify.voice import mobile, surname_of
from tests.notify.faces import MESSAGES, VOICE

CODES = {
    "hospital-visit-liaison", "hospital-visit-bureau", "family-changed", "death-family", "hardship", "greeting-missed",
    "duty-overdue", "duty-overdue-bureau", "duty-overdue-organisation", "monthly-call", "case-recalled", "weekly-greeting",
    "due-soon-digest", "said-died", "file-outdated", "reach-test", "holders-unreachable",
    "wishes-changed", "wishes-withdrawn", "post-vacant",
}  # fmt: skip
VALUES = {"person": "张老", "case": "JTLP", "due": "5月3日09:00", "unit": "双塔市水利局", "wishes": ""}
HEAD = """\
signature: 双塔市委老干部局
reply: 回复1已知晓 2无法前往 3非本人
timezone: Asia/Shanghai
quiet_hours: {from: "22:00", until: "07:00"}
expires_after_hours: {urgent: 12, normal: 48, bulk: 12}
silence_minutes: 10
digest: {at: "08:30", template: due-soon}
variables:
  person: {max: 4, otherwise: 有位老同志}
  case: {max: 4}
  due: {max: 11}
  count: {max: 3, otherwise: 多}
forbidden_words: [涉密]
templates:
  case-recalled: {zh: "编号{case}已撤回", en: "{case}", reply: false}
  due-soon: {zh: "{count}项，最早{due}", en: "{count} {due}", reply: false}
"""


def mistakes_in(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "pack.yaml").write_text("name: invented")
    (tmp_path / "messages.yaml").write_text(text)
    with pytest.raises(PackRefused) as refused:
        read_messages(tmp_path)
    return [f"{mistake.line}: {mistake.zh}" for mistake in refused.value.mistakes]


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


def test_a_test_says_nothing_of_anybody_and_asks_for_an_answer_and_a_report_says_no_more_than_how_many(
    tmp_path: Path,
) -> None:
    wrong = TESTED.replace("这是一条测试短信", "{person}").replace(
        'en: "a test", reply: true', 'en: "{person}", reply: false'
    )
    wrong = wrong.replace("{count}位收不到短信", "{due}收不到短信").replace(
        'en: "{count}", reply: false', 'en: "{due}", reply: true'
    )

    assert sorted(mistakes_in(tmp_path, REACH + wrong)) == [
        "27: “templates.reach-test”不能说{person}：它不说任何人任何事",
        "27: 测试短信要请对方回复",
        "28: “templates.unreachable”不能说{due}，只能说：count",
        "28: 联系不上的提醒不请回复",
    ]


def test_a_file_that_is_no_yaml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path, "a: [") == ["1: 不是合格的 YAML"]
    assert mistakes_in(tmp_path, "") == ["1: 文件是空的"]
    (tmp_path / "messages.yaml").unlink()
    with pytest.raises(PackRefused, match=r"messages\.yaml:1: 缺少这个文件"):
        read_messages(tmp_path)


def test_a_city_says_what_its_province_says_but_for_what_it_says_itself(tmp_path: Path) -> None:
    city, province = tmp_path / "city", tmp_path / "province"
    city.mkdir()
    province.mkdir()
    (province / "pack.yaml").write_text("layer: province")
    (province / "messages.yaml").write_text(HEAD)
    (city / "pack.yaml").write_text("layer: city\nextends: ../province")
    (city / "messages.yaml").write_text("signature: 另一市委老干部局\nvariables: {case: {max: four}}")

    with pytest.raises(PackRefused) as refused:
        read_messages(city)
    assert [(m.file, m.line) for m in refused.value.mistakes] == [(city / "messages.yaml", 2)]
    (city / "messages.yaml").write_text("signature: 另一市委老干部局")

    (city / "pack.yaml").write_text("layer: city\nextends: ../nowhere")
    with pytest.raises(PackRefused, match="没有这个上层目录"):
        read_messages(city)
    (city / "pack.yaml").write_text("layer: city\nextends: ../province")

    messages = read_messages(city)
    assert (messages.signature, set(messages.templates)) == ("另一市委老干部局", {"case-recalled", "due-soon"})


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
    courtesy, now = VOICE.courtesy, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
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


OF_A_CHANGE = """\
  wishes-changed: {zh: "编号{case}有变", en: "{case}", reply: false}
  wishes-withdrawn: {zh: "编号{case}照常", en: "{case}", reply: false}
"""
WISHES = OF_A_CHANGE + "wishes:\n  rest: {zh: %s, en: %s}\n"
PLACE = "  count: {max: 3, otherwise: 多}\n  wishes: {max: 40, otherwise: 另有约定。}\n"


@pytest.mark.parametrize(
    ("zh", "en", "place", "mistake"),
    [
        ("勿扰", "not now", None, "19: 有意愿要说，variables 里须有 wishes，并写 otherwise：几项一起放不下时的说法"),
        ('"{hours}勿扰"', "not now", PLACE, "21: “wishes.rest”：只能说 hours, whom，中英文一致"),
        ('"{phone}勿扰"', '"{phone}"', PLACE, "21: “wishes.rest”：只能说 hours, whom，中英文一致"),
        ('"{hours"', "not now", PLACE, "21: “wishes.rest”的花括号不对"),
        ("在病房勿扰", "not now", PLACE, "21: “wishes.rest.zh”不能有'病房'"),
        (
            '"每天{hours}都在午休，请不要打电话，请不要上门"',
            '"{hours}"',
            PLACE,
            "21: “wishes.rest”：放不下“每天12:00-15:00、18:00-07:00都在午休，请不要打电话，请不要上门。”，最多40字",
        ),
    ],
)
def test_a_wish_that_no_sms_could_say_is_refused(
    tmp_path: Path, zh: str, en: str, place: str | None, mistake: str
) -> None:
    text = HEAD.replace("  count: {max: 3, otherwise: 多}\n", place) if place is not None else HEAD

    assert mistakes_in(tmp_path, text + WISHES % (zh, en)) == [mistake]


def test_who_was_told_must_be_told_of_other_wishes_too(tmp_path: Path) -> None:
    text = HEAD.replace("  count: {max: 3, otherwise: 多}\n", PLACE) + (WISHES % ("勿扰", "not now"))

    assert mistakes_in(tmp_path, text.replace(OF_A_CHANGE, "")) == [
        "15: 缺少模板“wishes-changed”：意愿变了，已经通知过的承办人不知道",
        "15: 缺少模板“wishes-withdrawn”：意愿变了，已经通知过的承办人不知道",
    ]
