"""What is written in a cell, and what a spreadsheet may have done to it: told, mended only where nothing is lost, never guessed."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from contracts.resident_id import InvalidResidentId, ResidentId
from services.registry.bodies.fields import Name, Number, Phone, Place, Title
from services.registry.roster import words
from services.registry.roster.book import Cell, Kind
from services.registry.roster.headings import squeezed

Tell = Callable[[str], None]
"""Told what was mended."""
MOST_PHONES = 5
_SCIENTIFIC = re.compile(r"\d+(\.\d*)?[eE]\+?\d+").fullmatch
_POINT_ZERO = re.compile(r"\d{6,}\.0+").fullmatch
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?").fullmatch
_PLAIN_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)?").fullmatch
_BETWEEN_PHONES = re.compile(r"[、，,；;/\n]+")
_WHOLE_UP_TO = 1e15
"""Below this a spreadsheet keeps every digit of a number."""
_NAME, _NUMBER, _PHONE, _PLACE, _TITLE = (TypeAdapter(hint) for hint in (Name, Number, Phone, Place, Title))


class Unfit(Exception):
    """The cell cannot be taken as it stands; the message says why, in Chinese."""


def name(cell: Cell, tell: Tell) -> str:
    """Two characters are often set apart by spaces."""
    text = _unquoted(_text(cell), tell)
    joined = re.sub(r"(?<=[\u2e80-\U0003ffff])\s+(?=[\u2e80-\U0003ffff])", "", text.strip())
    if joined != text:
        tell(words.SPACES)
    return str(_valid(_NAME, joined))


def resident_id(cell: Cell, tell: Tell) -> str:
    """Eighteen characters whose check digit fits. Fifteen become eighteen (GB 11643), which is said."""
    text = _digits(cell, tell)
    if len(text) == 15:
        tell(words.OLD_NUMBER)
    try:
        ResidentId.read(text)
    except InvalidResidentId as wrong:
        raise Unfit(wrong.chinese + (words.ZEROS if text.endswith("000") else "")) from None
    return str(_valid(_NUMBER, text))


def phones(cell: Cell, tell: Tell) -> tuple[str, ...]:
    if cell.kind is Kind.NUMBER:
        return (_phone_number(cell.text, tell),)
    given = _BETWEEN_PHONES.split(_unquoted(_text(cell), tell).strip())
    if len(given) > MOST_PHONES:
        raise Unfit(words.PHONES.format(most=MOST_PHONES))
    return tuple(dict.fromkeys(_phone(one, tell) for one in given if one.strip()))


def phone(cell: Cell, tell: Tell) -> str:
    (one, *more) = phones(cell, tell) or (None,)
    if one is None or more:
        raise Unfit(words.PHONES.format(most=1))
    return one


def born(cell: Cell, tell: Tell) -> tuple[int, int, int | None]:
    """Year, month, and the day where it is written."""
    if cell.kind is Kind.NUMBER:
        whole = cell.text.removesuffix(".0")
        if len(whole) != 8 or not _PLAIN_DAY(whole):
            raise Unfit(words.SERIAL)
        return _day(whole)
    return _day(cell.text if cell.kind is Kind.DAY else _narrow(_text(cell), tell))


def place(cell: Cell, tell: Tell) -> str:
    return str(_valid(_PLACE, squeezed(_text(cell))))


def title(cell: Cell, tell: Tell) -> str:
    return str(_valid(_TITLE, squeezed(_text(cell))))


def code(cell: Cell, tell: Tell, called: Mapping[str, str]) -> str:
    """A word of the city's pack, or its beginning where only one begins so."""
    text = squeezed(_text(cell))
    if not called:
        raise Unfit(words.NONE_IN_PACK)
    found = [code for code, zh in called.items() if text in (squeezed(zh), code)]
    if not found:
        found = [code for code, zh in called.items() if len(text) > 1 and squeezed(zh).startswith(text)]
        if len(found) == 1:
            tell(words.SHORT_CODE.format(word=called[found[0]]))
    if len(found) != 1:
        raise Unfit(words.ONE_OF.format(words="、".join(called.values())))
    return found[0]


def _text(cell: Cell) -> str:
    if cell.kind is Kind.MERGED:
        raise Unfit(words.MERGED.format(row=cell.text))
    if cell.kind is not Kind.TEXT:
        raise Unfit(words.NOT_TEXT)
    return cell.text


def _digits(cell: Cell, tell: Tell) -> str:
    """What a spreadsheet has taken for a number or a date is refused: what it has lost nobody knows."""
    if cell.kind is Kind.NUMBER:
        raise Unfit(words.NUMBER_FORMAT)
    if cell.kind is Kind.DAY:
        raise Unfit(words.AS_DATE)
    return _narrow(_text(cell), tell).upper()


def _narrow(given: str, tell: Tell) -> str:
    text = _unquoted(given, tell)
    narrow = unicodedata.normalize("NFKC", text)
    if narrow != unicodedata.normalize("NFC", text):
        tell(words.WIDTH)
    together = "".join(narrow.split())
    if together != narrow:
        tell(words.SPACES)
    if _SCIENTIFIC(together):
        raise Unfit(words.SCIENTIFIC)
    if _POINT_ZERO(together):
        raise Unfit(words.POINT_ZERO)
    return together


def _unquoted(text: str, tell: Tell) -> str:
    """An apostrophe marks a number as text, also in what we write as csv."""
    if not text.startswith(("'", "’")):
        return text
    tell(words.APOSTROPHE)
    return text[1:]


def _phone_number(number: str, tell: Tell) -> str:
    if not float(number).is_integer() or float(number) >= _WHOLE_UP_TO:
        raise Unfit(words.NUMBER_FORMAT)
    whole = f"{float(number):.0f}"
    tell(words.PHONE_NUMBER.format(shown=whole[-4:]))
    return str(_valid(_PHONE, whole))


def _phone(given: str, tell: Tell) -> str:
    return str(_valid(_PHONE, _narrow(given.strip(), tell)))


def _day(text: str) -> tuple[int, int, int | None]:
    if (found := _DAY(text) or _PLAIN_DAY(text)) is None:
        raise Unfit(words.NO_DATE)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None and month is not None
    try:
        date(year, month, day or 1)
    except ValueError:
        raise Unfit(words.NO_DATE) from None
    return year, month, day


def _valid(adapter: TypeAdapter[Any], given: str) -> Any:
    """As the door itself would take it."""
    try:
        return adapter.validate_python(given)
    except ValidationError as wrong:
        raise Unfit(wrong.errors()[0]["msg"]) from None
