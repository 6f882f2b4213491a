"""A line of the file in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from bus.pack import Words
from contracts.zone import CITY
from services.registry.words.lines import CODES, FIELDS, LINES, SECTIONS


@dataclass(frozen=True, slots=True)
class Names:
    """What the city calls its codes, and what ids of units are called."""

    city: Words
    units: Mapping[str, str]


def say(what: str, value: Mapping[str, JsonValue], names: Names) -> str:
    """One line in Chinese."""
    parts = [f"{FIELDS[field]} {said(what, field, shown, names)}" for field, shown in value.items() if field in FIELDS]
    return LINES.get(what, what) + ("：" + "，".join(parts) if parts else "")


def said(what: str, field: str, shown: JsonValue, names: Names) -> str:
    """What one field of a line says."""
    if isinstance(shown, bool):
        return "是" if shown else "否"
    if isinstance(shown, list):
        return "、".join(said(what, field, one, names) for one in shown) or "无"
    if shown is None:
        return "无"
    text = str(shown).removeprefix("hospital:")
    of_the_city = (names.city.zh[section].get(text) for section in SECTIONS.get(what) or SECTIONS.get(field, ()))
    own = CODES.get(text) or names.units.get(text) or FIELDS.get(text) or _moment(text)
    return next(filter(None, of_the_city), own)


def _moment(text: str) -> str:
    """An instant is shown in the city's time; anything else as it is."""
    if len(text) < len("2026-05-11T09:00+00:00"):
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone(CITY):%Y-%m-%d %H:%M}"
    except ValueError:
        return text
