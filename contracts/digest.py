"""The id of an SMS tells whether it is a holder's own, and about nobody; a city's own gateway must know which ask for an answer."""

from enum import IntEnum
from uuid import UUID

from contracts.ids import SmsId

_VERSION, _EIGHT, _LAST_TWO = 0xF << 76, 0x8 << 76, 0b11


class Own(IntEnum):
    """What a holder's own SMS is, by the last two bits of its id."""

    DIGEST = 0
    """What is due soon. It asks for no answer."""
    TEST = 1
    """Whether the holder can be reached. Any answer proves it."""
    REPORT = 2
    """Who below them cannot be reached. It asks for no answer."""


def own_id(sms_id: SmsId, own: Own) -> SmsId:
    """The same id as a UUID of version 8 (RFC 9562), as that of no person's SMS is."""
    return SmsId(UUID(int=sms_id.int & ~_VERSION & ~_LAST_TWO | _EIGHT | own))


def own_of(sms_id: SmsId) -> Own | None:
    """None = it is about a person."""
    last_two = sms_id.int & _LAST_TWO
    return Own(last_two) if sms_id.int & _VERSION == _EIGHT and last_two < len(Own) else None


def digest_id(sms_id: SmsId) -> SmsId:
    return own_id(sms_id, Own.DIGEST)


def is_digest(sms_id: SmsId) -> bool:
    """Whether what is said of this SMS concerns the tray of a holder, and no person."""
    return own_of(sms_id) is Own.DIGEST
