"""The part of SMPP 3.4 that carries SMS: the bytes of its units, read and written, with no connection in sight."""

import struct
from asyncio import StreamReader
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final
from uuid import UUID

from smsutil import unicode_split

from contracts.ids import SmsId

HEADER: Final = struct.Struct(">IIII")
LONGEST: Final = 70_000
"""A message payload has 64 KiB at most; a longer unit is no SMPP, and is not read into memory."""

RESPONSE: Final = 0x80000000
SMS_ID: Final = 0x1B1F
"""Our own optional parameter (of those left to vendors): the sms_id, 16 bytes. Carriers that do not know it ignore it."""

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, MESSAGE_PAYLOAD = 0x001E, 0x0427, 0x0424
UDH, RECEIPT, INTERMEDIATE = 0x40, 0x04, 0x20
UCS2: Final = 8


class Command(IntEnum):
    GENERIC_NACK = RESPONSE
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


class Status(IntEnum):
    """The codes that we act on; a carrier may say any other."""

    OK = 0x00
    INVALID_COMMAND = 0x03
    SYSTEM_ERROR = 0x08
    INVALID_DESTINATION = 0x0B
    QUEUE_FULL = 0x14
    THROTTLED = 0x58
    TEMPORARY = 0x64
    """ESME_RX_T_APPN: tell me again later."""


class NotSmpp(Exception):
    """These bytes are no SMPP; the connection cannot be trusted any more."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One protocol unit; a response carries the sequence number of what it answers."""

    command: int
    sequence: int
    body: bytes = b""
    status: int = Status.OK

    @property
    def answers(self) -> bool:
        return bool(self.command & RESPONSE)

    def response(self, body: bytes = b"", status: int = Status.OK) -> "Pdu":
        return Pdu(self.command | RESPONSE, self.sequence, body, status)

    def written(self) -> bytes:
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True, slots=True)
class Short:
    """The body of submit_sm and deliver_sm, as far as anybody here looks at it."""

    source: str
    destination: str
    payload: bytes
    coding: int = UCS2
    esm_class: int = 0
    registered: int = 0
    optional: dict[int, bytes] = field(default_factory=dict)

    def written(self) -> bytes:
        head = b"\0\1\1" + _cstring(self.source) + b"\1\1" + _cstring(self.destination)
        flags = bytes((self.esm_class, 0, 0, 0, 0, self.registered, 0, self.coding, 0, len(self.payload)))
        options = b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in self.optional.items())
        return head + flags + self.payload + options

    @classmethod
    def read(cls, body: bytes) -> "Short":
        """NotSmpp for a body that ends too early."""
        try:
            return _short(body)
        except (IndexError, ValueError, struct.error) as error:
            raise NotSmpp(f"a message whose body does not hold together: {error}") from None

    @property
    def text(self) -> str:
        """Without its header of parts. What cannot be decoded shows as such: a reply of 1 is the same in all of them."""
        body = self.payload or self.optional.get(MESSAGE_PAYLOAD, b"")
        if self.esm_class & UDH and body:
            body = body[1 + body[0] :]
        return body.decode({UCS2: "utf-16-be", 15: "gb18030", 3: "latin-1"}.get(self.coding, "ascii"), "replace")

    @property
    def part(self) -> tuple[int, int]:
        """(this part, of how many)"""
        if self.esm_class & UDH and self.payload[1:3] == b"\0\3" and len(self.payload) > 6:
            return self.payload[5], self.payload[4]
        return 1, 1


async def read_pdu(reader: StreamReader) -> Pdu:
    """The next unit; IncompleteReadError when the line ends, NotSmpp when what comes cannot be one."""
    length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    if not HEADER.size <= length <= LONGEST:
        raise NotSmpp(f"a unit of {length} bytes")
    return Pdu(command, sequence, await reader.readexactly(length - HEADER.size), status)


def bind_body(system_id: str, password: str) -> bytes:
    return _cstring(system_id) + _cstring(password) + b"\0\x34\1\1\0"


def submissions(source: str, phone: str, text: str, sms_id: bytes) -> list[Short]:
    """One submit_sm a part, in UCS2, with receipts asked for; the parts are joined on the handset by their header."""
    parts = [part.content.encode("utf-16-be") for part in unicode_split(text).parts]
    to, optional = phone.removeprefix("+"), {SMS_ID: sms_id}
    if len(parts) == 1:
        return [Short(source, to, parts[0], registered=1, optional=optional)]
    heads = [bytes((5, 0, 3, sms_id[0], len(parts), number)) for number in range(1, len(parts) + 1)]
    return [
        Short(source, to, head + part, esm_class=UDH, registered=1, optional=optional)
        for head, part in zip(heads, parts, strict=True)
    ]


def sms_id_in(short: Short) -> SmsId | None:
    """Our own id, if the other side gave it back."""
    value = short.optional.get(SMS_ID, b"")
    return SmsId(UUID(bytes=value)) if len(value) == 16 else None


def cstring(body: bytes) -> str:
    """The text up to the first zero byte."""
    return body.split(b"\0", 1)[0].decode("ascii", "replace")


def _cstring(text: str) -> bytes:
    return text.encode("ascii") + b"\0"


def _short(body: bytes) -> Short:
    strings: list[str] = []
    at = 0
    for skip in (0, 2, 2):  # service type; the two addresses, each after its type and plan
        end = body.index(0, at + skip)
        strings.append(body[at + skip : end].decode("ascii", "replace"))
        at = end + 1
    esm_class = body[at]
    at = body.index(0, at + 3) + 1  # after protocol and priority: when to deliver
    at = body.index(0, at) + 1  # until when it is valid
    registered, coding, length = body[at], body[at + 2], body[at + 4]
    start = at + 5
    if len(body) < start + length:
        raise ValueError("shorter than it says")
    payload = body[start : start + length]
    return Short(strings[1], strings[2], payload, coding, esm_class, registered, _optional(body[start + length :]))


def _optional(rest: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while rest:
        tag, length = struct.unpack_from(">HH", rest)
        if len(rest) < 4 + length:
            raise ValueError("an optional parameter is cut off")
        found[tag] = rest[4 : 4 + length]
        rest = rest[4 + length :]
    return found
