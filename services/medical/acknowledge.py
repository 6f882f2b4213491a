"""The answer to a message: exactly one, in the sender's charset and delimiters, echoing the sender's own control id.

Also a sender that asks for none (MSH-15 and MSH-16 NE) is answered: in practice MSH-15 is copied from an example while
the engine waits for an answer by its own setting, and a message that is sent again for ever costs more than an answer unread.
"""

import re
from datetime import datetime
from enum import StrEnum

from services.medical.hl7 import SHANGHAI, Header, Unreadable, escape, header_of

_NEVER = ("", "NE")  # these ask for no accept acknowledgement: the answer is the application's


class Outcome(StrEnum):
    """What became of the message; the letter of the acknowledgement."""

    STORED = "A"
    UNREADABLE = "E"
    REFUSED = "R"


def acknowledge(
    raw: bytes,
    outcome: Outcome,
    *,
    at: datetime,
    control_id: str,
    fault: Unreadable | None = None,
    told: str | None = None,
    default: str = "gb18030",
) -> bytes:
    """The body of the answer, unframed. Anything can be answered: without a header the first line is read by position.

    `at` and `control_id` are our MSH-7 and MSH-10; `fault` tells a human what to repair; `told` and `default` as in `read`.
    """
    header = header_of(raw, told=told, default=default)
    code = ("C" if header.field(15).strip() not in _NEVER else "A") + outcome
    words = [_words(header, fault)] if fault else []
    segments = [_header(header, at, control_id), ["MSA", code, header.field(10), *words]]
    if fault:
        segments.append(_error(header, fault, words))
    body = "".join(f"{header.marks.field.join(fields)}\r" for fields in segments).encode(header.charset, "replace")
    return body.translate(None, b"\x0b\x1c")  # an echo must not end our own frame


def _header(header: Header, at: datetime, control_id: str) -> list[str]:
    """Sender and receiver change places; processing id, version and charset are theirs."""
    sent_at, ours = at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S%z"), escape(control_id, header.marks)
    if not header.named:
        return ["MSH", "".join(header.marks[1:]), "", "", "", "", sent_at, "", "ACK", ours]
    said = header.field
    fields = ["MSH", said(2), said(5), said(6), said(3), said(4), sent_at, "", _type(header), ours, said(11), said(12)]
    return [*fields, *[""] * 5, said(18)] if said(18) else fields


def _type(header: Header) -> str:
    """ACK^A01, and ACK^A01^ACK from 2.4 on."""
    mark = header.marks.component
    trigger = header.field(9).split(mark)[1:2]
    return mark.join(["ACK", *trigger, *(["ACK"] if trigger and _version(header) >= (2, 4) else [])])


def _version(header: Header) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]{1,4}", header.field(12))[:3]))


def _words(header: Header, fault: Unreadable) -> str:
    """English for the one who runs the engine, Chinese beside it where the sender's charset has it."""
    try:
        fault.chinese.encode(header.charset)
    except UnicodeEncodeError:
        return escape(str(fault), header.marks)
    return escape(f"{fault}; {fault.chinese}", header.marks)


def _error(header: Header, fault: Unreadable, words: list[str]) -> list[str]:
    """ERR as 2.5 has it, or as all before had it."""
    component, sub = header.marks.component, header.marks.subcomponent
    segment, _, number = fault.place.partition("-")
    code = [str(fault.flaw.code), escape(fault.reason, header.marks), "HL70357"]
    if _version(header) < (2, 5):
        return ["ERR", component.join([segment, "1", number, sub.join(code)])]
    place = component.join([segment, "1", number] if number else [segment, "1"])
    return ["ERR", "", place, component.join(code), "E", "", "", "", *words]
