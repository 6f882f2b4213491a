"""The doors of holders who are away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Bounds, Caller
from contracts.ids import HolderId, derived
from services.registry.api.doors import keys_of
from services.registry.bodies.away import GoingAway
from services.registry.entering.officers import named
from services.registry.reading import places, reading
from services.registry.requests import Recorded
from services.registry.requests.away import EndAway, ReportAway
from services.registry.words.places import HOLDER_ELSEWHERE, NO_HOLDER

router = APIRouter(tags=["登记"])
Appointer = Annotated[Caller, Depends(May("appoint-holders"))]


@router.post("/holders/{holder_id}/away", status_code=201, response_model=Recorded, summary="外出，由谁代理（AB角）")
async def report_away(
    holder_id: UUID, body: GoingAway, http: HttpRequest, decide: Decide, caller: Appointer
) -> Response:
    """Of anybody who stands on a card. While it lasts the deputy stands there; it begins and ends by itself."""
    city, county = await _reach_holder(http, caller, holder_id)
    request = ReportAway(
        holder_id=HolderId(holder_id), away_id=body.away_id, city=city, county=county, from_at=body.from_at,
        until_at=body.until_at, deputy=named(body.deputy, keys_of(http)),
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/holders/{holder_id}/away/{away_id}/ending", status_code=201, response_model=Recorded, summary="提前返岗")
async def end_away(holder_id: UUID, away_id: UUID, http: HttpRequest, decide: Decide, caller: Appointer) -> Response:
    """Before the time that was said; one that is over changes nothing."""
    await _reach_holder(http, caller, holder_id)
    request = EndAway(holder_id=HolderId(holder_id), back_id=derived("holder-back", away_id), away_id=away_id)
    return await decide(request, caller, status=201)


async def _reach_holder(http: HttpRequest, caller: Caller, holder_id: UUID) -> tuple[str, str]:
    """City and county of their people (empty = more than one county may be concerned), who are all within reach."""
    async with reading(http.app.state.database) as tables:
        place = await places.place_of_holder(tables, holder_id)
        if place is None:
            raise Problem(422, "不符合规定", NO_HOLDER, rule="holder-unknown", field="holder_id")
        if await places.stands_beyond(tables, holder_id, caller.bounds):
            raise Problem(403, "无权限", HOLDER_ELSEWHERE, rule="out-of-reach", field="holder_id")
    return place.city, "" if caller.bounds == Bounds() else place.county
