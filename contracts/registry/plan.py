"""One person, one plan (一人一策): what is promised against which need, version by version."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields
from contracts.ids import PersonId
from contracts.personal import SealedIdentity
from contracts.registry.topics import PEOPLE


class PlanItem(Fields):
    """One need, and what is promised against it. It keeps its id through all versions of the plan."""

    item_id: UUID
    need: SealedIdentity
    """Sealed with kind `plan`, bound to `item_id`."""
    promise: SealedIdentity
    """Sealed with kind `plan`, bound to `item_id`."""
    role: str
    """Whose holder keeps the promise."""
    until: date


class PlanAdopted(Event, topic=PEOPLE, type="registry.plan-adopted.v1", key="person_id"):
    """A named person has adopted a version of the person's plan; it takes the place of the one before (row 18)."""

    person_id: PersonId
    plan_id: UUID
    version: int
    """1, 2, 3 …"""
    items: tuple[PlanItem, ...]
    adopted_by: SealedIdentity
    """Their name; sealed with kind `plan`, bound to `person_id`."""
    next_review: date
    adopted_at: AwareDatetime
