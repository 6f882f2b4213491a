"""A blind index finds a personal value without opening it."""

import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Final
from uuid import UUID

from bus.sealed.seal import framed
from bus.sealed.spelling import Spelling, spellings


class BlindIndex:
    """Equal values of a kind have one index, which only the index key makes.

    It is a UUIDv8 with 122 bits of HMAC-SHA-256. The key stays out of the database: whoever holds both
    tries all resident IDs of a county in a minute.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def whole(self, kind: str, value: str) -> UUID:
        """ValueError when the value has not the form of its kind: such an index would match nothing, silently."""
        return self._index("whole", kind, normal(kind, value))

    def wildcards(self, resident_id: str) -> tuple[UUID, ...]:
        """One for each place: two resident IDs that differ in one place share exactly one of their eighteen."""
        known = normal("resident-id", resident_id)
        holed = (f"{known[:place]}*{known[place + 1 :]}" for place in range(len(known)))
        return tuple(self._index("wildcard", "resident-id", text) for text in holed)

    def misread(self, resident_id: str) -> tuple[UUID, ...]:
        """One for each of the first seventeen places, without the check digit, which would be another, too.

        Two resident IDs that are both proved never differ in one place alone: the check digit tells each such slip.
        """
        body = normal("resident-id", resident_id)[:17]
        holed = (f"{body[:place]}*{body[place + 1 :]}" for place in range(len(body)))
        return tuple(self._index("misread", "resident-id", text) for text in holed)

    def spelled(self, spelling: Spelling) -> UUID:
        """Of one way in which a name may be typed."""
        return self._index(spelling.form, "name", spelling.text)

    def spellings(self, name: str) -> tuple[tuple[str, UUID], ...]:
        """Form and index of each way in which this name may be typed by somebody who looks for it."""
        return tuple((spelling.form, self.spelled(spelling)) for spelling in spellings(normal("name", name)))

    def _index(self, form: str, kind: str, text: str) -> UUID:
        digest = hmac.digest(self._key, framed(form.encode(), kind.encode(), text.encode()), "sha256")
        bits = int.from_bytes(digest[:16], "big")
        return UUID(int=bits & ~(0xF << 76 | 0x3 << 62) | 0x8 << 76 | 0x2 << 62)


def normal(kind: str, value: str) -> str:
    """How a value of a kind is written before it is indexed; ValueError, which does not quote it, if it cannot be."""
    if kind not in NORMAL:
        raise ValueError(f"an index is of one of: {', '.join(NORMAL)}")  # the kind given may be a value in its place
    written = NORMAL[kind](value)
    if not written:
        raise ValueError(f"not in the form in which a {kind} is indexed")
    return written


def _in_the_form(form: str) -> Callable[[str], str]:
    shape = re.compile(form, re.ASCII)
    return lambda value: value if shape.fullmatch(value) else ""


DOTS: Final = "·•‧∙⋅・."
"""One name is written with any of these between its parts, or with none."""

UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
"""Spaces, controls, joiners, broken halves. Private and unassigned characters stay: rare Han are written with them."""


def _name(value: str) -> str:
    composed = unicodedata.normalize("NFKC", value)
    return "".join(c for c in composed if c not in DOTS and unicodedata.category(c) not in UNSEEN)


NORMAL: Final[dict[str, Callable[[str], str]]] = {
    "resident-id": _in_the_form(r"\d{17}[\dX]"),
    "phone": _in_the_form(r"\+[1-9]\d{6,14}"),
    "birth-date": _in_the_form(r"\d{4}-\d\d-\d\d"),
    "name": _name,
    "ward": _name,
    "note": _name,
}
"""What can be indexed, and its form. Traditional and simplified characters are not made one yet."""
