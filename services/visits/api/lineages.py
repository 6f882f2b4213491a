"""The proof that nothing owed was lost in a reform, to read (P12, ★10)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, Field

from bus.api import Problem
from bus.decisions import Caller
from bus.pages import Order, Page, paged, whole
from bus.sealed import KeyRing
from contracts.ids import DutyId
from services.visits import lineage_reading as reading
from services.visits.api.doors import Reader, reach_of
from services.visits.domain.words import REFUSED
from services.visits.opening import reason_for

router = APIRouter(prefix="/lineages", tags=["机构改革"])
VANISHED_FIRST = Order(("rank", "person_id", "duty_id"), "少了的在前，然后是已了结的、未办的，各按人和事项的编号")


class Proof(BaseModel):
    """One reform: what was owed before it is open with the heirs, or closed since by something that is there."""

    lineage_id: UUID
    because: str
    document: str | None
    begun_at: AwareDatetime
    unit_ids: list[UUID]
    heirs: list[UUID]
    people: int = Field(description="改革点名的人数")
    awaited: list[UUID] = Field(description="其中新卡片还没有到的")
    duties_before: int = Field(description="改革前未办的事项数")
    open: int = Field(description="现在仍未办的")
    closed: int = Field(description="此后办结、免办或被取代的，都有依据")
    vanished: int = Field(description="找不到了，或了结而无依据的：应为 0")
    whole: bool = Field(description="人都到了，事项一件不少")


class Inherited(BaseModel):
    """A duty that was open before the reform, and what has become of it."""

    person_id: UUID
    unit_id: UUID | None = Field(description="此人现在所属的单位")
    duty_id: DutyId
    fate: str
    rule: str | None
    party: str | None
    role: str | None
    due_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    closed_as: str | None
    closed_by: str | None
    closed_by_id: UUID | None
    reason: str | None


@router.get("", summary="机构改革：改革前后应办的事项")
@whole
async def lineages(http: HttpRequest, caller: Reader) -> list[Proof]:
    """The latest first; of people within reach. It is counted now, from what stands in the tables."""
    async with http.app.state.database.connection() as connection:
        rows = await reading.lineages(connection, reach_of(caller))
    return [Proof(**row, whole=not row["awaited"] and not row["vanished"]) for row in rows]


@router.get("/{lineage_id}/duties", summary="一次改革前未办的每一项，现在怎样：少了的在前，然后是已了结的")
async def duties(
    lineage_id: UUID,
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(1000, most=10_000, order=VANISHED_FIRST)],
) -> list[Inherited]:
    """By person and duty, with what closed it."""
    async with http.app.state.database.connection() as connection:
        if not await reading.lineages(connection, reach_of(caller), lineage_id):
            raise Problem(404, "没有这一项", REFUSED["lineage-unknown"], rule="lineage-unknown", field="lineage_id")
        rows = await page.read(connection, reading.DUTIES, *reach_of(caller), lineage_id)
    return [_inherited(row, caller, http.app.state.keys) for row in rows]


def _inherited(row: Mapping[str, Any], caller: Caller, keys: KeyRing) -> Inherited:
    told = {name: row[name] for name in Inherited.model_fields}
    return Inherited(**{**told, "reason": reason_for(caller, keys, row["reason"], row["closed_by_id"])})
