"""Festivals by their known dates, looked up and not computed: what the software works out is checked against these."""

from collections.abc import Mapping
from datetime import date
from typing import Final

LUNAR: Final[Mapping[str, tuple[date, ...]]] = {
    "spring-festival": (
        *(date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3)),
    ),
    "lantern": (*(date(2026, 3, 3), date(2027, 2, 20), date(2028, 2, 9), date(2029, 2, 27), date(2030, 2, 17)),),
    "dragon-boat": (*(date(2026, 6, 19), date(2027, 6, 9), date(2028, 5, 28), date(2029, 6, 16), date(2030, 6, 5)),),
    "mid-autumn": (*(date(2026, 9, 25), date(2027, 9, 15), date(2028, 10, 3), date(2029, 9, 22), date(2030, 9, 12)),),
    "double-ninth": (
        *(date(2026, 10, 18), date(2027, 10, 8), date(2028, 10, 26), date(2029, 10, 16), date(2030, 10, 5)),
    ),
}
TERMS: Final[Mapping[str, tuple[tuple[date, date], ...]]] = {
    "heat-season": (
        *((date(2026, 7, 7), date(2026, 8, 22)), (date(2027, 7, 7), date(2027, 8, 22))),
        *((date(2028, 7, 6), date(2028, 8, 21)), (date(2029, 7, 7), date(2029, 8, 22))),
    ),
}
"""Seasons by their first and last day: from Lesser Heat to the eve of the End of Heat."""
TAKEN_TOGETHER: Final[Mapping[str, tuple[str, str]]] = {
    "new-year-and-spring-festival": ("new-year", "spring-festival"),
    "mid-autumn-and-elders-day": ("mid-autumn", "double-ninth"),
}
"""What a city visits for once: from the one to the other."""
SOLAR: Final[Mapping[str, tuple[int, int]]] = {
    "new-year": (1, 1),
    "labour-day": (5, 1),
    "party-day": (7, 1),
    "army-day": (8, 1),
    "victory-day": (9, 3),
    "martyrs-day": (9, 30),
    "national-day": (10, 1),
}
ZH: Final[Mapping[str, str]] = {
    "spring-festival": "春节",
    "party-day": "建党节",
    "mid-autumn": "中秋",
    "double-ninth": "重阳（老年节）",
}
"""The festivals at which the units of this city visit."""


def day_of(festival: str, year: int) -> date | None:
    """None where it is not known."""
    if festival in SOLAR:
        return date(year, *SOLAR[festival])
    return next((day for day in LUNAR.get(festival, ()) if day.year == year), None)


def days_of(occasion: str, year: int) -> tuple[date, date] | None:
    """The first and the last day of a festival, or of a season; None where they are not known."""
    if occasion in TERMS:
        return next((days for days in TERMS[occasion] if days[0].year == year), None)
    first, last = (day_of(festival, year) for festival in TAKEN_TOGETHER.get(occasion, (occasion, occasion)))
    return None if first is None or last is None else (first, last)


def is_known(occasion: str) -> bool:
    return any(occasion in known for known in (SOLAR, LUNAR, TERMS, TAKEN_TOGETHER))
