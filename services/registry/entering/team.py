"""A care team and a host area, sealed."""

from uuid import UUID

from bus.pack.roles import ARole
from bus.sealed import KeyRing
from contracts.ids import PersonId
from contracts.personal import SealedContact, SealedIdentity
from services.registry.bodies.team import Hosting, Joining, Leaving
from services.registry.entering.officers import named
from services.registry.entering.reasons import reason
from services.registry.requests.team import AgreeWithHost, JoinCareTeam, LeaveCareTeam


def joining(person_id: PersonId, body: Joining, role: ARole, keys: KeyRing) -> JoinCareTeam:
    """What the relative is to the person is bound to the relative, as their name is."""
    holder, relation = named(body.holder, keys), body.relation
    sealed = keys.seal(SealedIdentity, relation, kind="relation", person=holder.holder_id) if relation else None
    return JoinCareTeam(
        person_id=person_id, member_id=body.member_id, role=body.role, party=role.party, several=role.several,
        holder=holder, relation=sealed, first=body.first, until_at=body.until_at,
    )  # fmt: skip


def leaving(person_id: PersonId, member_id: UUID, body: Leaving, keys: KeyRing) -> LeaveCareTeam:
    return LeaveCareTeam(
        person_id=person_id, leaving_id=body.leaving_id, member_id=member_id,
        reason=reason(body.reason, person_id, keys), still_needed=body.still_needed,
    )  # fmt: skip


def agreement(person_id: PersonId, body: Hosting, keys: KeyRing) -> AgreeWithHost:
    """Where somebody lives and is treated is an address of theirs."""
    return AgreeWithHost(
        person_id=person_id, agreement_id=body.agreement_id, reference=body.reference,
        area=keys.seal(SealedContact, body.area, kind="host-area", person=person_id),
        hospitals=tuple(keys.seal(SealedContact, each, kind="host-hospital", person=person_id) for each in body.hospitals),
    )  # fmt: skip
