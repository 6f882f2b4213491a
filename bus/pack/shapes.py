"""What the parts of a pack are made of: names that must be known, durations, hours; and how a document gets its shape."""

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from bus.pack.document import Document, Place
from bus.pack.mistakes import what_is_wrong, wrong


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that some part of the pack declares, by section, and the party of each role."""

    of: Mapping[str, Iterable[str]]
    role_party: Mapping[str, str | None]


def known(section: str, zh: str) -> AfterValidator:
    """The name must be one that the pack declares in this section."""

    def check(value: str, info: ValidationInfo) -> str:
        assert isinstance(info.context, Names)
        names = info.context.of[section]
        if value not in names:
            raise wrong(f"未知的{zh}“{value}”", f"unknown {section} {value!r}; known: {', '.join(sorted(names))}")
        return value

    return AfterValidator(check)


def shaped(
    shape: type[P], document: Document, names: Names | None, rule_at: Callable[[Place], str | None] = lambda place: None
) -> P | None:
    """Validated as JSON: strict, and yet a list may be a tuple and a text one of an enumeration. None = see its mistakes."""
    if document.root is None or document.root.value is None:
        return None
    try:
        return shape.model_validate_json(document.json, context=names)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            document.add(error["loc"], rule_at(error["loc"]), *what_is_wrong(error))
        return None


def _not_empty(value: Sized) -> Sized:
    """After its parts, so that one that is wrong is not also told as one that is missing."""
    if not value:
        raise wrong("不能为空", "must not be empty")
    return value


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Listed = BeforeValidator(_as_tuple)
"""For a tuple below a validator that looks before the parts: to those below, what was JSON is Python, where a list is none."""


def written(pattern: str, *examples: str) -> WithJsonSchema:
    """What a validator of our own takes, as an editor is told it."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$", "examples": [*examples]})


DURATION = r"(0|[1-9]\d{0,4})[mhd]"
HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration(value: object) -> timedelta:
    found = re.fullmatch(r"(0|[1-9]\d{0,4})([mhd])", value) if isinstance(value, str) else None
    if not found:
        raise wrong("时长应写作 30m、24h 或 3d", "a duration is written 30m, 24h or 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def hour_of_day(value: object) -> time:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        raise wrong("钟点应写作 08:00", "an hour is written 08:00")
    return time(int(found[1]), int(found[2]))


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise wrong(f"没有时区“{value}”", f"no time zone {value!r}") from None


Some = AfterValidator(_not_empty)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Zh = Annotated[str, Field(min_length=1)]
Duration = Annotated[timedelta, PlainValidator(duration), written(DURATION, "30m", "24h", "3d")]
HourOfDay = Annotated[time, PlainValidator(hour_of_day), written(HOUR, "18:00")]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), written(".+", "Asia/Shanghai")]
