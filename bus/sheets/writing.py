"""A table is written as xlsx or csv. Text stays text: no cell is ever a formula, and no number of a person a number."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | float
LONGEST = 32_767
"""So many characters a cell of a workbook holds."""
MOST_ROWS = 1_048_575
"""So many lines a worksheet holds below its headings; what is more goes on in the next."""
_STARTS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_NO_WORKSHEET_NAME = str.maketrans("[]:*?/\\'", "（）：＊？／＼’")


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with its rows."""

    zh: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def as_csv(table: Filled) -> bytes:
    """UTF-8 with its mark, which a spreadsheet needs to read Chinese. What it would take for a formula or number begins with '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_guarded(heading) for heading in table.headings])
    writer.writerows([_guarded(value) for value in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _guarded(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    would_be_read_as_a_number = value.isdigit() and (len(value) > 11 or value.startswith("0"))
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) or would_be_read_as_a_number else value


def as_xlsx(tables: Sequence[Filled]) -> bytes:
    """A worksheet for each table."""
    out = io.BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for table in tables:
            _write(book, bold, table)
    return out.getvalue()


def _write(book: Workbook, bold: Format, table: Filled) -> None:
    sheet, n, page = _page(book, bold, table, 1), 0, 1
    for row in table.rows:
        if n == MOST_ROWS:
            n, page = 0, page + 1
            sheet = _page(book, bold, table, page)
        n += 1
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(n, column, value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…")
            else:
                sheet.write_number(n, column, value)


def _page(book: Workbook, bold: Format, table: Filled, page: int) -> Worksheet:
    name = table.zh.translate(_NO_WORKSHEET_NAME)[:25] + (f" {page}" if page > 1 else "")
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(table.headings):
        sheet.set_column(column, column, max(12, 2 * len(heading) + 2))
        sheet.write_string(0, column, heading, bold)
    return sheet
