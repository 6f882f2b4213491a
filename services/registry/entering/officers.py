"""Name and phone of whoever answers for somebody."""

from bus.sealed import KeyRing
from contracts.ids import HolderId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.bodies.officers import Named
from services.registry.domain import Officer


def officer(holder_id: HolderId, name: str, phone: str, keys: KeyRing) -> tuple[SealedIdentity, SealedContact]:
    """Bound to the officer, who may stand on many cards."""
    return (
        keys.seal(SealedIdentity, name, kind="name", person=holder_id),
        keys.seal(SealedContact, phone, kind="phone", person=holder_id),
    )


def named(body: Named, keys: KeyRing) -> Officer:
    return Officer(body.holder_id, *officer(body.holder_id, body.name, body.phone, keys))
