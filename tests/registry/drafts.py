"""A roster as it is read and judged: what a row means, what is wrong with it, what was mended, beside what is known."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from bus.pack import read_words
from bus.testing import MORNING, SHIPPED
from services.registry.bodies.fields import HOUR
from services.registry.roster.book import read_book
from services.registry.roster.judging import Judged, Known, KnownPerson, KnownUnit, judge
from services.registry.roster.rows import Draft, Roster, read_roster
from tests.registry.rosters import row, xlsx
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
