"""The bytes that a hospital sends: HL7 v2.4 ADT as Chinese hospitals write it, in UTF-8 or GB 18030."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from contracts.zone import CITY
from deploy.local.actors.city import Person

Charset = Literal["utf-8", "gb18030"]
Trigger = Literal["A01", "A02", "A03", "A08", "A11", "A13"]
DECLARED: Final[dict[str, str]] = {"utf-8": "UNICODE UTF-8", "gb18030": "GB 18030-2000"}
SHANGHAI: Final = CITY
WARD: Final = "4506^^12^^心内科"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay as the hospital knows it: its own number, and when it began."""

    number: str
    admitted_at: datetime


@dataclass(frozen=True, slots=True)
class Adt:
    """One message about one person. `event_at` is when it happened and was typed in, `sent_at` when it is said, perhaps late.

    A death says when.
    """

    trigger: Trigger
    person: Person
    visit: Visit
    control_id: str
    event_at: datetime
    sent_at: datetime
    ward: str = WARD
    died_at: datetime | None = None
    facility: str = "第一医院"

    def body(self, charset: Charset = "utf-8") -> bytes:
        """The segments, each ended by CR; not framed."""
        segments = (self._header(charset), self._event(), self._patient(), self._visit())
        return "".join(f"{segment}\r" for segment in segments).encode(charset)

    def framed(self, charset: Charset = "utf-8") -> bytes:
        """As MLLP carries it."""
        return b"\x0b" + self.body(charset) + b"\x1c\r"

    def _header(self, charset: Charset) -> str:
        said = rf"MSH|^~\&|HIS|{self.facility}|BIFANG|{self.person.county}|{_time(self.sent_at)}||ADT^{self.trigger}"
        return f"{said}|{self.control_id}|P|2.4|||NE|AL|CHN|{DECLARED[charset]}"

    def _event(self) -> str:
        at = _time(self.event_at)
        return f"EVN|{self.trigger}|{at}||||{at}"

    def _patient(self) -> str:
        """PID-3: the visit card first, as such feeds have it, then the resident ID under the type IdentifyNO."""
        person = self.person
        numbers = f"{self.visit.number}^^^^IDCard~{person.resident_id}^^^^IdentifyNO"
        fields = ["PID", "1", "", numbers, "", person.name, "", f"{person.birth_date:%Y%m%d}", person.sex]
        if self.died_at is not None:
            fields += [""] * (29 - len(fields)) + [_time(self.died_at), "Y"]
        return "|".join(fields)

    def _visit(self) -> str:
        fields = {2: "I", 3: self.ward, 19: self.visit.number, 44: _time(self.visit.admitted_at)}
        if self.trigger == "A03":
            fields[45] = _time(self.event_at)
        return "|".join(["PV1", "1", *(fields.get(n, "") for n in range(2, max(fields) + 1))])


def _time(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S}"
