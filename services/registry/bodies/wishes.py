"""How a person wishes to be reached: what they ask for, and what must be said with it, as the city's pack has it."""

import re
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contracts.ids import HolderId
from services.registry import city
from services.registry.bodies import Body
from services.registry.bodies.codes import Role, Wish
from services.registry.bodies.fields import Title

MINUTES = 24 * 60
LEAST_LEFT = 2 * 60
"""Minutes of the day at which they can be reached after all: a wish replaces the means, never the duty."""
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


def _clock(given: object) -> object:
    if not isinstance(given, str) or _CLOCK.fullmatch(given) is None:
        raise PydanticCustomError("clock", "钟点应写作 12:00")
    return given


Clock = Annotated[str, BeforeValidator(_clock)]


class HoursGiven(Body):
    """不便联系的一段时间，可以过夜（如 21:00 至 07:00）。"""

    begin: Clock = Field(alias="from")
    end: Clock = Field(alias="until")

    @field_validator("end")
    @classmethod
    def _lasts(cls, end: str, info: ValidationInfo) -> str:
        if end == info.data.get("begin"):
            raise PydanticCustomError("no_span", "起止相同，不成一段时间")
        return end

    @property
    def minutes(self) -> set[int]:
        first, last = (int(at[:2]) * 60 + int(at[3:]) for at in (self.begin, self.end))
        return {minute % MINUTES for minute in range(first, last if first < last else last + MINUTES)}


class FirstGiven(Body):
    role: Role
    holder_id: HolderId | None = None
    """同一角色有几位的，是哪一位；不填即第一位。"""


class Wishing(Body):
    wish_id: UUID
    wish: Wish
    words: Title | None = None
    hours: Annotated[tuple[HoursGiven, ...], Field(max_length=4, validate_default=True)] = ()
    """不便联系的钟点；只有带钟点的意愿才填。"""
    ask_first: Annotated[FirstGiven | None, Field(validate_default=True)] = None
    """先找谁：关爱小组、社区或单位里的哪一角色；只有先找人的意愿才填。"""

    @field_validator("hours")
    @classmethod
    def _as_the_wish_has_it(cls, hours: tuple[HoursGiven, ...], info: ValidationInfo) -> tuple[HoursGiven, ...]:
        _carried("hours", bool(hours), info, "hours_missing", "须写明哪些钟点不便联系", "carries_no_hours")
        spans = [span.minutes for span in hours]
        taken = set().union(*spans)
        if len(taken) < sum(map(len, spans)):
            raise PydanticCustomError("hours_overlap", "几段时间有重叠")
        if MINUTES - len(taken) < LEAST_LEFT:
            raise PydanticCustomError("no_hour_left", "一天至少留出两小时可以联系：意愿只改方式，不免走访")
        return hours

    @field_validator("ask_first")
    @classmethod
    def _where_the_wish_asks(cls, first: FirstGiven | None, info: ValidationInfo) -> FirstGiven | None:
        _carried("whom", first is not None, info, "ask_first_missing", "须写明先找谁", "carries_nobody")
        return first


def _carried(what: str, given: bool, info: ValidationInfo, missing: str, zh: str, too_much: str) -> None:
    """What the wish needs is there, and nothing else; of a wish that is unknown nothing more is said."""
    wish = city.words().wishes.get(info.data.get("wish", ""))
    if wish is None:
        return
    if wish.carries == what and not given:
        raise PydanticCustomError(missing, f"“{wish.zh}”{zh}")
    if wish.carries != what and given:
        raise PydanticCustomError(too_much, f"“{wish.zh}”不带这一项")
