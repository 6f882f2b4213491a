"""What a file holds: rows of cells, each with its place, whatever the format. Nothing is understood here yet."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from services.registry.roster import words
from services.registry.roster.headings import LOOKED_THROUGH

MOST_BYTES = 5 << 20
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 200, 20
MOST_UNPACKED = 128 << 20
MOST_CHARACTERS = 32 << 20
"""Of all cells: one text of a workbook may be named by a million of them."""
LONGEST_CELL = 1_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TRUTH = "truth"
    MERGED = "merged"
    """Part of a merged cell; the text is the number of the row in which that begins."""


@dataclass(frozen=True, slots=True)
class Cell:
    """As the spreadsheet holds it, not as it shows it."""

    kind: Kind
    text: str


Row = tuple[int, tuple[Cell | None, ...]]
"""Its number as the spreadsheet counts, and its cells from the first column on."""


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: tuple[Row, ...]
    """Those that hold anything."""


class Unreadable(Exception):
    """The file cannot be read; the message says why, in Chinese."""


def read_book(data: bytes) -> list[Sheet]:
    """Raises Unreadable. A workbook is read in a process of its own: see `apart`."""
    if is_workbook(data):
        return [_bounded(name, rows) for name, rows in _workbook(data)]
    return [_bounded("csv", _csv(data))]


def is_workbook(data: bytes) -> bool:
    return data.startswith((_ZIP, _OLE))


def _workbook(data: bytes) -> Iterator[tuple[str, Iterator[list[Cell | None]]]]:
    if data.startswith(_ZIP):
        _refuse_bomb(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names[:MOST_SHEETS]
        yield from ((name, _cells(book.get_sheet_by_name(name))) for name in names)
    except PasswordError:
        raise Unreadable(words.LOCKED) from None
    except (CalamineError, ValueError, OSError):
        raise Unreadable(words.UNREADABLE) from None


def _refuse_bomb(data: bytes) -> None:
    """By what the archive says of itself; one that lies ends at the limits of its process."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(words.UNREADABLE) from None
    if unpacked > MOST_UNPACKED:
        raise Unreadable(words.TOO_LONG)


def _cells(sheet: CalamineSheet) -> Iterator[list[Cell | None]]:
    if sheet.total_width > MOST_COLUMNS or sheet.total_height > 2 * MOST_ROWS:
        raise _too_large()
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for n, row in enumerate(rows[top : bottom + 1], start=top):
            for column in range(left, min(right + 1, len(row))):
                if (n, column) != (top, left):
                    row[column] = Cell(Kind.MERGED, str(top + 1))
    yield from rows


def _cell(value: object) -> Cell | None:
    if isinstance(value, bool):
        return Cell(Kind.TRUTH, str(value))
    if isinstance(value, int | float):
        return Cell(Kind.NUMBER, repr(float(value)))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return Cell(Kind.DAY, value.date().isoformat() if midnight else value.isoformat())
    if isinstance(value, date):
        return Cell(Kind.DAY, value.isoformat())
    return _text(str(value))


def _text(given: str) -> Cell | None:
    return Cell(Kind.TEXT, given[: LONGEST_CELL + 1]) if given.strip() else None


def _csv(data: bytes) -> Iterator[list[Cell | None]]:
    text = _decoded(data)
    head = text[:4_000]
    separator = max(",\t;", key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [_text(value) for value in row]
    except csv.Error:
        raise Unreadable(words.UNREADABLE) from None


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise Unreadable(words.UNREADABLE)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(words.ENCODING)


def _bounded(name: str, rows: Iterable[Sequence[Cell | None]]) -> Sheet:
    kept: list[Row] = []
    characters = 0
    for number, row in enumerate(rows, start=1):
        if not any(cell is not None and cell.kind is not Kind.MERGED for cell in row):
            continue
        characters += sum(len(cell.text) for cell in row if cell is not None)
        kept.append((number, tuple(row)))
        if len(kept) > MOST_ROWS + LOOKED_THROUGH or len(row) > MOST_COLUMNS or characters > MOST_CHARACTERS:
            raise _too_large()
    return Sheet(name, tuple(kept))


def _too_large() -> Unreadable:
    return Unreadable(words.TOO_LARGE.format(rows=MOST_ROWS, columns=MOST_COLUMNS))
