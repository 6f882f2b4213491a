"""What is asked of a person's duties: to let one go, and to write down what is owed before their unit ends."""

from uuid import UUID

from pydantic import BaseModel

from bus.decisions import Request
from contracts.ids import DutyId, PersonId, UnitId
from contracts.personal import SealedCare


class WaiveDuty(Request, key="person_id", id="waiver_id"):
    """A named person decides, with a reason, that this need not be done (rule 3)."""

    waiver_id: UUID
    person_id: PersonId
    duty_id: DutyId
    reason: SealedCare


class CountOwed(Request, key="lineage_id", id="lineage_id"):
    """Asked of everybody of a unit that ends: what is owed to them is written down, before they go to the heir."""

    lineage_id: UUID
    unit_id: UnitId


class DutyLetGo(BaseModel):
    """The duty is closed, as waived."""

    duty_id: DutyId
