"""A roster read and judged: what a spreadsheet does to data is told and never guessed, and every fault of every row at once."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from xlsxwriter import Workbook

from bus.pack import read_words
from bus.testing import MORNING, SHIPPED
from services.registry.bodies.fields import HOUR
from services.registry.roster import words
from services.registry.roster.apart import read_apart
from services.registry.roster.book import MOST_ROWS, Unreadable, read_book
from services.registry.roster.choosing import chosen, confirmed, ranges
from services.registry.roster.headings import HEADINGS as CATALOGUE
from services.registry.roster.headings import KNOWN, letter, spelled
from services.registry.roster.judging import Judged, Known, KnownPerson, KnownUnit, Meaning, judge
from services.registry.roster.rows import Draft, Roster, is_roster, read_roster
from services.registry.roster.template import template
from tests.registry.rosters import HEADINGS, csv_file, row, xls, xlsx
from tests.registry.town import CITY, COUNTY, LANE, WATER, ZHANG, named, resident_id

WORDS = read_words(SHIPPED)
NUMBER = resident_id(date(1938, 5, 12), 1)


@pytest.fixture(autouse=True)
def it_is_morning() -> Iterator[None]:
    token = HOUR.set(MORNING)
    yield
    HOUR.reset(token)


def called(section: str) -> Mapping[str, str]:
    return WORDS.zh.get(section, {})


def read(data: bytes) -> Roster:
    return read_roster(read_book(data)[0], called)


def draft(**cells: Any) -> Draft:
    (one,) = read(xlsx(row(1, **cells))).drafts
    return one


def faults(of: Draft) -> list[tuple[str | None, str | None, str]]:
    return [(fault.column, fault.value, fault.says) for fault in of.faults]


def notes(of: Draft) -> list[str]:
    return [note.says for note in of.notes]


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_xlsx_xls_and_csv_in_each_encoding_hold_the_same_people() -> None:
    rows = [row(1), row(2)]
    files = [
        xlsx(*rows),
        xls(*rows),
        csv_file(*rows),
        csv_file(*rows, encoding="utf-8"),
        csv_file(*rows, encoding="gb18030"),
    ]

    assert [read(data).drafts for data in files] == [read(files[0]).drafts] * 5
    assert [one.given["resident_id"][-4:] for one in read(files[1]).drafts] == ["0013", "0021"]


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    """Under a title, and beside an empty row."""
    found = read(xlsx(row(1), [], row(2), title="双塔市离休干部花名册"))

    assert [one.row for one in found.drafts] == [3, 5]


def test_a_column_is_called_as_the_spreadsheet_calls_it() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


async def test_a_workbook_is_read_in_a_process_of_its_own_to_the_same_end() -> None:
    data = xlsx(row(1, 联系电话=19900000001, 居住类别=None), row(2))

    assert await read_apart(data) == read_book(data)


async def test_a_file_that_unpacks_to_more_than_there_is_memory_ends_its_reader_alone() -> None:
    """Two cells, in two corners of the largest sheet: each cell between them would take memory."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "姓名")
        sheet.write_string(1_048_575, 16_383, "x")

    with pytest.raises(Unreadable, match="展开后过大"):
        await read_apart(out.getvalue())


def test_an_archive_that_says_it_is_huge_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registry.roster.book.MOST_UNPACKED", 1_000)

    with pytest.raises(Unreadable, match="展开后过大"):
        read_book(xlsx(row(1)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", words.NO_HEADINGS.format(rows=10)),
        (b"\x89PNG\r\n\x1a\n\x00\x00", words.UNREADABLE),
        (b"PK\x03\x04 torn", words.UNREADABLE),
        (b"\xd0\xcf\x11\xe0 torn", words.UNREADABLE),
        ("姓名,身份证号".encode("utf-16"), words.UNREADABLE),
        ("姓名,身份证号\n".encode() + b"\xff\xff\xff", words.ENCODING),
        (csv_file(*[row(1)] * (MOST_ROWS + 20)), words.TOO_LARGE.format(rows=20_000, columns=200)),
        (csv_file(["x"] * 300), words.TOO_LARGE.format(rows=20_000, columns=200)),
    ],
)
def test_what_is_no_roster_is_refused_with_the_cure(data: bytes, says: str) -> None:
    try:
        told = read(data).faults[0].says
    except Unreadable as refused:
        told = str(refused)

    assert told == says


