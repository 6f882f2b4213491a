"""A cell of a roster: what a spreadsheet does to data is told and never guessed, and every fault of every row at once."""

import io
from datetime import date

import pytest
from xlsxwriter import Workbook

from services.registry.roster import words
from services.registry.roster.choosing import confirmed
from services.registry.roster.judging import Known, KnownPerson, Meaning, judge
from tests.registry.drafts import NUMBER, UNITS, called, draft, faults, it_is_morning, notes, read
from tests.registry.rosters import HEADINGS, row, xlsx
from tests.registry.town import CITY, COUNTY, WATER, ZHANG, resident_id

__all__ = ["it_is_morning"]


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
