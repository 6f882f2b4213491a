"""A sheet becomes one draft for each person: what was written, what was mended, and everything that is wrong with it, at once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from contracts.resident_id import ResidentId
from services.registry.roster import cells, words
from services.registry.roster.book import Cell, Kind, Row, Sheet
from services.registry.roster.cells import Tell, Unfit
from services.registry.roster.headings import (
    BY_FIELD,
    HEADINGS,
    IGNORED,
    LOOKED_THROUGH,
    Heading,
    heading_of,
    letter,
    nearest,
    spelled,
)

SHOWN = 4
"""So many last characters are shown of what is personal."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something about one cell, one row, or the headings. `value` is masked where it is personal."""

    row: int
    column: str | None
    heading: str | None
    value: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One row. `given` holds the fields that were written and could be read."""

    row: int
    given: Mapping[str, Any] = field(default_factory=dict)
    placed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By field: the letter of its column, and its value as it may be shown."""
    faults: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()

    def said(self, field: str, says: str) -> Said:
        column, value = self.placed.get(field, (None, None))
        return Said(self.row, column, BY_FIELD[field].zh, value, says)

    def faulty(self, field: str, says: str) -> "Draft":
        return replace(self, faults=(*self.faults, self.said(field, says)))


@dataclass(frozen=True, slots=True)
class Roster:
    """A sheet, read. With a fault of its headings there are no drafts."""

    sheet: str
    drafts: tuple[Draft, ...] = ()
    faults: tuple[Said, ...] = ()
    """Of the headings, or of the sheet as a whole."""
    notes: tuple[Said, ...] = ()
    """Columns from which nothing is taken."""


Called = Callable[[str], Mapping[str, str]]
"""A section of the city's words → code → Chinese."""


def is_roster(sheet: Sheet) -> bool:
    return _headings_row(sheet) is not None


def read_roster(sheet: Sheet, called: Called) -> Roster:
    """Every fault of every row; two rows of one person are both told."""
    at = _headings_row(sheet)
    if at is None:
        return Roster(sheet.name, faults=(Said(1, None, None, None, words.NO_HEADINGS.format(rows=LOOKED_THROUGH)),))
    columns, faults, notes = _columns(sheet.rows[at])
    if faults:
        return Roster(sheet.name, faults=faults, notes=notes)
    readers = _readers(called)
    drafts = _twice([_draft(row, columns, readers) for row in sheet.rows[at + 1 :] if _has(row, columns)])
    none = () if drafts else (Said(sheet.rows[at][0], None, None, None, words.NO_ROWS),)
    return Roster(sheet.name, tuple(drafts), none, notes)


def _headings_row(sheet: Sheet) -> int | None:
    """Where the first row is that has both what a person is called and by what they are known."""
    for at, (number, row) in enumerate(sheet.rows):
        if number > LOOKED_THROUGH:
            return None
        fields = {heading.field for cell in row if cell is not None and (heading := heading_of(cell.text)) is not None}
        if {"name", "resident_id"} <= fields:
            return at
    return None


def _columns(row: Row) -> tuple[dict[int, Heading], tuple[Said, ...], tuple[Said, ...]]:
    """Headings by column; what is wrong with them; columns that are left aside."""
    number, row_cells = row
    found: dict[int, Heading] = {}
    faults: list[Said] = []
    notes: list[Said] = []
    for column, cell in enumerate(row_cells):
        if cell is None or cell.kind is Kind.MERGED:
            continue
        heading = heading_of(cell.text)
        if heading is None:
            notes.append(Said(number, letter(column), cell.text[:50], None, _left_aside(cell.text)))
        elif heading in found.values():
            first = next(letter(at) for at, known in found.items() if known == heading)
            says = words.HEADING_TWICE.format(column=first, heading=heading.zh)
            faults.append(Said(number, letter(column), cell.text[:50], None, says))
        else:
            found[column] = heading
    lacking = [heading for heading in HEADINGS if heading.needed and heading not in found.values()]
    faults += [Said(number, None, h.zh, None, words.HEADING_MISSING.format(heading=h.zh)) for h in lacking]
    return found, tuple(faults), tuple(notes)


