"""What is given at the door, in clear: every fault of a body is named at once, with its field, and no value is repeated."""

import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic import field_validator as checks
from pydantic_core import PydanticCustomError

from contracts.ids import HolderId, PersonId, UnitId
from contracts.resident_id import InvalidResidentId, ResidentId
from services.registry.domain.vocabulary import Category, Change, Hardship, Kind, Party, Reporter

CITY = ZoneInfo("Asia/Shanghai")
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
    return given.astimezone(UTC)


Title = Annotated[str, AfterValidator(text(100))]
Place = Annotated[str, AfterValidator(text(50))]
Name = Annotated[str, AfterValidator(text(50)), AfterValidator(_name)]
Phone = Annotated[str, AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_no_day_to_come)]
Hour = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_no_hour_to_come)]
Number = Annotated[str, AfterValidator(_resident_id)]


class Body(BaseModel):
    """Unknown fields are refused: a misspelt one must not be lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class UnitEntry(Body):
    unit_id: UnitId
    entry_id: UUID | None = None
    """变更已登记的单位时必填，每次变更一个新编号。"""
    name: Title
    party: Party
    reports_to: UnitId | None = None
    city: Place
    county: Place


class Appointing(Body):
    appointment_id: UUID
    holder_id: HolderId
    name: Name
    phone: Phone


class Enrolment(Body):
    person_id: PersonId
    name: Name
    resident_id: Number
    birth_date: Day | None = None
    """取自身份证号；如另外填写，须与之相符。"""
    phones: Annotated[tuple[Phone, ...], Field(max_length=5)] = ()
    kind: Kind
    category: Category
    unit_id: UnitId
    community_id: UnitId | None = None
    city: Place | None = None
    """不填则同管理单位。"""
    county: Place | None = None

    @checks("birth_date")
    @classmethod
    def _fits_the_resident_id(cls, given: date | None, info: ValidationInfo) -> date | None:
        number = info.data.get("resident_id")
        if given is not None and number is not None and given != ResidentId.read(number).birth_date:
            raise PydanticCustomError("birth_date", "与身份证号中的出生日期不符")
        return given


class Assigning(Body):
    assignment_id: UUID
    liaison_id: HolderId
    name: Name
    phone: Phone


class DeathReport(Body):
    report_id: UUID
    source: Reporter
    died_at: Hour | None = None


class Retraction(Body):
    reason: Title


class FamilyChange(Body):
    change_id: UUID
    change: Change
    happened_on: Day | None = None


class HardshipReport(Body):
    hardship_id: UUID
    hardship: Hardship


class Restating(Body):
    restate_id: UUID
    city: Place
