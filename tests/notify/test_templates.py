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
from tests.notify.messages import CODES, HEAD, VALUES, mistakes_in
from tests.notify.test_templates_refused import REACH, TESTED


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
