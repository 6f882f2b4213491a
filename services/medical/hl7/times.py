"""Times as hospitals write them, told from what only looks like one."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from contracts.zone import CITY

SHANGHAI = CITY

_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?\d*(?:[.,](\d*))?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_SEPARATED = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]\s*(\d{1,2})(?::(\d\d)(?::(\d\d))?)?)?(?:[.,](\d*))?\s*(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_LONGEST = 40
_FIRST_YEAR, _FIRST_BIRTH, _LAST_YEAR = 1950, 1880, 2100  # databases write 0001, 1900 and 9999 where they know nothing


def instant(text: str) -> datetime | None:
    """When something happened: civil time of Shanghai where no zone is given; None for rubbish and for placeholders.

    What is not said is zero: a date alone is its midnight. Fewer than eight digits say too little.
    """
    return _instant(text) if 8 <= len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)  # a message says the same second four times, and its neighbours say it again
def _instant(text: str) -> datetime | None:
    try:
        if len(text) == 14 and text.isdecimal():
            at = datetime.fromisoformat(f"{text[:8]}T{text[8:]}").replace(tzinfo=SHANGHAI)
        else:
            at = _pieced(text.strip())
    except ValueError:
        return None
    return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def day(text: str) -> date | None:
    """A birth date; the time behind it is ignored. None for rubbish, and for the seven characters of some senders."""
    found = _COMPACT.match(text) or _SEPARATED.match(text)
    try:
        born = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
    return born if born and _FIRST_BIRTH <= born.year <= _LAST_YEAR else None


def _pieced(text: str) -> datetime:
    found = _COMPACT.fullmatch(text) or _SEPARATED.fullmatch(text)
    if not found or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        raise ValueError
    year, month, day_, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int(f"{found[7] or ''}000000"[:6])
    at = datetime(year, month, day_, hour, minute, second, micro, SHANGHAI)
    return at.replace(tzinfo=_zone(found[8])).astimezone(SHANGHAI) if found[8] else at


def _zone(text: str) -> timezone:
    digits = "0000" if text == "Z" else text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
