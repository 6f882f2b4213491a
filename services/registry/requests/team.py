"""The care team of a person, and the host area of one who is relocated."""

from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from services.registry.domain.officer import Officer


class JoinCareTeam(Request, key="person_id", id="member_id"):
    """Put somebody into the care team, in a role."""

    person_id: PersonId
    member_id: UUID
    role: str
    party: str
    several: bool
    """Whether others may hold the role beside them."""
    holder: Officer
    relation: SealedIdentity | None = None
    first: bool = False
    until_at: AwareDatetime | None = None


class LeaveCareTeam(Request, key="person_id", id="leaving_id"):
    """A member leaves; the role is vacant, unless nobody is needed in it any more."""

    person_id: PersonId
    leaving_id: UUID
    member_id: UUID
    reason: SealedCare
    still_needed: bool = True


class AgreeWithHost(Request, key="person_id", id="agreement_id"):
    """Write down what the host area of a relocated person has agreed to (row 75)."""

    person_id: PersonId
    agreement_id: UUID
    area: SealedContact
    hospitals: tuple[SealedContact, ...]
    reference: str | None = None
