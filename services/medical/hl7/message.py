"""A message that is split only where it is asked, so that a reading costs what it needs."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from services.medical.hl7.charset import Decoded, codec_named, decode
from services.medical.hl7.escapes import DELETED, Delimiters, delimiters_of, unescape

_BLANKS = "\ufeff\x00\x0b\r\n\t "  # senders put these before MSH and at the end
_LINE_END = re.compile(r"[\r\n]")


class Flaw(Enum):
    """What makes a message unreadable: English, Chinese, and its code in HL7 table 0357."""

    NO_HEADER = "the message does not begin with MSH", "消息不以MSH开头", 100
    NO_DELIMITERS = "the header does not say what separates its fields", "消息头没有说明分隔符", 100
    NOT_ADT = "this is not an ADT message", "不是ADT消息", 200
    NO_TRIGGER = "neither the header nor EVN says which event this is", "消息没有说明触发事件", 101
    NO_PATIENT = "there is no PID segment", "缺少PID段（患者信息）", 100
    OF_OURS = "it is stored, and the receiver failed to read it", "消息已留存，接收方程序未能读懂", 207

    def __init__(self, english: str, chinese: str, code: int) -> None:
        self.english, self.chinese, self.code = english, chinese, code


class Unreadable(Exception):
    """A human must repair the sender: names what is wrong and where, as MSH-9; never quotes what the message holds."""

    def __init__(self, flaw: Flaw, place: str) -> None:
        super().__init__(flaw, place)
        self.flaw, self.place = flaw, place

    @property
    def reason(self) -> str:
        return self.flaw.english

    @property
    def chinese(self) -> str:
        return f"{self.flaw.chinese}（{self.place}）"

    def __str__(self) -> str:
        return f"{self.flaw.english} ({self.place})"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line by position, whatever it calls itself (`named`: it does say MSH).

    What is unreadable has one too, because an answer must echo MSH-10; encoded in `charset` it gives the bytes back.
    """

    fields: tuple[str, ...]
    charset: str
    marks: Delimiters
    named: bool

    def field(self, number: int) -> str:
        """MSH-3 and up as it was sent, escapes and all."""
        return self.fields[number - 1] if number <= len(self.fields) else ""


class Message:
    """One HL7 v2 message. Values are read by name, as `message["PID-3.1"]`; nothing in it is trusted to be there."""

    __slots__ = ("_charset", "_split", "_text", "exact", "marks", "raw")

    def __init__(self, raw: bytes, text: str, decoded: Decoded, marks: Delimiters) -> None:
        self.raw, self.exact, self.marks = raw, decoded.exact, marks
        self._charset, self._text = decoded.charset, text
        self._split: dict[str, list[str]] = {}

    @property
    def charset(self) -> str:
        """The charset of the bytes and of what hexadecimal escapes stand for."""
        if self._charset == "ascii":
            named = codec_named(self.field("MSH", 18).split(self.marks.repetition)[0])
            self._charset = "utf-8" if named in (None, "ascii") else named
        return self._charset

    def segment(self, name: str) -> list[str]:
        """The fields of the first such segment, `[n]` is field n as it was sent; empty when there is none."""
        fields = self._split.get(name)
        if fields is None:
            text = self._text
            start = text.find("\r" + name) + 1
            fields = self._split[name] = self._fields(text[start : text.find("\r", start)]) if start else []
        return fields

    def segments(self, name: str) -> list[list[str]]:
        """All segments of one name, in order."""
        return [self._fields(line) for line in self._text.split("\r") if line.startswith(name)]

    def field(self, name: str, number: int) -> str:
        """A field as it was sent, with its delimiters and escapes; empty when it is absent."""
        fields = self._split.get(name) or self.segment(name)
        return fields[number] if number < len(fields) else ""

    def repeats(self, name: str, number: int) -> list[str]:
        """The repetitions of a field as they were sent; none when it is empty."""
        field = self.field(name, number)
        return field.split(self.marks.repetition) if field else []

    def components(self, sent: str) -> list[str]:
        """The readable components of one repetition; of subcomponents the first."""
        if sent.isalnum():
            return [sent]
        parts = sent.split(self.marks.component)
        if self.marks.subcomponent in sent:
            parts = [part.split(self.marks.subcomponent, 1)[0] for part in parts]
        return [self.text(part) for part in parts] if self.marks.escape in sent else parts

    def code(self, name: str, number: int) -> str:
        """What a coded or numbered field names: the first component of its first repetition; empty when deleted."""
        sent = self.field(name, number)
        if not sent or sent.isalnum():
            return sent  # nine of ten: no delimiter is a letter or a digit
        for mark in (self.marks.repetition, self.marks.component, self.marks.subcomponent):
            if mark in sent:
                sent = sent.split(mark, 1)[0]
        return "" if sent == DELETED else self.text(sent).strip()

    def text(self, sent: str) -> str:
        """What was meant by what was sent."""
        return unescape(sent, self.marks, self.charset) if self.marks.escape in sent else sent

    def __getitem__(self, place: str) -> str:
        """`PID-3`, `PID-3.4`, `PID-3.4.2`, `PID-3(2).1`: the first repetition unless one is named; empty when absent.

        A value that was deleted by the sender is `""`, two quotation marks.
        """
        name, number, repetition, parts = _place(place)
        sent = self.field(name, number)
        if name == "MSH" and number <= 2:
            return sent  # these are the delimiters, nothing is delimited in them
        sent = _nth(sent, self.marks.repetition, repetition)
        for mark, part in zip((self.marks.component, self.marks.subcomponent), parts, strict=False):
            sent = _nth(sent, mark, part)
        return self.text(sent)

    def __contains__(self, name: str) -> bool:
        return bool(self.segment(name))

    def __repr__(self) -> str:
        return f"<Message of {len(self.raw)} bytes>"  # the rest is about a person

    def _fields(self, line: str) -> list[str]:
        fields = line.split(self.marks.field)
        if fields[0] == "MSH":
            fields.insert(1, self.marks.field)  # MSH-1 is the separator itself
        return fields


