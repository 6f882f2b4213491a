"""A name is found by how it may be typed: by its first characters, its pinyin with the surname read right, its initials."""

import pytest

from bus.sealed import FORMS, BlindIndex, typed
from bus.sealed.spelling import Spelling, readings, spellings

INDEX = BlindIndex(bytes(range(32)))


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("单田芳", ["shan tian fang"]),
        ("仇英", ["qiu ying"]),
        ("区伯", ["ou bo"]),
        ("曾国藩", ["zeng guo fan"]),
        ("查良镛", ["zha liang yong"]),
        ("解缙", ["xie jin"]),
        ("朴树", ["piao shu"]),
        ("盖叫天", ["ge jiao tian", "gai jiao tian"]),
        ("欧阳修", ["ou yang xiu"]),
        ("尉迟恭", ["yu chi gong"]),
        ("万俟卨", ["mo qi xie"]),
        ("单于飞", ["chan yu fei"]),
        ("单于", ["chan yu", "shan yu"]),
        ("吕布", ["lv bu"]),
        ("\ue0a1好", ["hao"]),
        ("好\ue0a1", ["hao"]),
        ("\ue0a1", []),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, read: list[str]) -> None:
    assert [" ".join(reading) for reading in readings(name)] == read


def test_a_name_is_kept_under_each_way_in_which_it_may_be_typed() -> None:
    assert set(spellings("单田芳")) == {
        Spelling("prefix", "单"), Spelling("prefix", "单田"),
        Spelling("pinyin-prefix", "shan"), Spelling("pinyin-prefix", "shantian"), Spelling("pinyin", "shantianfang"),
        Spelling("initials-prefix", "s"), Spelling("initials-prefix", "st"), Spelling("initials", "stf"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shan tian fang", "单田芳"), ("ShanTianFang", "单田芳"), ("shan'tian", "单田芳"), ("stf", "单田芳"), ("st", "单田芳"),
        ("单田", "单田芳"), (" 单 田 ", "单田芳"), ("lv bu", "吕布"), ("lyu bu", "吕布"), ("lü bu", "吕布"), ("lyubu", "吕布"),
        ("chan yu fei", "单于飞"), ("chanyufei", "单于飞"), ("mai mai ti", "买买提·吾甫尔"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_the_name(text: str, name: str) -> None:
    kept = {index for _, index in INDEX.spellings(name)}

    assert {INDEX.spelled(spelling) for spelling in typed(text)} & kept


@pytest.mark.parametrize(
    ("text", "name"), [("dan tian fang", "单田芳"), ("sh", "单田芳"), ("tian", "单田芳"), ("田芳", "单田芳")]
)
def test_what_is_another_name_does_not(text: str, name: str) -> None:
    kept = {index for _, index in INDEX.spellings(name)}

    assert not {INDEX.spelled(spelling) for spelling in typed(text)} & kept


@pytest.mark.parametrize("text", ["", "  ", "13800", "王?", "a1"])
def test_numbers_and_signs_are_no_part_of_a_name(text: str) -> None:
    assert [spelling for spelling in typed(text) if spelling.form != "prefix"] == []


def test_letters_with_spaces_are_syllables_and_no_initials() -> None:
    assert [spelling.form for spelling in typed("s t")] == ["pinyin", "pinyin-prefix"]
    assert [spelling.form for spelling in typed("st")] == list(FORMS[1:])


def test_a_form_is_part_of_the_index() -> None:
    assert INDEX.spelled(Spelling("pinyin", "li")) != INDEX.spelled(Spelling("initials", "li"))
    assert INDEX.spelled(Spelling("prefix", "单田芳")) != INDEX.whole("name", "单田芳")
