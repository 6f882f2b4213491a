"""The doors of reforms: units that end, who takes their people over, and people who go to another unit."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem, WrongFields
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId, UnitId, derived
from services.registry.api.doors import county_of, in_scope, keys_of, reach_person, reach_unit, words_of
from services.registry.bodies.lineage import Abolition, Division, Heritage, Merger, Transferring
from services.registry.entering.lineage import ending
from services.registry.entering.officers import named
from services.registry.entering.reasons import reason
from services.registry.reading import places, reading
from services.registry.reading.lineage import (
    Lineages,
    UnitShown,
    belongings,
    lineages_of,
    unit_of,
    with_units_below,
)
from services.registry.reading.places import Place
from services.registry.requests import Recorded
from services.registry.requests.lineage import Because, TransferPerson

router = APIRouter(tags=["登记"])
Reformer = Annotated[Caller, Depends(May("reform-units"))]


@router.post("/units/{unit_id}/mergers", status_code=201, response_model=Recorded, summary="将其他单位并入本单位")
async def merge_units(unit_id: UUID, body: Merger, http: HttpRequest, decide: Decide, caller: Reformer) -> Response:
    """A new unit is registered first. Everybody needs a liaison there: their own who moves along, or the one named."""
    heir = Heritage(unit_id=UnitId(unit_id), officers=body.officers, liaison=body.liaison)
    return await _end(http, decide, caller, "merged", body.unit_ids, (heir,), body)


@router.post("/units/{unit_id}/division", status_code=201, response_model=Recorded, summary="将本单位分设为几个单位")
async def split_unit(unit_id: UUID, body: Division, http: HttpRequest, decide: Decide, caller: Reformer) -> Response:
    """Everybody is named, and goes to one of them."""
    return await _end(http, decide, caller, "split", (UnitId(unit_id),), body.heirs, body)


@router.post(
    "/units/{unit_id}/abolition", status_code=201, response_model=Recorded, summary="撤销单位，人员转入其他单位"
)
async def abolish_unit(unit_id: UUID, body: Abolition, http: HttpRequest, decide: Decide, caller: Reformer) -> Response:
    """Only with heirs: nobody may be left without a unit."""
    return await _end(http, decide, caller, "abolished", (UnitId(unit_id),), body.heirs, body)


@router.post("/people/{person_id}/transfers", status_code=201, response_model=Recorded, summary="人员转至其他单位")
async def transfer_person(
    person_id: UUID, body: Transferring, http: HttpRequest, decide: Decide, caller: Reformer
) -> Response:
    """One person alone; what was owed to them is owed on."""
    await reach_person(http, caller, person_id)
    (to,) = await _standing(http, caller, {"unit_id": (body.unit_id,)})
    request = TransferPerson(
        person_id=PersonId(person_id), transfer_id=body.transfer_id, unit_id=body.unit_id, county=to.county,
        reason=reason(body.reason, person_id, keys_of(http)), document=body.document,
        liaison=named(body.liaison, keys_of(http)),
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.get("/units/{unit_id}", summary="单位，及其由来与去向")
@whole
async def unit(unit_id: UUID, http: HttpRequest, caller: Annotated[Caller, Depends(May("read-files"))]) -> UnitShown:
    """Also of one that has ended."""
    await reach_unit(http, caller, unit_id)
    async with reading(http.app.state.database) as tables:
        return await unit_of(tables, unit_id)


@router.get("/lineages", summary="机构改革：前后人数与尚未转入的人员")
@whole
async def lineages(city: str, http: HttpRequest, caller: Annotated[Caller, Depends(May("reform-units"))]) -> Lineages:
    """As many people after as before, or who is missing."""
    county = county_of(caller)
    async with reading(http.app.state.database) as tables:
        return await lineages_of(tables, derived("roster", city), county)


async def _end(
    http: HttpRequest, decide: Decide, caller: Caller, because: Because, unit_ids: Sequence[UnitId],
    heirs: Sequence[Heritage], body: Merger | Division | Abolition,
) -> Response:  # fmt: skip
    """All that is wrong is said before anything is done."""
    fields = {"unit_ids": unit_ids, "heirs": tuple(heir.unit_id for heir in heirs)}
    found = await _standing(http, caller, fields)
    await _nothing_below(http, unit_ids)
    async with reading(http.app.state.database) as tables:
        people = await belongings(tables, unit_ids)
    counties = {place.unit_id: place.county for place in found}
    request = ending(because, unit_ids, heirs, body, people, found[0].city, counties, keys_of(http))
    return await decide(request, caller, status=201)


async def _standing(http: HttpRequest, caller: Caller, fields: dict[str, Sequence[UnitId]]) -> list[Place]:
    """Managing units of one city that stand on the roster, within the reach of the caller; every fault is named."""
    named_units = [(field, unit_id) for field, unit_ids in fields.items() for unit_id in unit_ids]
    async with reading(http.app.state.database) as tables:
        found = [await places.place_of_unit(tables, unit_id) for _, unit_id in named_units]
    city = next((place.city for place in found if place is not None), None)
    errors = [
        {"field": field, **fault._asdict(), "unit_id": str(unit_id)}
        for (field, unit_id), place in zip(named_units, found, strict=True)
        if (fault := places.fault_of(place, words_of(http).beside, city=city)) is not None
    ]
    if errors:
        raise WrongFields(errors)
    standing = [(field, place) for (field, _), place in zip(named_units, found, strict=True) if place is not None]
    for field, place in standing:
        in_scope(caller, place, field)
    return [place for _, place in standing]


async def _nothing_below(http: HttpRequest, unit_ids: Sequence[UnitId]) -> None:
    async with reading(http.app.state.database) as tables:
        above = await with_units_below(tables, unit_ids)
    if above:
        raise Problem(
            422, "不符合规定", "仍有单位隶属于此，请先变更其隶属", rule="units-below", field="unit_ids",
            units=sorted(map(str, above)),
        )  # fmt: skip
