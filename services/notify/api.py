"""The HTTP of notify: the cases that wait, for the bureau to look at."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from bus.api import Token
from bus.decisions import Caller
from services.notify.tables import cases, notices

router = APIRouter()
Bureau = Annotated[Caller, Depends(Token("bureau-officer", "operations"))]


class CaseLine(BaseModel):
    """A case that was opened, and whose duty has not ended since."""

    case_id: UUID
    person_id: UUID
    duty_id: UUID
    rule: str
    opened_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None
    parked_since: AwareDatetime | None


@router.get("/cases", summary="正在通知的事项;parked=true 只看无人可通知的")
async def open_cases(
    http: HttpRequest, caller: Bureau, parked: bool = False, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> list[CaseLine]:
    """Open cases, the oldest first. A parked one waits for a card, a holder, a number that takes SMS, or a template.

    One that was closed and opened again is open: the time of its last closing says nothing.
    """
    query = (
        select(cases).join(notices, notices.c.person_id == cases.c.person_id).order_by(cases.c.opened_at).limit(limit)
    )
    query = query.where(cases.c.parked_since.isnot(None) if parked else cases.c.announced)
    query = query.where(notices.c.county == caller.county) if caller.county is not None else query
    async with http.app.state.database.engine.connect() as connection:
        rows = (await connection.execute(query)).mappings()
        return [CaseLine(**{name: row[name] for name in CaseLine.model_fields}) for row in rows]
