"""Delimiters and escapes: what the punctuation of one message means, by what its own MSH-1 and MSH-2 say."""

import re
from functools import lru_cache
from typing import NamedTuple

DELETED = '""'
"""A field that holds this takes the value away; an empty field leaves it as it was."""


class Delimiters(NamedTuple):
    """The five characters of one message, in the order in which MSH names them."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@lru_cache(maxsize=64)
def delimiters_of(field: str, encoding: str) -> Delimiters:
    r"""MSH-2 as it should have been: `^~\\&` (the escape written twice) is `^~\&`; the standard's where it is short."""
    named = [c for c in dict.fromkeys(encoding) if not c.isalnum() and not c.isspace() and c != field][:4]
    return Delimiters(field, *named, *Delimiters()[1 + len(named) :])


@lru_cache(maxsize=64)
def _sequences(mark: str) -> re.Pattern[str]:
    e = re.escape(mark)
    return re.compile(rf"((?:{e}[Xx](?:[0-9A-Fa-f]{{2}})*{e})+)|{e}([FSTREHNCMZ.][^{e}\r\n]{{0,40}}?){e}")


def unescape(text: str, marks: Delimiters, charset: str) -> str:
    r"""`\X..\` is bytes in the charset of the message, neighbours read as one run; what is no escape stays as it is."""
    if marks.escape not in text:
        return text
    letters = {
        "F": marks.field,
        "S": marks.component,
        "T": marks.subcomponent,
        "R": marks.repetition,
        "E": marks.escape,
    }

    def meant(found: re.Match[str]) -> str:
        if run := found[1]:
            return _bytes_of(run).decode(charset, "replace")
        return letters[found[2]] if found[2] in letters else _layout(found[2], found[0])

    return _sequences(marks.escape).sub(meant, text)


def escape(text: str, marks: Delimiters) -> str:
    """The text with nothing in it that the receiver would split at."""
    for letter, mark in zip("EFSRT", (marks.escape, *marks[:3], marks.subcomponent), strict=True):
        text = text.replace(mark, f"{marks.escape}{letter}{marks.escape}")
    return re.sub(r"[\r\n\x0b\x1c]+", " ", text)


def _bytes_of(run: str) -> bytes:
    return bytes.fromhex("".join(re.findall("[0-9A-Fa-f]{2}", run)))


def _layout(sequence: str, whole: str) -> str:
    """Line breaks are kept, highlighting, indents and switches of charset dropped; a Windows path is left alone."""
    if re.fullmatch(r"\.(br|sp\+?\d*|ce)", sequence):
        return "\n"
    if re.fullmatch(r"[HN]|\.(in|ti)[+-]?\d*|\.(fi|nf)|\.sk\d*|[CM][0-9A-Fa-f]{4,6}|Z[0-9A-Fa-f]*", sequence):
        return " " if sequence.startswith(".sk") else ""
    return whole
