"""The id of a digest tells that it is one; a city's own gateway must know, for nobody was asked to answer it."""

from uuid import UUID

from contracts.ids import SmsId

_VERSION, _EIGHT = 0xF << 76, 0x8 << 76


def digest_id(sms_id: SmsId) -> SmsId:
    """The same id as a UUID of version 8 (RFC 9562), as that of no other SMS is."""
    return SmsId(UUID(int=sms_id.int & ~_VERSION | _EIGHT))


def is_digest(sms_id: SmsId) -> bool:
    """Whether what is said of this SMS concerns the tray of a holder, and no person."""
    return sms_id.int & _VERSION == _EIGHT
