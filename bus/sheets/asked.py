"""Whether a sheet is asked for, and what the docs say of a door that answers a list."""

from collections.abc import Mapping

from fastapi import Request as HttpRequest

MEDIA: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
EVERYTHING = 2**31 - 2
"""One less than PostgreSQL's integer counts, so that a door may look for one more."""
PARAMETERS = [
    {"name": "format", "in": "query", "schema": {"enum": ["json", *MEDIA], "default": "json"},
     "description": "xlsx、csv：整份清单，不分页；也可用 Accept"},
    {"name": "list", "in": "query", "schema": {"type": "string"}, "description": "csv 只有一张表：有几个清单的，写明要哪一个"},
]  # fmt: skip
"""What may be asked of a door that answers a list."""
TOTAL, LINK = "X-Total-Count", "Link"
HEADERS = {
    TOTAL: {"schema": {"type": "integer"},
            "description": "清单共几行：分页的，取第一页时共几行，半秒数不完则不写；不分页的，本答复各清单的行数之和"},
    LINK: {"schema": {"type": "string"}, "description": "还有下一页时为 <地址>; rel=\"next\"（RFC 8288）；没有即已到末尾"},
}  # fmt: skip
"""What it tells beside its lines, as JSON."""


def sheet_asked(http: HttpRequest) -> str | None:
    """The format: as the address says, else as Accept does; None = JSON."""
    named = http.query_params.get("format")
    if named is not None:
        return named if named != "json" else None
    accepted = http.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    return next((format_ for format_, media in MEDIA.items() if media == accepted), None)
