"""A named person who answers: who it is and how they are reached, both sealed and bound to them."""

from dataclasses import dataclass

from contracts.ids import HolderId
from contracts.personal import SealedContact, SealedIdentity


@dataclass(frozen=True, slots=True)
class Officer:
    holder_id: HolderId
    name: SealedIdentity
    phone: SealedContact
