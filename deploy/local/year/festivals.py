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


def is_known(festival: str) -> bool:
    return festival in SOLAR or festival in LUNAR
