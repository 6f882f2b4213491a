"""The doors of people: under care, and their files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem, WrongFields
from bus.database import Connection
from bus.decisions import Caller
from bus.pages import Order, Page, paged, whole
from services.registry.api.doors import Hour, Opens, county_of, in_scope, keys_of, within_reach, words_of
from services.registry.api.survivors import named_dead
from services.registry.bodies.codes import Code
from services.registry.bodies.people import Enrolment
from services.registry.entering.people import enrolment
from services.registry.reading import places, reading
from services.registry.reading.counts import Counts, counts_of
from services.registry.reading.people import People, RosterLine, people_of, roster_of
from services.registry.reading.places import Place
from services.registry.requests import Recorded

router = APIRouter(tags=["登记"])
Reader = Annotated[Caller, Depends(May("read-files"))]
Enroller = Annotated[Caller, Depends(May("enrol"))]
NEWEST = Order(("enrolled_at", "person_id"), "新登记的在前，同时的按编号", falling=True)


@router.post("/people", status_code=201, response_model=Recorded, summary="登记人员")
async def enrol(body: Enrolment, http: HttpRequest, decide: Decide, caller: Enroller, _: Hour) -> Response:
    """From now on somebody owes this person something. City and county are the unit's, unless given."""
    await named_dead(http, caller, body.survivor_of)
    async with reading(http.app.state.database) as tables:
        unit = await _named_units(tables, body, words_of(http).beside)
        request = enrolment(body, body.city or unit.city, body.county or unit.county, keys_of(http))
        in_scope(caller, Place(unit.unit_id, request.city, request.county), "unit_id")
        if await places.is_of_another(tables, request.resident_id_index, request.person_id):
            raise Problem(409, "已登记", "该身份证号已登记在另一人名下", rule="resident-id-taken", field="resident_id")
    return await decide(request, caller, status=201)


@router.get("/people", summary="人员，新登记的在前")
async def people(
    http: HttpRequest,
    opens: Opens,
    caller: Reader,
    page: Annotated[Page, paged(50, most=200, order=NEWEST)],
    unit: UUID | None = None,
    county: str | None = None,
    kind: Code | None = None,
    category: Code | None = None,
) -> People:
    """Of a unit, or all within reach of the caller; who died or left is marked."""
    within = await within_reach(http, caller, unit)
    asked = {"county": county, "kind": kind, "category": category}
    async with reading(http.app.state.database) as tables:
        shown = await people_of(tables, keys_of(http), within, asked, page)
    await opens(caller, "people", (each.person_id for each in shown.people))
    return shown


@router.get("/counts", summary="人数：按县（市、区）、单位、人员类别、居住类别、年龄")
@whole
async def counts(http: HttpRequest, caller: Reader, unit: UUID | None = None) -> Counts:
    """Row 01, of those within reach of the caller: however they are divided, the parts come to the whole."""
    within = await within_reach(http, caller, unit)
    async with reading(http.app.state.database) as tables:
        return await counts_of(tables, words_of(http), within)


@router.get("/roster", summary="花名册：全市或全县（市、区）在册的全部人员")
@whole
async def roster(http: HttpRequest, opens: Opens, caller: Enroller) -> list[RosterLine]:
    """Under the headings under which one is handed in, so that it can be compared and handed in again."""
    county = county_of(caller)
    async with reading(http.app.state.database) as tables:
        shown = await roster_of(tables, keys_of(http), county)
    await opens(caller, "roster", (line.person_id for line in shown))
    return shown


async def _named_units(tables: Connection, body: Enrolment, beside: frozenset[str]) -> Place:
    """The unit of an enrolment; both units are looked at, and what is wrong with either is said at once."""
    unit = await places.place_of_unit(tables, body.unit_id)
    faults = {"unit_id": places.fault_of(unit, beside)}
    if body.community_id is not None:
        community = await places.place_of_unit(tables, body.community_id)
        faults["community_id"] = places.fault_of(community, beside, community=True)
    errors = [{"field": field, **fault._asdict()} for field, fault in faults.items() if fault is not None]
    if errors or unit is None:
        raise WrongFields(errors)
    return unit
