"""What `policy simulate` shows of two policies side by side: by party, by rule, by who bears most, and whom it concerns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rich.table import Table

from contracts.ids import PersonId, UnitId, derived
from deploy.local.commands.policy.simulate import _holders, _parties, _rules, as_figures
from services.visits.comparing import Comparison
from tests.visits.test_simulation import AUGUST, END, START, STREET, old_li, stay
from tests.visits.town import GREETING, UNIT, WANG, WARD, WARD_BY_HALL, hours, policy


@pytest.fixture
def found() -> Comparison:
    """Three people who live alone, one of whom was in hospital once; the hall is to visit as well, and nobody greets."""
    now, then = policy(GREETING, WARD), replace(policy(WARD, WARD_BY_HALL), version="the other")
    compared = Comparison(now, then, START, START + timedelta(days=14) - hours(1), frozenset({"street"}))
    people = [replace(old_li(now), person_id=PersonId(derived("test", n))) for n in range(2)]
    compared.add([*people, old_li(now, **stay(START + timedelta(days=1)))])
    return compared


def rows(table: Table) -> list[list[str]]:
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def test_each_party_has_its_year_its_mean_week_and_its_busiest(found: Comparison) -> None:
    assert rows(_parties(found)) == [
        ["粮站", "1", "1", "", "0.5", "1", "2025年第20周"],
        ["镇政府", "0", "1", "+1", "0.5", "1", "2025年第20周"],
        ["街坊", "6", "0", "-6", "0.0", "0", ""],
    ]


def test_each_rule_says_whom_it_concerns_and_what_differs_also_one_that_is_gone(found: Comparison) -> None:
    of = {name: (people, now, then, differs) for name, _, people, now, then, differs, _ in rows(_rules(found))}

    assert of == {
        "ward": ("1", "1", "1", ""),
        "ward-by-hall": ("1", "0", "1", "+1"),
        "greeting": ("0", "6", "0", "-6"),
    }


def test_who_bears_most_is_named_by_role_holder_and_unit(found: Comparison) -> None:
    assert rows(_holders(found)) == [
        ["文书", str(WANG)[:8], str(UNIT)[:8], "1", "1"],
        ["民政员", str(WANG)[:8], str(UNIT)[:8], "1", "1"],
    ]
    assert str(STREET)[:8] not in str(rows(_holders(found)))


def test_one_officer_of_many_units_is_one_line_and_a_role_that_nobody_holds_another() -> None:
    now = policy(WARD)
    compared = Comparison(now, now, START, END, frozenset())
    units = [UnitId(derived("test", "unit", n)) for n in range(20)]
    compared.add(old_li(now, unit_id=unit, **stay(AUGUST)) for unit in units)
    compared.add([old_li(now, held={}, **stay(AUGUST))])

    assert rows(_holders(compared)) == [
        ["文书", str(WANG)[:8], "20 个单位", "20", "20"],
        ["文书", "无人担任", str(UNIT)[:8], "1", "1"],
    ]


def test_programs_are_told_the_same(found: Comparison) -> None:
    figures = as_figures(found)

    assert (figures["people"], figures["people_otherwise"], figures["weeks"]) == (3, 3, 2.0)
    assert (figures["now"]["duties"], figures["then"]["duties"]) == (7, 2)
    assert figures["rules"]["greeting"]["now"] == 6


def test_of_whom_nothing_changes_is_not_counted() -> None:
    now = policy(GREETING, WARD)
    compared = Comparison(now, policy(GREETING, WARD, WARD_BY_HALL), START, END, frozenset())

    compared.add([old_li(now), old_li(now, **stay(AUGUST))])

    assert (compared.people, compared.otherwise) == (2, 1)
