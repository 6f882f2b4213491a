"""Who answers for people: named, relieved, followed (row 06)."""

from uuid import UUID

from bus.decisions import Request
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from services.registry.domain.officer import Officer


class AssignLiaison(Request, key="person_id", id="assignment_id"):
    """Name the serving officer of the person's unit who answers for them."""

    person_id: PersonId
    assignment_id: UUID
    liaison_id: HolderId
    name: SealedIdentity
    phone: SealedContact


class EndLiaison(Request, key="person_id", id="ending_id"):
    """This officer answers for the person no more. Without a successor they are gone already, and the post is vacant."""

    person_id: PersonId
    ending_id: UUID
    liaison_id: HolderId
    reason: SealedCare
    successor: Officer | None


class RelieveOfficer(Request, key="unit_id", id="ending_id"):
    """This officer answers for nobody of the unit any more: one request for all of their people."""

    unit_id: UnitId
    ending_id: UUID
    liaison_id: HolderId
    reason: SealedCare
    successor: Officer | None


class LoseLiaison(Request, key="ending_id", id="ending_id"):
    """Asked of everybody of the unit: whoever has this liaison has the successor from now on."""

    ending_id: UUID
    liaison_id: HolderId
    reason: SealedCare
    successor: Officer | None
