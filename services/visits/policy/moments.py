"""How a pack writes times: 24h, 3d after an event; the nth day of a period at an hour; the end of a period."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated

from pydantic import PlainValidator

from services.visits.domain.rules import Every, Hour
from services.visits.policy.mistakes import wrong

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
DAYS = {Every.WEEK: 7, Every.MONTH: 28, Every.QUARTER: 90, Every.HALF_YEAR: 181, Every.YEAR: 365}
"""The last day that every period of the kind has."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of the period."""


def _duration(value: object) -> timedelta:
    found = re.fullmatch(r"(0|[1-9]\d{0,4})([mhd])", value) if isinstance(value, str) else None
    if not found:
        raise wrong("时长应写作 30m、24h 或 3d", "a duration is written 30m, 24h or 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _hour_of_day(value: object) -> time:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        raise wrong("钟点应写作 08:00", "an hour is written 08:00")
    return time(int(found[1]), int(found[2]))


def _moment(value: object) -> timedelta | Hour | End:
    if value is None:
        raise wrong("期限未定，先定再用", "deadline is not set")
    if value == "end":
        return End()
    if not isinstance(value, dict):
        return _duration(value)
    if value.keys() != {"day", "at"} or not isinstance(value["day"], int) or value["day"] < 1:
        raise wrong("应写作 {day: 第几天, at: 钟点}", "write {day: n, at: 08:00}")
    return Hour(value["day"], _hour_of_day(value["at"]))


Duration = Annotated[timedelta, PlainValidator(_duration)]
Moment = Annotated[timedelta | Hour | End, PlainValidator(_moment)]


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
