"""What is decided of two files, sealed: what is told of both people is bound to the merge, which both know."""

from uuid import UUID

from bus.sealed import KeyRing
from contracts.ids import PersonId, derived
from services.registry.bodies.duplicates import Distinguishing, Merging, Undoing
from services.registry.entering.reasons import reason
from services.registry.requests.duplicates import MergeFile, TellApart, UndoMerge


def merging(person_id: PersonId, body: Merging, keys: KeyRing) -> MergeFile:
    why = reason(body.reason, body.merge_id, keys)
    return MergeFile(person_id=person_id, merge_id=body.merge_id, into=body.into, reason=why)


def undoing(person_id: PersonId, merge_id: UUID, body: Undoing, keys: KeyRing) -> UndoMerge:
    """A merge is undone once, so its id makes the id of this."""
    why = reason(body.reason, merge_id, keys)
    return UndoMerge(person_id=person_id, undoing_id=derived("merge-undoing", merge_id), merge_id=merge_id, reason=why)


def distinguishing(person_id: PersonId, body: Distinguishing, keys: KeyRing) -> TellApart:
    why = reason(body.reason, person_id, keys)
    return TellApart(person_id=person_id, distinction_id=body.distinction_id, other_id=body.other_id, reason=why)