# ── headings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_headings_are_known_by_their_synonyms_and_without_the_marks_of_forms() -> None:
    headings = [
        "序 号",
        "＊姓名",
        "公民身份号码（必填）",
        "管理（原）单位",
        "人员\n类别",
        "居住情况",
        "手机：",
        "所在社区",
        "联络员",
        "联络员手机",
    ]

    found = read(xlsx(row(1), headings=headings))

    assert found.drafts[0].given.keys() == draft().given.keys()


def test_no_spelling_means_two_columns() -> None:
    spellings = [spelled(written) for heading in CATALOGUE for written in (heading.zh, *heading.also)]

    assert len(spellings) == len(KNOWN)


def test_unknown_headings_are_told_with_what_they_may_have_been_meant_as() -> None:
    headings = [*HEADINGS[:6], "联系电话号", "籍贯", *HEADINGS[8:]]

    found = read(xlsx(row(1), headings=headings))

    assert [(note.row, note.column, note.heading, note.says) for note in found.notes] == [
        (1, "A", "序号", "不导入"),
        (1, "G", "联系电话号", "不认得的栏目，不导入；是否为“联系电话”？"),
        (1, "H", "籍贯", "不认得的栏目，不导入"),
    ]
    assert "phones" not in found.drafts[0].given


def test_a_double_heading_and_a_missing_one_stop_the_roster() -> None:
    headings = ["序号", "姓名", "身份证号", "单位", "类别", "工作单位"]

    found = read(xlsx(row(1), headings=headings))

    assert found.drafts == ()
    assert [(fault.column, fault.heading, fault.says) for fault in found.faults] == [
        ("F", "工作单位", "与 D 栏重复：都是“单位”，不知以哪一栏为准"),
        (None, "居住类别", "缺少“居住类别”一栏"),
    ]


def test_the_template_is_a_roster_and_its_examples_are_taken() -> None:
    data = template(WORDS)
    book = load_workbook(io.BytesIO(data))
    guide = book.get_sheet_by_name("填写说明").to_python()
    examples = {str(line[0]): str(line[4]) for line in guide[1:] if line[4]}

    filled = read(xlsx(list(examples.values()), headings=list(examples)))

    assert [is_roster(sheet) for sheet in read_book(data)] == [True, False]
    assert [str(line[0]) for line in guide[1:]] == [heading.zh for heading in CATALOGUE]
    assert (filled.drafts[0].faults, len(filled.drafts[0].given)) == ((), len(examples))


def test_the_how_to_tells_every_column_as_it_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "import-a-roster.md").read_text(encoding="utf-8")

    for heading in CATALOGUE:
        needed = "是" if heading.needed else ""
        assert f"| {heading.zh} | {needed} | {'、'.join(heading.also)} | {heading.how} |" in page


# ── what a spreadsheet does to data ──────────────────────────────────────────────────────────────────────────────────


def test_a_row_that_is_well_says_nothing() -> None:
    assert (draft().faults, draft().notes) == ((), ())


@pytest.mark.parametrize(
    ("written", "shown", "says"),
    [
        (990101193805120013, "…e+17", words.NUMBER_FORMAT),
        (990101380512001, "…2001", words.NUMBER_FORMAT),
        ("9.90101E+17", "…E+17", words.SCIENTIFIC),
        ("9.90101193805120e+17", "…e+17", words.SCIENTIFIC),
        ("990101193805120013.0", "…0013", words.POINT_ZERO),
        ("990101193805120000", "…0000", "身份证号校验码不符" + words.ZEROS),
        (date(1938, 5, 12), "…5-12", words.AS_DATE),
        ("99010119380512001", "…2001", "身份证号应为18位（旧号15位）"),
        (NUMBER[:-1] + "4", "…0014", "身份证号校验码不符"),
        ("990101193813120010", "…0010", "身份证号中的出生日期不存在"),
        ("9901011938O5120013", "…0013", "身份证号只能是数字，末位可为X"),
        (True, "T…", words.NOT_TEXT),
        (None, "", words.MISSING),
        ("   ", "", words.MISSING),
    ],
)
def test_a_resident_id_that_a_spreadsheet_has_touched_is_refused_and_not_guessed(
    written: object, shown: str, says: str
) -> None:
    assert faults(draft(身份证号=written)) == [("C", shown, says)]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (f" {NUMBER[:6]} {NUMBER[6:]} ", [words.SPACES]),
        ("９９０１０１１９３８０５１２００１３", [words.WIDTH]),
        (f"'{NUMBER}", [words.APOSTROPHE]),
        ("990101380512001", [words.OLD_NUMBER]),
    ],
)
def test_a_resident_id_is_mended_where_nothing_is_lost_and_that_is_said(written: str, says: list[str]) -> None:
    found = draft(身份证号=written)

    assert (found.given["resident_id"], found.faults, notes(found)) == (NUMBER, (), says)


