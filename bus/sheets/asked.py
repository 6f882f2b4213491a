"""Whether a sheet is asked for, and how many lines of a list are answered: in a sheet all of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
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
"""What the docs say of a door that answers a list."""


def sheet_asked(http: HttpRequest) -> str | None:
    """The format: as the address says, else as Accept does; None = JSON."""
    named = http.query_params.get("format")
    if named is not None:
        return named if named != "json" else None
    accepted = http.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    return next((format_ for format_, media in MEDIA.items() if media == accepted), None)


def limited(usual: int, *, most: int) -> Any:
    """How many lines a door answers at most. Every door that counts its lines counts them by this one."""

    def lines(http: HttpRequest, limit: Annotated[int, Query(ge=1, le=most)] = usual) -> int:
        return EVERYTHING if sheet_asked(http) in MEDIA else limit

    return Depends(lines)
