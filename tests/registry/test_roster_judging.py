"""A roster judged: who would be enrolled, who differs, who cannot be meant; and which of its rows are taken."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.testing import MORNING
from services.registry.bodies.fields import HOUR
from services.registry.roster import words
from services.registry.roster.choosing import chosen, ranges
from services.registry.roster.judging import Known, KnownPerson, Meaning, judge
from services.registry.roster.rows import Draft
from tests.registry.drafts import NUMBER, UNITS, draft, it_is_morning, judged, person, read, told
from tests.registry.rosters import HEADINGS, csv_file, row, xlsx
from tests.registry.town import resident_id

__all__ = ["it_is_morning"]


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
