"""Rosters as a bureau would hand them in: the same rows as xlsx, as xls, as csv; and people with plainly invented numbers."""

import csv
import io
import struct
from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from tests.registry.town import resident_id

HEADINGS = ("序号", "姓名", "身份证号", "单位", "类别", "居住类别", "联系电话", "社区", "在职联络员", "联络员电话")
Rows = Sequence[Sequence[Any]]


def row(n: int = 1, **other: Any) -> list[Any]:
    """Somebody of the water bureau, told apart by their number."""
    given = {
        "序号": str(n),
        "姓名": f"张{'一二三四五六七八九'[n % 9]}测",
        "身份证号": resident_id(date(1938, 5, 12), n),
        "单位": "双塔市水利局",
        "类别": "离休干部",
        "居住类别": "空巢独居",
        "联系电话": f"199000{n:05d}",
        "社区": "巷子社区",
        "在职联络员": "联戊",
        "联络员电话": "19900008888",
    }
    return list({**given, **other}.values())


def xlsx(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, title: str | None = None, **more: Rows) -> bytes:
    """Text as text, numbers as numbers, dates as dates. `more`: further sheets, by name."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        first = [[title]] if title else []
        for name, lines in {"花名册": [*first, headings, *rows], **more}.items():
            sheet = book.add_worksheet(name)
            for n, line in enumerate(lines):
                for column, value in enumerate(line):
                    if isinstance(value, str):
                        sheet.write_string(n, column, value)
                    elif value is not None:
                        sheet.write(n, column, value)
    return out.getvalue()


def csv_file(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def xls(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    """The least that Excel 97 would open: one stream in an OLE file, a label for each cell."""
    labels = b"".join(
        _record(0x0204, struct.pack("<HHHHB", n, column, 0, len(value), 1) + value.encode("utf-16-le"))
        for n, line in enumerate([headings, *rows])
        for column, value in enumerate(line)
    )
    name = "花名册".encode("utf-16-le")
    begins = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bound = 4 + 4 + 2 + 2 + len(name)
    at = len(begins) + bound + 4
    listed = _record(0x0085, struct.pack("<IBBBB", at, 0, 0, 3, 1) + name)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + labels + _record(0x000A, b"")
    return _ole((begins + listed + _record(0x000A, b"") + sheet).ljust(4096, b"\0"))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _ole(stream: bytes) -> bytes:
    """Header, one sector of the allocation table, one of the directory, then the stream."""
    sectors = -(-len(stream) // 512)
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0,
                         4096, end, 0, end, 0)  # fmt: skip
    table = [0xFFFFFFFD, end, *range(3, 2 + sectors), end]
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    directory = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, 2, len(stream))
    difat = struct.pack("<109I", 0, *[free] * 108)
    return header + difat + fat + directory.ljust(512, b"\0") + stream.ljust(512 * sectors, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    free = 0xFFFFFFFF
    head = struct.pack("<64sHBBIII", encoded, len(encoded) + 2, kind, 1, free, free, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
