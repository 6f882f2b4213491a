"""What is answered of a roster: every row's faults in one go, what would be enrolled, what became of each row."""

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.registry.roster.choosing import ranges
from services.registry.roster.judging import Judged, Meaning
from services.registry.roster.rows import Roster, Said


class CellSaid(BaseModel):
    """`row` and `column` as the spreadsheet counts them; of a personal value its last characters alone."""

    row: int
    column: str | None
    heading: str | None
    value: str | None
    says: str


class RosterChecked(BaseModel):
    """Nothing was enrolled: this is what would be."""

    sheet: str
    rows: int
    to_enrol: int
    unchanged: int
    differing: int
    faulty: int
    sound: str
    """The rows without a fault, as `rows` of an import takes them."""
    faults: list[CellSaid]
    differences: list[CellSaid]
    """Of people who are enrolled otherwise: told, and left as they are."""
    notes: list[CellSaid]
    """What was mended on reading, and columns from which nothing is taken."""


class RowDone(BaseModel):
    row: int
    outcome: Literal["enrolled", "unchanged", "differs", "refused", "left"]
    person_id: UUID | None
    says: str | None


class RosterImported(BaseModel):
    sheet: str
    enrolled: int
    unchanged: int
    rows: list[RowDone]


def checked(roster: Roster, judged: Sequence[Judged]) -> RosterChecked:
    meanings = [row.meaning for row in judged]
    return RosterChecked(
        sheet=roster.sheet,
        rows=len(judged),
        to_enrol=meanings.count(Meaning.NEW),
        unchanged=meanings.count(Meaning.UNCHANGED),
        differing=meanings.count(Meaning.DIFFERS),
        faulty=meanings.count(Meaning.FAULTY),
        sound=ranges(row.row for row in judged if row.meaning is not Meaning.FAULTY),
        faults=_shown([*roster.faults, *(said for row in judged for said in row.faults)]),
        differences=_shown(said for row in judged for said in row.differs),
        notes=_shown([*roster.notes, *(said for row in judged for said in row.draft.notes)]),
    )


def imported(roster: Roster, rows: Sequence[RowDone]) -> RosterImported:
    outcomes = [row.outcome for row in rows]
    return RosterImported(
        sheet=roster.sheet,
        enrolled=outcomes.count("enrolled"),
        unchanged=outcomes.count("unchanged"),
        rows=sorted(rows, key=lambda row: row.row),
    )


def _shown(said: Iterable[Said]) -> list[CellSaid]:
    """In the order of the sheet: row by row, from left to right."""
    in_order = sorted(said, key=lambda s: (s.row, len(s.column or ""), s.column or ""))
    return [CellSaid(row=s.row, column=s.column, heading=s.heading, value=s.value, says=s.says) for s in in_order]