def test_a_resident_id_that_was_cut_to_zeros_is_no_proof_by_its_check_digit_until_the_row_is_confirmed() -> None:
    """Of the numbers that a spreadsheet has cut to fifteen digits one in eleven has a fitting check digit."""
    cut = next(number for n in range(100, 1000, 100) for day in range(1, 29)
               if (number := resident_id(date(1938, 5, day), n)).endswith("000"))  # fmt: skip
    written = draft(身份证号=cut)

    told = judge(written, Known(UNITS))
    other = judge(written, Known(UNITS, confirmed=frozenset({written.row + 1})))
    looked_at = judge(written, Known(UNITS, confirmed=frozenset({written.row})))
    there = judge(written, Known(UNITS, people={cut: KnownPerson(ZHANG, CITY, COUNTY, WATER, {})}))

    assert [(fault.row, fault.column, fault.value, fault.says) for fault in told.faults] == [
        (written.row, "C", f"…{cut[-4:]}", words.ZEROS_FIT)
    ]
    assert (told.meaning, other.meaning, looked_at.meaning) == (Meaning.FAULTY, Meaning.FAULTY, Meaning.NEW)
    assert words.ZEROS_FIT not in {fault.says for fault in there.faults}


def test_rows_are_confirmed_one_by_one_and_never_all() -> None:
    assert [confirmed(said) for said in (None, "5", "5, 7", "all", "2-9", "")] == [
        frozenset(), frozenset({5}), frozenset({5, 7}), None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1938-05-12", []),
        ("1938.5.12", []),
        ("1938年5月12日", []),
        ("1938年5月", []),
        ("193805", []),
        (date(1938, 5, 12), []),
        (19380512, []),
        ("1938-05-13", [words.NOT_THE_IDS]),
        ("1938.6", [words.NOT_THE_IDS]),
        (14012, [words.SERIAL]),
        (1938.1, [words.SERIAL]),
        ("1938年5月32日", [words.NO_DATE]),
        ("三八年五月", [words.NO_DATE]),
    ],
)
def test_a_birth_date_must_be_the_resident_id_s_and_a_serial_number_is_none(
    written: object, read_as: list[str]
) -> None:
    headings = [*HEADINGS[:9], "出生日期"]

    (found,) = read(xlsx([*row(1)[:8], None, written], headings=headings)).drafts

    assert [fault.says for fault in found.faults] == read_as


@pytest.mark.parametrize(
    ("written", "phones", "says"),
    [
        ("19900001234、05932822222", ("+8619900001234", "+865932822222"), []),
        ("199 0000 1234", ("+8619900001234",), [words.SPACES]),
        (19900001234, ("+8619900001234",), ["是数字格式，按 1234 结尾读取"]),
        ("'+8619900001234", ("+8619900001234",), [words.APOSTROPHE]),
    ],
)
def test_phones_are_read_one_by_one(written: object, phones: tuple[str, ...], says: list[str]) -> None:
    found = draft(联系电话=written)

    assert (found.given["phones"], notes(found), found.faults) == (phones, says, ())


@pytest.mark.parametrize(
    ("written", "shown", "says"),
    [
        ("1.99E+10", "…", words.SCIENTIFIC),
        ("19900001234.0", "…1234", words.POINT_ZERO),
        (199000012.5, "…12.5", words.NUMBER_FORMAT),
        ("12345", "…", "没有这样的电话号码"),
    ],
)
def test_a_phone_that_a_spreadsheet_has_touched_is_refused(written: object, shown: str, says: str) -> None:
    assert faults(draft(联系电话=written)) == [("G", shown, says)]


def test_a_name_that_was_set_apart_by_spaces_is_put_together() -> None:
    assert (draft(姓名="张　三").given["name"], notes(draft(姓名="张　三"))) == ("张三", [words.SPACES])
    assert draft(姓名="买买提·阿 Ali B").given["name"] == "买买提·阿 Ali B"


def test_kinds_and_categories_are_the_city_s_words_or_the_only_one_that_begins_so() -> None:
    short, wrong = draft(类别="离休"), draft(类别="休干", 居住类别="独居")

    assert (short.given["kind"], notes(short)) == ("veteran-cadre", ["读作“离休干部”"])
    assert [says for _, _, says in faults(wrong)] == [
        words.ONE_OF.format(words="、".join(called(section).values())) for section in ("person_kinds", "categories")
    ]


