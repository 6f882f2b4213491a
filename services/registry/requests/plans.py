"""What is asked of a person's plan."""

from datetime import date
from uuid import UUID

from pydantic import Field

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedIdentity
from contracts.registry import PlanItem


class AdoptPlan(Request, key="person_id", id="plan_id"):
    """Adopt a version of the person's plan, in the place of the one that was seen (row 18)."""

    person_id: PersonId
    plan_id: UUID
    replaces: UUID | None = None
    items: tuple[PlanItem, ...] = Field(min_length=1)
    adopted_by: SealedIdentity
    next_review: date
