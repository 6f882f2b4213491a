"""The empty roster: a row of headings, its cells text, and a sheet that says what is to be written in each."""

import io
from collections.abc import Mapping, Sequence

from xlsxwriter import Workbook

from bus.pack import Words
from services.registry.roster.headings import HEADINGS, Heading

SHEET, GUIDE = "花名册", "填写说明"
GUIDE_HEADINGS = ("栏目", "必填", "也可写作", "怎样填写", "例")
_ROWS_READY = 1_000
_SECTIONS: Mapping[str, str] = {
    "kind": "person_kinds", "category": "categories", "rank": "ranks", "political_status": "political_statuses",
}  # fmt: skip


def template(words: Words) -> bytes:
    """What may be chosen is the city's own."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(HEADINGS):
            sheet.set_column(column, column, max(12, 2 * len(heading.zh) + 4), text)
            sheet.write_string(0, column, heading.zh, bold)
            if choices := list(words.zh.get(_SECTIONS.get(heading.field, ""), {}).values()):
                sheet.data_validation(1, column, _ROWS_READY, column, {"validate": "list", "source": choices})
        guide = book.add_worksheet(GUIDE)
        for n, row in enumerate([GUIDE_HEADINGS, *map(_told, HEADINGS)]):
            for column, value in enumerate(row):
                guide.write_string(n, column, value, bold if n == 0 else None)
    return out.getvalue()


def _told(heading: Heading) -> Sequence[str]:
    return heading.zh, "是" if heading.needed else "", "、".join(heading.also), heading.how, heading.example
