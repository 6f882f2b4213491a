"""How a pack writes times: 24h, 3d, 3wd after an event; -10d before a festival; the nth day of a period; its end."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from bus.pack.mistakes import wrong
from bus.pack.shapes import DURATION, HOUR, duration, hour_of_day
from services.visits.domain.rules import Every, Hour, WorkingDays

DAYS = {Every.WEEK: 7, Every.MONTH: 28, Every.QUARTER: 90, Every.HALF_YEAR: 181, Every.YEAR: 365}
"""The last day that every period of the kind has."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of the period."""


def _moment(value: object) -> timedelta | WorkingDays | Hour | End:
    if value is None:
        raise wrong("期限未定，先定再用", "deadline is not set")
    if value == "end":
        return End()
    if isinstance(value, str) and (found := re.fullmatch(r"([1-9]\d?)wd", value)):
        return WorkingDays(int(found[1]))
    if isinstance(value, str) and value.startswith("-"):
        return -duration(value[1:])
    if not isinstance(value, dict):
        return duration(value)
    if value.keys() != {"day", "at"} or not isinstance(value["day"], int) or value["day"] < 1:
        raise wrong("应写作 {day: 第几天, at: 钟点}", "write {day: n, at: 08:00}")
    return Hour(value["day"], hour_of_day(value["at"]))


_HOUR = {"day": {"type": "integer", "minimum": 1}, "at": {"type": "string", "pattern": f"^({HOUR})$"}}
_WRITTEN = [
    {"type": "string", "pattern": rf"^(end|-?{DURATION}|[1-9]\d?wd)$", "examples": ["24h", "3wd", "-10d", "end"]},
    {"type": "object", "properties": _HOUR, "required": ["day", "at"], "additionalProperties": False},
]
Moment = Annotated[timedelta | WorkingDays | Hour | End, PlainValidator(_moment), WithJsonSchema({"anyOf": _WRITTEN})]


def anchored(every: Every, value: object) -> tuple[int, int]:
    """(month, day) on which the periods begin; for a week, (1, weekday)."""
    if every in (Every.WEEK, Every.MONTH):
        if isinstance(value, int) and 1 <= value <= DAYS[every]:
            return 1, value
        raise wrong(f"起点应为 1 到 {DAYS[every]}", f"the anchor of a {every} is 1 to {DAYS[every]}")
    found = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", value) if isinstance(value, str) else None
    if not found:
        raise wrong("起点应写作 01-01，日不晚于28", "the anchor is written 01-01, its day at most 28")
    return int(found[1]), int(found[2])
