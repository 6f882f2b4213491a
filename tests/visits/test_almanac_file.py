"""The calendar is data; a wrong file is refused with everything that is wrong: file and line, in Chinese first."""

from datetime import date
from pathlib import Path

import pytest

from bus.pack.mistakes import PackRefused
from services.visits.domain.almanac import Lunar, Occasion, Solar, Term, Workdays
from tests.visits.days import CALENDAR, load

RIGHT = """\
occasions:
  liberation: {zh: 本市解放, days: 08-17}
  two-festivals: {zh: 两节, days: 01-01..lunar 01-15}
  year-end: {zh: 岁末, days: lunar 12-23..lunar 12-30}
  hot-days:
    zh: 三伏
    days: 小暑+10d..处暑-1d
    chosen: 本市自定
workdays:
  2028:
    off: [2027-12-31..2028-01-02, 2028-05-01]
    on: [2028-02-05]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "calendar.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(*files: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(PackRefused) as refused:
        load(*files)
    return [(mistake.file.name, mistake.line, mistake.zh) for mistake in refused.value.mistakes]


def test_an_almanac_says_all_that_the_file_says(tmp_path: Path) -> None:
    told = load(written(tmp_path, RIGHT))

    assert told.occasions == {
        "liberation": Occasion("liberation", "本市解放", Solar(8, 17), Solar(8, 17)),
        "two-festivals": Occasion("two-festivals", "两节", Solar(1, 1), Lunar(1, 15)),
        "year-end": Occasion("year-end", "岁末", Lunar(12, 23), Lunar(12, 30)),
        "hot-days": Occasion("hot-days", "三伏", Term("小暑", 10), Term("处暑", -1)),
    }
    off = frozenset({date(2028, 1, 1), date(2028, 1, 2), date(2028, 5, 1)})
    assert told.workdays == {2028: Workdays(off, frozenset({date(2028, 2, 5)}))}


def test_a_city_adds_days_of_its_own(tmp_path: Path) -> None:
    told = load(CALENDAR, written(tmp_path, RIGHT))

    assert set(told.occasions) == {"liberation", "two-festivals", "year-end", "hot-days", *load(CALENDAR).occasions}


NOT_EVERY_YEAR = "应写作每年都有的日子：10-01、lunar 01-15、小暑、处暑-1d，一段写作 小暑..处暑"


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("days: 08-17", "days: 02-29", NOT_EVERY_YEAR),
        ("days: 08-17", "days: 08-32", NOT_EVERY_YEAR),
        ("days: 08-17", "days: lunar 08-31", NOT_EVERY_YEAR),
        ("days: 08-17", "days: 大热", NOT_EVERY_YEAR),
        ("days: 08-17", "days: 小暑+3", NOT_EVERY_YEAR),
        ("days: 08-17", "days: 817", NOT_EVERY_YEAR),
        ("days: 08-17", "days: ..08-17", NOT_EVERY_YEAR),
        ("days: 08-17", "days: ", NOT_EVERY_YEAR),
        ("days: 08-17", "days: 08-17, day: 08-17", "不认识的键“day”"),
        ("zh: 本市解放, ", "", "缺少“zh”"),
        ("liberation:", "Liberation:", "“Liberation”只能用小写字母、数字和连字符"),
        ("days: 01-01..lunar 01-15", "days: 02-01..lunar 01-01", "2020年的这一段长过半年"),
        ("days: 01-01..lunar 01-15", "days: 03-01..02-15", "2019年的这一段长过半年"),
        ("2028:", "28:", "年份应写作 2027"),
        ("2027-12-31..2028-01-02", "2027-12-31..2028-01-32", "日期应写作 2026-02-14"),
        ("2027-12-31..2028-01-02", "12-31..01-02", "日期应写作 2026-02-14"),
        ("2027-12-31..2028-01-02", "2028-01-02..2027-12-31", "一段放假应从早到晚，不超过31天"),
        ("2027-12-31..2028-01-02", "2027-12-31..2028-02-02", "一段放假应从早到晚，不超过31天"),
        ("2027-12-31..2028-01-02", "2027-11-30..2027-12-02", "不是2028年的日子"),
        ("2028-05-01]", "2029-01-01]", "不是2028年的日子"),
        ("on: [2028-02-05]", "on: [2027-02-06]", "不是2028年的日子"),
        ("on: [2028-02-05]", "on: [2028-02-04]", "2028-02-04 不是周末，不必调休上班"),
        ("on: [2028-02-05]", "on: [2028-01-02]", "2028-01-02 既放假又上班"),
        ("on: [2028-02-05]", "on: 2028-02-05", "“on”应为列表"),
        ("off: [2027-12-31..2028-01-02, 2028-05-01]", "off: []", "不能为空"),
        ("    on: [2028-02-05]\n", "", "缺少“on”"),
        ("workdays:", "work:", "不认识的键“work”"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, zh: str) -> None:
    assert RIGHT.count(old) == 1
    before, _, after = RIGHT.partition(old)

    ((_, line, said),) = mistakes(written(tmp_path, before + new + after))

    assert said == zh
    missing = zh.startswith("缺少")
    assert missing or line == before.count("\n") + 1


def test_a_feast_that_ends_before_it_begins_in_some_years_only_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "occasions:\n  both: {zh: 中秋国庆, days: lunar 08-15..10-02}\n")

    assert mistakes(file) == [("calendar.yaml", 2, "2025年的这一段长过半年")]


def test_what_stands_in_one_file_is_not_changed_by_another(tmp_path: Path) -> None:
    again = written(
        tmp_path, "workdays:\n  2026: {off: [2026-01-01], on: []}\noccasions:\n  qingming: {zh: 清明, days: 04-05}\n"
    )
    lines = CALENDAR.read_text(encoding="utf-8").splitlines()
    year, qingming = lines.index("  2026:") + 1, lines.index("  qingming: {zh: 清明, days: 清明}") + 1

    assert mistakes(CALENDAR, again) == [
        ("calendar.yaml", 2, f"“2026”重复：calendar.yaml:{year} 已有"),
        ("calendar.yaml", 4, f"“qingming”重复：calendar.yaml:{qingming} 已有"),
    ]


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("08-17", "08-32").replace("days: 小暑+10d", "days: 夏天").replace("2028-05-01", "2028-05-32")

    found = mistakes(tmp_path / "none.yaml", written(tmp_path, text))

    assert [(file, line) for file, line, _ in found] == [
        ("none.yaml", 1),
        ("calendar.yaml", 2),
        ("calendar.yaml", 7),
        ("calendar.yaml", 11),
    ]
