"""ADT messages put together from the few fields that a test is about."""

from datetime import datetime

from services.medical.adt import AdtMessage, SourceProfile, read_adt
from services.medical.hl7 import SHANGHAI, read

ZHANG = "99010119380512003X"
TEN = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
NUMBERS = f"300001^^^^IDCard~200001^^^^PatientNO~{ZHANG}^^^^IdentifyNO"


def segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(n, "") for n in range(1, max(fields, default=0) + 1))])


def header(type_: str = "ADT^A01") -> str:
    return rf"MSH|^~\&|HIS|北京医院|||20261122100100||{type_}|7|P|2.4"


def said(
    trigger: str = "A01",
    *,
    evn: str = "",
    pid: dict[int, str] | None = None,
    pv1: dict[int, str] | None = None,
    profile: SourceProfile | None = None,
) -> AdtMessage:
    """The reading of one message; `pid` and `pv1` are the fields of these segments by number."""
    patient, visit = segment("PID", {3: NUMBERS, 5: "张三测", **(pid or {})}), segment("PV1", pv1 or {})
    return read_adt(
        read("\r".join([header(f"ADT^{trigger}"), evn, patient, visit]).encode()), profile or SourceProfile()
    )
