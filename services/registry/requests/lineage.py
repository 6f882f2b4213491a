"""Units that end, and people who go to another (row 07)."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedCare
from services.registry.domain.lineage import Destination, Heir
from services.registry.domain.officer import Officer
from services.registry.domain.transfers import Inheritance

Because = Literal["merged", "split", "abolished"]


class EndUnits(Request, key="roster_id", id="lineage_id"):
    """Merge units into one, split one, or abolish one: its heirs take its people over. `destinations` names everybody."""

    roster_id: UUID
    lineage_id: UUID
    city: str
    county: str
    because: Because
    unit_ids: tuple[UnitId, ...]
    heirs: tuple[Heir, ...]
    destinations: tuple[Destination, ...]
    document: str | None = None


class EndUnit(Request, key="lineage_id", id="lineage_id"):
    """Take one unit off the roster; asked of each that a lineage ends."""

    lineage_id: UUID
    because: Because
    heirs: tuple[Heir, ...]
    document: str | None
    at: AwareDatetime


class FollowUnit(Request, key="lineage_id", id="lineage_id"):
    """Go to the heir of the own unit; asked of everybody under care of one that has ended."""

    lineage_id: UUID
    inheritance: Inheritance


class TransferPerson(Request, key="person_id", id="transfer_id"):
    """Put one person under another unit, where this officer answers for them."""

    person_id: PersonId
    transfer_id: UUID
    unit_id: UnitId
    county: str
    reason: SealedCare
    document: str | None = None
    liaison: Officer
