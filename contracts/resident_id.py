"""A resident ID is proved by its check digit and its date, so that a slip of the pen is told from another person."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul
from typing import Literal, Self

# GB 11643: 2 to the power of the place from the right, modulo 11
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_ZERO = ord("0") * sum(_WEIGHTS)  # the bytes of digits are summed as they are; this takes the zero out once
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]").fullmatch
_FIFTEEN = re.compile(r"[0-9]{15}").fullmatch
_OLDEST, _YOUNGEST = date(1880, 1, 1), date(2100, 12, 31)


class Fault(StrEnum):
    """What is wrong with something given as a resident ID."""

    LENGTH = "length"
    CHARACTER = "character"
    DATE = "date"
    CHECK_DIGIT = "check digit"


_WORDS = {
    Fault.LENGTH: ("a resident ID has 18 characters (the old ones 15)", "身份证号应为18位（旧号15位）"),
    Fault.CHARACTER: ("a resident ID has digits only, X at most in the last place", "身份证号只能是数字，末位可为X"),
    Fault.DATE: ("the birth date in the resident ID does not exist", "身份证号中的出生日期不存在"),
    Fault.CHECK_DIGIT: ("the check digit of the resident ID does not fit", "身份证号校验码不符"),
}


class InvalidResidentId(ValueError):
    """The text is no resident ID. Says what is wrong, never the text."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.chinese = _WORDS[fault][1]
        super().__init__(_WORDS[fault][0])

    def __reduce__(self) -> tuple[type[Self], tuple[Fault]]:
        return type(self), (self.fault,)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """An 18-character resident ID that was read and proved; prints as ***. Made by `ResidentId.read` alone."""

    number: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Full-width digits, spaces, x for X and the old 15 digits are forgiven; InvalidResidentId says what is not.

        Mission rule 10: the county code is never a reason to refuse.
        """
        number = text if _EIGHTEEN(text) else normalised(text)
        if not _EIGHTEEN(number):
            raise InvalidResidentId(Fault.CHARACTER if len(number) in (15, 18) else Fault.LENGTH)
        if not _real_date(number):
            raise InvalidResidentId(Fault.DATE)
        if check_digit(number) != number[17]:
            raise InvalidResidentId(Fault.CHECK_DIGIT)
        return cls(number)

    @property
    def birth_date(self) -> date:
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> Literal["male", "female"]:
        """An odd seventeenth digit was given to a man."""
        return "male" if int(self.number[16]) % 2 else "female"

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"


def normalised(text: str) -> str:
    """One spelling for what is the same number; 15 digits become 18. What is not a number comes back no worse."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not _FIFTEEN(number):
        return number
    body = f"{number[:6]}19{number[6:]}"  # the old numbers were given to people born in 19xx
    return body + check_digit(body)


def check_digit(number: str) -> str:
    """The eighteenth character that the first seventeen digits demand."""
    return _CHECK[(sum(map(mul, _WEIGHTS, number.encode("ascii"))) - _ZERO) % 11]


def _real_date(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return _OLDEST <= born <= _YOUNGEST
