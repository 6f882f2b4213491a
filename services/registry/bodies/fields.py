"""The fields of what is given at the door: how each is read, and what is said of one that cannot be."""

import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

from contracts.resident_id import InvalidResidentId, ResidentId
from contracts.zone import CITY

CLOCKS_APART = timedelta(minutes=1)
"""By so much a caller's clock may be ahead of ours."""
HOUR: ContextVar[datetime] = ContextVar("hour")
"""The service's own clock as this request came in: set by the guard of the hour before the body is read."""

_NO_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, unseen joiners, broken halves. Private-use characters are text: rare names are written with them."""


def text(most: int) -> Callable[[str], str]:
    """One line of text that is there: not empty, not too long, nothing unseen in it."""

    def read(given: str) -> str:
        written = given.strip()
        if not written:
            raise PydanticCustomError("empty", "不能为空")
        if len(written) > most:
            raise PydanticCustomError("too_long", "不能超过{most}个字", {"most": most})
        if any(unicodedata.category(character) in _NO_TEXT for character in written):
            raise PydanticCustomError("control_character", "含有控制字符或不可见字符")
        return written

    return read


def _name(given: str) -> str:
    if not any(unicodedata.category(character)[0] in "LC" for character in given):
        raise PydanticCustomError("no_name", "姓名须含有文字")
    return given


def _phone(given: str) -> str:
    """Written as E.164. A number without a country is one of China."""
    try:
        parsed = phonenumbers.parse(given, "CN")
    except phonenumbers.NumberParseException:
        raise PydanticCustomError("phone", "不是电话号码") from None
    if not phonenumbers.is_valid_number(parsed):
        raise PydanticCustomError("phone", "没有这样的电话号码")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _resident_id(given: str) -> str:
    """Eighteen characters that were proved."""
    try:
        read = ResidentId.read(given)
    except InvalidResidentId as wrong:
        raise PydanticCustomError("resident_id", "{reason}", {"reason": wrong.chinese}) from None
    if read.birth_date > _today():
        raise PydanticCustomError("resident_id", "身份证号中的出生日期在将来")
    return read.number


def _today() -> date:
    return HOUR.get().astimezone(CITY).date()


def _written(given: object) -> object:
    """A bare number may be seconds or milliseconds: it is no date."""
    if not isinstance(given, str):
        raise PydanticCustomError("date", "日期时间应写成文字，如 2026-05-11 或 2026-05-11T09:00:00+08:00")
    return given


def _no_day_to_come(given: date) -> date:
    if given > _today():
        raise PydanticCustomError("in_the_future", "不能晚于今天")
    return given


def _no_hour_to_come(given: datetime) -> datetime:
    if given > HOUR.get() + CLOCKS_APART:
        raise PydanticCustomError("in_the_future", "不能晚于现在")
    return _in_utc(given)


def _in_utc(given: datetime) -> datetime:
    return given.astimezone(UTC)


Title = Annotated[str, AfterValidator(text(100))]
Place = Annotated[str, AfterValidator(text(50))]
Name = Annotated[str, AfterValidator(text(50)), AfterValidator(_name)]
Phone = Annotated[str, AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_no_day_to_come)]
AnyDay = Annotated[date, BeforeValidator(_written)]
"""Also one to come."""
Hour = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_no_hour_to_come)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
"""Also one that is to come."""
Number = Annotated[str, AfterValidator(_resident_id)]
