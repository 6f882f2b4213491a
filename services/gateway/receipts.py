"""What a carrier says about an SMS that it took: which one, and what became of it."""

import re
from dataclasses import dataclass

from contracts.ids import SmsId
from services.gateway.pdu import MESSAGE_STATE, RECEIPTED_MESSAGE_ID, Short, cstring, sms_id_in

TEXT = re.compile(r"\bid:(?P<ref>\S+).*?\bstat:(?P<stat>[A-Z]{1,8})", re.IGNORECASE | re.DOTALL)
STATES = {b"\2": "DELIVRD", b"\3": "EXPIRED", b"\4": "DELETED", b"\5": "UNDELIV", b"\x08": "REJECTD"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A carrier's word about one part. `sms_id` only from carriers that give our own parameter back."""

    ref: str
    stat: str
    sms_id: SmsId | None


def read_receipt(short: Short) -> Receipt | None:
    """The standard's parameters first, then the words that every carrier writes; None if neither tells which and what."""
    ref = cstring(short.optional.get(RECEIPTED_MESSAGE_ID, b""))
    stat = STATES.get(short.optional.get(MESSAGE_STATE, b""), "")
    if found := TEXT.search(short.text):
        ref, stat = ref or found["ref"], stat or found["stat"].upper()
    return Receipt(ref, stat, sms_id_in(short)) if ref and stat else None
