"""The doors of units."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May
from bus.decisions import NOBODY, Caller
from bus.pages import whole
from contracts.ids import UnitId
from services.registry.api.doors import in_scope, keys_of, reach_unit, refuse_ended, within_reach, words_of
from services.registry.bodies.units import Appointing, UnitEntry
from services.registry.entering.units import appointment
from services.registry.reading import reading
from services.registry.reading.places import Place
from services.registry.reading.units import Units, units_of
from services.registry.requests import Recorded
from services.registry.requests.units import RegisterUnit

router = APIRouter(tags=["登记"])


@router.post("/units", status_code=201, response_model=Recorded, summary="登记单位，或变更其名称、隶属")
async def register_unit(
    body: UnitEntry, http: HttpRequest, decide: Decide, caller: Annotated[Caller, Depends(May("register-units"))]
) -> Response:
    """The first entry needs no `entry_id`, each later one a new one. Party, city and county stay as first registered."""
    in_scope(caller, Place(body.unit_id, body.city, body.county), "county")
    if body.reports_to is not None:
        await refuse_ended(http, body.reports_to, "reports_to")
    entry = body.model_dump(exclude={"entry_id"})
    return await decide(RegisterUnit(**entry, entry_id=body.entry_id or body.unit_id), caller, status=201)


@router.get("/units", summary="单位，按方、县（市、区）、名称排列")
@whole
async def units(http: HttpRequest, caller: Annotated[Caller, Depends(May("read-files"))]) -> Units:
    """Those that stand, within reach of the caller: a roster names them as they are called here."""
    within = await within_reach(http, caller, None)
    own = NOBODY if within.held is not None else within.unit  # whoever is named for people is named for no unit
    async with reading(http.app.state.database) as tables:
        return await units_of(tables, keys_of(http), own, within.county, list(words_of(http).parties))


@router.post("/units/{unit_id}/holder", status_code=201, response_model=Recorded, summary="确定单位责任人")
async def appoint_holder(
    unit_id: UUID,
    body: Appointing,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("appoint-holders"))],
) -> Response:
    """The unit's party makes the role. Every card below the unit follows."""
    await reach_unit(http, caller, unit_id)
    await refuse_ended(http, unit_id, "unit_id")
    return await decide(appointment(UnitId(unit_id), body, keys_of(http)), caller, status=201)