def _left_aside(text: str) -> str:
    if spelled(text) in IGNORED:
        return words.HEADING_IGNORED
    near = nearest(text)
    return words.HEADING_UNKNOWN + (words.HEADING_NEAR.format(heading=near.zh) if near is not None else "")


Read = Callable[[Cell, Tell], Any]


def _readers(called: Called) -> Mapping[str, Read]:
    codes = {
        "kind": "person_kinds",
        "category": "categories",
        "rank": "ranks",
        "political_status": "political_statuses",
    }
    return {
        "name": cells.name, "resident_id": cells.resident_id, "birth_date": cells.born, "phones": cells.phones,
        "unit": cells.title, "community": cells.title, "city": cells.place, "county": cells.place,
        "liaison_name": cells.name, "liaison_phone": cells.phone, "deceased": cells.resident_id,
        **{field: partial(cells.code, called=called(section)) for field, section in codes.items()},
    }  # fmt: skip


def _has(row: Row, columns: Mapping[int, Heading]) -> bool:
    """Whether anything of a person stands in it."""
    return any(column < len(row[1]) and row[1][column] is not None for column in columns)


def _draft(row: Row, columns: Mapping[int, Heading], readers: Mapping[str, Read]) -> Draft:
    number, row_cells = row
    given: dict[str, Any] = {}
    placed: dict[str, tuple[str, str]] = {}
    faults: list[Said] = []
    notes: list[Said] = []
    for column, heading in columns.items():
        cell = row_cells[column] if column < len(row_cells) else None
        shown = masked(cell, personal=heading.personal)
        placed[heading.field] = (letter(column), shown)
        said = partial(Said, number, letter(column), heading.zh, shown)
        if cell is None:
            faults += [said(words.MISSING)] if heading.needed else []
            continue
        mended: list[str] = []
        try:
            given[heading.field] = readers[heading.field](cell, mended.append)
        except Unfit as why:
            faults.append(said(str(why)))
        notes += map(said, dict.fromkeys(mended))
    return _agreeing(Draft(number, given, placed, tuple(faults), tuple(notes)))


def _agreeing(draft: Draft) -> Draft:
    """What was written must agree with the resident ID, and a liaison has a name and a phone."""
    given = draft.given
    if "birth_date" in given and "resident_id" in given:
        real = ResidentId.read(given["resident_id"]).birth_date
        year, month, day = given["birth_date"]
        if (year, month) != (real.year, real.month) or day not in (None, real.day):
            draft = draft.faulty("birth_date", words.NOT_THE_IDS)
    told = {fault.heading for fault in draft.faults}
    for one, other in (("liaison_name", "liaison_phone"), ("liaison_phone", "liaison_name")):
        if one in given and other not in given and BY_FIELD[other].zh not in told:
            draft = draft.faulty(other, words.LIAISON_HALF)
    return draft


def _twice(drafts: Sequence[Draft]) -> list[Draft]:
    """Which of two rows of one person is right nobody here knows."""
    rows: dict[str, list[int]] = defaultdict(list)
    for draft in drafts:
        rows[draft.given.get("resident_id", "")].append(draft.row)
    told = []
    for draft in drafts:
        number = draft.given.get("resident_id")
        others = [row for row in rows[number] if row != draft.row] if number is not None else []
        says = words.TWICE.format(rows="、".join(map(str, others[:5])))
        told.append(draft.faulty("resident_id", says) if others else draft)
    return told


def masked(cell: Cell | None, *, personal: bool) -> str:
    """What may be shown of a value to who gave it: of what is personal the last characters, of a name the first."""
    if cell is None or cell.kind is Kind.MERGED:
        return ""
    if not personal:
        return cell.text[:50]
    text = cell.text.strip().removesuffix(".0")
    if any(character.isdigit() for character in text):
        return f"…{text[-SHOWN:]}" if len(text) > 2 * SHOWN else "…"
    return f"{text[:1]}…"
