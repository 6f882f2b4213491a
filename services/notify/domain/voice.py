"""What a decision may have said for it without knowing names or phones: they stay sealed."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from contracts.ids import HolderId, PersonId, SmsId
from contracts.personal import SealedContact, SealedIdentity, SealedSms
from contracts.registry import Hours
from services.notify.domain.courtesy import Courtesy


class Voice(Protocol):
    """What a decision may call although it opens and seals: the same arguments give the same answer for ever."""

    @property
    def courtesy(self) -> Courtesy: ...

    def knows(self, template: str) -> bool:
        """Whether the pack has this template. One that it lacks parks the case instead of stopping the person."""
        ...

    def surname(self, name: SealedIdentity, person_id: PersonId) -> str:
        """Empty if the name has no surname that can be told apart for certain."""
        ...

    def asked_for(self, wishes: Sequence[str], hours: Sequence[Hours], role: str | None) -> str:
        """What a person asks of whoever calls or comes: with the hours at which not, and the role of whom to ask first. Empty
        where the pack has no words for any of it."""
        ...

    def phone_for_sms(self, phone: SealedContact, holder_id: HolderId, sms_id: SmsId) -> tuple[SealedSms, UUID] | None:
        """The number sealed anew for the lane, and its blind index; None if it is no number that takes SMS."""
        ...

    def number(self, phone: SealedContact, holder_id: HolderId) -> UUID | None:
        """The blind index of the number; None if it is no number that takes SMS."""
        ...

    def text_for_sms(self, template: str, values: Mapping[str, str], sms_id: SmsId) -> tuple[SealedSms, int]:
        """The text, signature and all, sealed for the lane, and its parts."""
        ...
