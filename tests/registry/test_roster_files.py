"""A roster as a file: whatever a spreadsheet writes is read to the same people, or refused with the cure; headings are known."""

import io
from pathlib import Path

import pytest
from python_calamine import load_workbook
from xlsxwriter import Workbook

from services.registry.roster import words
from services.registry.roster.apart import read_apart
from services.registry.roster.book import MOST_ROWS, Unreadable, read_book
from services.registry.roster.headings import HEADINGS as CATALOGUE
from services.registry.roster.headings import KNOWN, letter, spelled
from services.registry.roster.rows import is_roster
from services.registry.roster.template import template
from tests.registry.drafts import WORDS, draft, it_is_morning, read
from tests.registry.rosters import HEADINGS, csv_file, row, xls, xlsx

__all__ = ["it_is_morning"]


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