def test_a_liaison_has_a_name_and_a_phone() -> None:
    assert faults(draft(联络员电话=None)) == [("J", "", words.LIAISON_HALF)]
    assert faults(draft(在职联络员=None)) == [("I", "", words.LIAISON_HALF)]


def test_merged_cells_are_no_value_of_the_rows_below() -> None:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        for n, line in enumerate([HEADINGS, row(1), row(2)]):
            for column, value in enumerate(line):
                sheet.write_string(n, column, value)
        sheet.merge_range(1, 3, 2, 3, "双塔市水利局")

    first, second = read(out.getvalue()).drafts

    assert (first.faults, faults(second)) == ((), [("D", "", words.MERGED.format(row=2))])


def test_all_faults_of_all_rows_are_told_in_one_go_and_nothing_personal_in_clear() -> None:
    found = read(
        xlsx(row(1, 姓名="123", 身份证号="990101193805120014", 联系电话="12345"), row(2, 单位=None, 类别="干部"))
    )

    assert [[fault.column for fault in one.faults] for one in found.drafts] == [["B", "C", "G"], ["D", "E"]]
    assert "9901011938" not in repr([one.faults for one in found.drafts])


def test_two_rows_of_one_person_are_both_told_whatever_the_spelling() -> None:
    found = read(xlsx(row(1), row(2), row(3, 身份证号="990101380512001")))

    assert [faults(one) for one in found.drafts] == [
        [("C", "…0013", "与第 4 行是同一身份证号")],
        [],
        [("C", "…2001", "与第 2 行是同一身份证号")],
    ]


# ── beside what is known ─────────────────────────────────────────────────────────────────────────────────────────────

UNITS = (
    KnownUnit(WATER, "双塔市水利局", CITY, COUNTY, is_community=False),
    KnownUnit(LANE, "巷子社区", CITY, COUNTY, is_community=True),
    KnownUnit(named("u", 1), "卫生局", CITY, "东区", is_community=False),
    KnownUnit(named("u", 2), "卫生局", CITY, "西区", is_community=False),
    KnownUnit(named("u", 3), "经委", CITY, COUNTY, is_community=False, ended="单位已于2026年4月1日并入工信局"),
    KnownUnit(named("u", 4), "邻市社区", "邻市", "城关", is_community=True),
)
SHOWN = {
    "name": "张二测", "phones": ["+8619900000001", "+8619900009999"], "kind": "veteran-cadre", "category": "living-alone",
    "rank": None, "unit": WATER, "community": LANE, "deceased": None, "liaison_name": "联戊", "liaison_phone": "+8619900008888",
}  # fmt: skip


def person(**other: Any) -> KnownPerson:
    return KnownPerson(
        **{"person_id": ZHANG, "city": CITY, "county": COUNTY, "unit_id": WATER, "shown": SHOWN, **other}
    )


def judged(known_person: KnownPerson | None = None, *, reaches: bool = True, **cells: Any) -> Judged:
    people = {NUMBER: known_person} if known_person is not None else {}
    return judge(
        draft(**cells), Known(UNITS, people, survivor="survivor", reaches=lambda county, unit: reaches or unit is None)
    )


def told(of: Judged) -> list[tuple[str | None, str]]:
    return [(fault.heading, fault.says) for fault in of.faults]


def test_somebody_who_is_not_known_would_be_enrolled_in_the_unit_of_that_name() -> None:
    found = judged()

    assert (found.meaning, found.unit, found.community) == (Meaning.NEW, UNITS[0], UNITS[1])


def test_somebody_who_is_known_is_unchanged_or_told_to_differ() -> None:
    same, otherwise = (
        judged(person()),
        judged(person(), 姓名="张改测", 联系电话="19900001111", 在职联络员=None, 联络员电话=None),
    )

    assert (same.meaning, same.differs) == (Meaning.UNCHANGED, ())
    assert (otherwise.meaning, [said.heading for said in otherwise.differs]) == (Meaning.DIFFERS, ["姓名", "联系电话"])


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (person(dead=True), words.DEAD),
        (person(care_ended="merged"), "此人的档案已并入另一份"),
        (person(care_ended="moved-away", dead=True), "此人已迁出"),
        (person(city="邻市", county="城关"), "此人已在邻市城关登记"),
    ],
)
def test_somebody_dead_merged_gone_or_of_another_city_is_said_to_be_so(known: KnownPerson, says: str) -> None:
    assert told(judged(known)) == [("身份证号", says)]