def read(raw: bytes, *, told: str | None = None, default: str = "gb18030") -> Message:
    """A message, whatever its charset, delimiters and line ends; Unreadable when it has no header. Raises nothing else.

    `told` is the charset that the transport names (HTTP), `default` the one of this source when all else fails.
    """
    decoded = decode(raw, told=told, default=default)
    text = decoded.text.strip(_BLANKS)
    if not text.startswith("MSH"):
        raise Unreadable(Flaw.NO_HEADER, "MSH")
    marks = _marks(text)
    if marks is None:
        raise Unreadable(Flaw.NO_DELIMITERS, "MSH-1")
    return Message(raw, _lines(text, marks.field), decoded, marks)


def header_of(raw: bytes, *, told: str | None = None, default: str = "gb18030") -> Header:
    """The header of anything. What cannot be read exactly is read byte by byte, so that an echo is always exact."""
    decoded = decode(raw, told=told, default=default)
    text = decoded.text.lstrip(_BLANKS)
    named = text.startswith("MSH")
    if not decoded.exact or not named:
        decoded = Decoded(raw.decode("latin-1"), "latin-1", exact=True)
        text = decoded.text.lstrip("\xef\xbb\xbf" + _BLANKS)
    marks = _marks(text)
    fields = _LINE_END.split(text, maxsplit=1)[0].split(marks.field) if marks else [text[:3]]
    charset = decoded.charset
    if charset == "ascii":
        charset = codec_named(fields[17]) or "utf-8" if len(fields) > 17 else "utf-8"
    return Header(tuple(fields), charset, marks or Delimiters(), named)


def _marks(text: str) -> Delimiters | None:
    separator = text[3:4]
    if not separator or separator.isalnum() or separator.isspace() or separator < " ":
        return None
    return delimiters_of(separator, text[4:12].split(separator, 1)[0])


def _lines(text: str, separator: str) -> str:
    """The segments, CR before and after each. A lone LF ends one only where another follows: texts hold some."""
    if "\n" in text:
        # runs are shortened first: with \n+ before the lookahead a flood of LF takes quadratic time
        text = re.sub(r"\n{2,}", "\n", text.replace("\r\n", "\r"))
        text = re.sub(rf"\n(?=[A-Z][A-Z0-9]{{2}}(?:{re.escape(separator)}|\s|$))", "\r", text)
    return f"\r{text}\r"


@lru_cache(maxsize=1024)
def _place(place: str) -> tuple[str, int, int, tuple[int, ...]]:
    found = re.fullmatch(r"([A-Z][A-Z0-9]{2})-(\d+)(?:\((\d+)\))?(?:\.(\d+))?(?:\.(\d+))?", place)
    if not found:
        raise ValueError(f"{place!r} names no place in a message; PID-3, PID-3.4, PID-3(2).1 do")
    return found[1], int(found[2]), int(found[3] or 1), tuple(int(n) for n in found.groups()[3:] if n)


def _nth(text: str, mark: str, number: int) -> str:
    parts = text.split(mark, number)
    return parts[number - 1] if number <= len(parts) else ""
