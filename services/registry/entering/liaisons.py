"""Who answers for people, sealed."""

from bus.sealed import KeyRing
from contracts.ids import PersonId, UnitId
from services.registry.bodies.liaisons import Assigning, Relieving
from services.registry.entering.officers import named, officer
from services.registry.entering.reasons import reason
from services.registry.requests.liaisons import AssignLiaison, EndLiaison, RelieveOfficer


def assignment(person_id: PersonId, body: Assigning, keys: KeyRing) -> AssignLiaison:
    name, phone = officer(body.liaison_id, body.name, body.phone, keys)
    return AssignLiaison(
        person_id=person_id, assignment_id=body.assignment_id, liaison_id=body.liaison_id, name=name, phone=phone
    )


def end_of_liaison(person_id: PersonId, body: Relieving, keys: KeyRing) -> EndLiaison:
    return EndLiaison(
        person_id=person_id, ending_id=body.ending_id, liaison_id=body.liaison_id,
        reason=reason(body.reason, body.liaison_id, keys),
        successor=named(body.successor, keys) if body.successor is not None else None,
    )  # fmt: skip


def relief(unit_id: UnitId, body: Relieving, keys: KeyRing) -> RelieveOfficer:
    return RelieveOfficer(
        unit_id=unit_id, ending_id=body.ending_id, liaison_id=body.liaison_id,
        reason=reason(body.reason, body.liaison_id, keys),
        successor=named(body.successor, keys) if body.successor is not None else None,
    )  # fmt: skip