def test_somebody_out_of_the_caller_s_reach_is_told_of_no_more_than_where() -> None:
    assert told(judged(person(dead=True), reaches=False)) == [
        ("单位", "双塔市东区不在您的范围之内"),
        ("身份证号", "此人已在双塔市东区登记"),
    ]


def test_somebody_whose_resident_id_was_corrected_since_is_not_enrolled_again() -> None:
    found = judge(draft(), Known(UNITS, corrected=frozenset({NUMBER})))

    assert told(found) == [("身份证号", words.CORRECTED)]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"单位": "双塔市水力局"}, "没有登记这个单位；相近的有：双塔市水利局"),
        ({"单位": "水利局"}, "没有登记这个单位；相近的有：双塔市水利局"),
        ({"单位": "某某公司"}, "没有登记这个单位"),
        ({"单位": "卫生局"}, "有几个同名的（双塔市东区、双塔市西区）：请写明县（市、区）"),
        ({"单位": "经 委"}, "单位已于2026年4月1日并入工信局"),
        ({"社区": "巷子小区"}, "没有登记这个社区（机构）；相近的有：巷子社区"),
        ({"社区": "邻市社区"}, "社区（机构）与单位不在同一个市"),
    ],
)
def test_a_unit_that_cannot_be_meant_is_told_and_none_is_chosen(written: dict[str, Any], says: str) -> None:
    assert [says for _, says in told(judged(**written))] == [says]


def test_the_county_tells_units_of_one_name_apart_and_one_elsewhere_is_told() -> None:
    headings = [*HEADINGS[:9], "县（市、区）"]
    rows = [[*row(n, 单位="卫生局")[:8], None, county] for n, county in ((1, "西区"), (2, "南区"))]

    west, south = [judge(one, Known(UNITS)) for one in read(xlsx(*rows, headings=headings)).drafts]

    assert west.unit == UNITS[3]
    assert told(south) == [("单位", "该单位在双塔市东区、双塔市西区，与所写的市、县（市、区）不符")]


def test_a_survivor_is_of_somebody_dead_who_is_known() -> None:
    headings = [*HEADINGS[:9], "逝者身份证号"]
    late = resident_id(date(1930, 1, 1), 7)
    (one,) = read(xlsx([*row(1, 类别="遗属")[:8], None, late], headings=headings)).drafts
    (cadre,) = read(xlsx([*row(1)[:8], None, late], headings=headings)).drafts

    def of(known: KnownPerson | None, written: Draft) -> list[str]:
        return [
            says
            for _, says in told(
                judge(written, Known(UNITS, survivor="survivor", people={late: known} if known is not None else {}))
            )
        ]

    assert of(person(dead=True), one) == []
    assert of(person(), one) == [words.NOT_DEAD]
    assert of(None, one) == [words.NO_DECEASED]
    assert of(person(dead=True), cadre) == ["本人即离退休干部的，请先登记，再关联为遗属"]


# ── which rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_are_named_as_a_spreadsheet_s_user_would() -> None:
    there = [2, 3, 5, 6, 9]

    assert chosen("all", there) == ([2, 3, 5, 6, 9], [])
    assert chosen("2-5, 9", there) == ([2, 3, 5, 9], [])
    assert chosen("4,9", there) == ([9], [4])
    assert [chosen(said, there) for said in ("", "2;3", "x", "-2", "2-")] == [None] * 5


@given(st.sets(st.integers(min_value=1, max_value=400)))
def test_what_is_said_shortly_of_rows_names_the_same_rows(rows: set[int]) -> None:
    assert chosen(ranges(rows) or "0", rows) == (sorted(rows), [] if rows else [0])


@settings(max_examples=25)
@given(st.permutations(range(1, 7)), st.integers(min_value=1, max_value=6))
def test_what_a_row_means_hangs_neither_on_its_place_nor_on_the_rows_beside_it(order: list[int], most: int) -> None:
    HOUR.set(MORNING)
    people = {resident_id(date(1938, 5, 12), 1): person(), resident_id(date(1938, 5, 12), 2): person(dead=True)}
    known = Known(UNITS, people, survivor="survivor")

    def meant(numbers: list[int]) -> dict[str, Meaning]:
        drafts = read(csv_file(*(row(n, 姓名="张二测") for n in numbers))).drafts
        return {one.given["resident_id"]: judge(one, known).meaning for one in drafts}

    everybody = meant(list(range(1, 7)))
    assert meant(order[:most]) == {
        number: everybody[number] for number in (resident_id(date(1938, 5, 12), n) for n in order[:most])
    }
