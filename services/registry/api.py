"""The doors of the registry: clear text comes in here, is checked and sealed, and goes no further in clear."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, Problem, Token
from bus.database import Connection
from bus.decisions import OF_ITS_COUNTY, Caller
from bus.sealed import KeyRing
from contracts.ids import PersonId, UnitId, derived
from services.registry import entering, reading
from services.registry.bodies import (
    HOUR,
    Appointing,
    Assigning,
    DeathReport,
    Enrolment,
    FamilyChange,
    HardshipReport,
    Restating,
    Retraction,
    UnitEntry,
)
from services.registry.reading import File, People, Place
from services.registry.requests import (
    Recorded,
    RegisterUnit,
    ReportDeath,
    ReportFamilyChange,
    ReportHardship,
    RestateAll,
    RetractDeath,
)

MAY: Mapping[str, tuple[str, ...]] = {
    "register units": ("bureau-officer", "organisation-department"),
    "appoint holders": ("bureau-officer", "organisation-department", "unit-leader"),
    "enrol": ("bureau-officer",),
    "assign liaisons": ("bureau-officer", "unit-leader"),
    "report": ("bureau-officer", "unit-leader", "liaison"),
    "retract": ("bureau-officer",),
    "read": ("bureau-officer", "unit-leader", "liaison"),
    "restate": ("operations",),
}
"""Which roles may do what."""

router = APIRouter(tags=["登记"])


def allowed(act: str) -> Token:
    return Token(*MAY[act])


async def know_the_hour(http: HttpRequest) -> None:
    """Dates are judged by the service's own clock, which the bodies read from here."""
    async with reading.reading(http.app.state.database) as tables:
        HOUR.set(await reading.hour(tables))


Hour = Annotated[None, Depends(know_the_hour)]


@router.post("/units", status_code=201, response_model=Recorded, summary="登记单位，或变更其名称、隶属")
async def register_unit(
    body: UnitEntry, decide: Decide, caller: Annotated[Caller, Depends(allowed("register units"))]
) -> Response:
    """The first entry needs no `entry_id`, each later one a new one. Party, city and county stay as first registered."""
    _in_scope(caller, Place(body.unit_id, body.city, body.county))
    entry = body.model_dump(exclude={"entry_id"})
    return await decide(RegisterUnit(**entry, entry_id=body.entry_id or body.unit_id), caller, status=201)


@router.post("/units/{unit_id}/holder", status_code=201, response_model=Recorded, summary="确定单位责任人")
async def appoint_holder(
    unit_id: UUID,
    body: Appointing,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("appoint holders"))],
) -> Response:
    """The unit's party makes the role. Every card below the unit follows."""
    await _unit(http, caller, unit_id)
    return await decide(entering.appointment(UnitId(unit_id), body, _keys(http)), caller, status=201)


@router.post("/people", status_code=201, response_model=Recorded, summary="登记人员")
async def enrol(
    body: Enrolment, http: HttpRequest, decide: Decide, caller: Annotated[Caller, Depends(allowed("enrol"))], _: Hour
) -> Response:
    """From now on somebody owes this person something. City and county are the unit's, unless given."""
    async with reading.reading(http.app.state.database) as tables:
        unit = await _named_units(tables, body)
        request = entering.enrolment(body, body.city or unit.city, body.county or unit.county, _keys(http))
        _in_scope(caller, Place(unit.unit_id, request.city, request.county))
        if await reading.is_of_another(tables, request.resident_id_index, request.person_id):
            raise Problem(409, "已登记", "该身份证号已登记在另一人名下", field="resident_id")
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/liaison", status_code=201, response_model=Recorded, summary="确定在职联络员")
async def assign_liaison(
    person_id: UUID,
    body: Assigning,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("assign liaisons"))],
) -> Response:
    """A serving officer of the person's own unit; who answered before does no more."""
    await _person(http, caller, person_id)
    return await decide(entering.assignment(PersonId(person_id), body, _keys(http)), caller, status=201)


@router.post("/people/{person_id}/deaths", status_code=201, response_model=Recorded, summary="报告去世")
async def report_death(
    person_id: UUID,
    body: DeathReport,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("report"))],
    _: Hour,
) -> Response:
    """It stands until this very report is retracted."""
    await _person(http, caller, person_id)
    return await decide(ReportDeath(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/deaths/{report_id}/retraction", status_code=201, response_model=Recorded,
             summary="撤销去世报告")  # fmt: skip
async def retract_death(
    person_id: UUID,
    report_id: UUID,
    body: Retraction,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("retract"))],
) -> Response:
    """Everything that followed from the report is undone. A report is retracted once."""
    await _person(http, caller, person_id)
    request = RetractDeath(
        person_id=PersonId(person_id), retraction_id=derived("death-retraction", report_id), report_id=report_id,
        reason=body.reason,
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/family-changes", status_code=201, response_model=Recorded, summary="报告家庭重大变故")
async def report_family_change(
    person_id: UUID,
    body: FamilyChange,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("report"))],
    _: Hour,
) -> Response:
    """Row 14."""
    await _person(http, caller, person_id)
    return await decide(ReportFamilyChange(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/hardships", status_code=201, response_model=Recorded, summary="报告特殊困难")
async def report_hardship(
    person_id: UUID,
    body: HardshipReport,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(allowed("report"))],
) -> Response:
    """Row 13."""
    await _person(http, caller, person_id)
    return await decide(ReportHardship(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.get("/people", summary="一个单位的人员，新登记的在前")
async def people(
    unit: UUID,
    http: HttpRequest,
    caller: Annotated[Caller, Depends(allowed("read"))],
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> People:
    """A page goes on after the person that the page before names as `next`."""
    await _unit(http, caller, unit)
    county = caller.county if caller.role in OF_ITS_COUNTY else None
    async with reading.reading(http.app.state.database) as tables:
        return await reading.people_of(tables, _keys(http), unit, county, after, limit)


@router.get("/people/{person_id}/file", summary="一人一档：每一条及其来源、经手人、发生时间、记录时间")
async def file(person_id: UUID, http: HttpRequest, caller: Annotated[Caller, Depends(allowed("read"))]) -> File:
    """Every line that was ever written, in the order in which things happened."""
    await _person(http, caller, person_id)
    async with reading.reading(http.app.state.database) as tables:
        return await reading.file_of(tables, _keys(http), person_id)


@router.post("/directory/restate", status_code=202, response_model=Recorded, summary="重新发布全市人员卡片")
async def restate_directory(
    body: Restating, decide: Decide, caller: Annotated[Caller, Depends(allowed("restate"))]
) -> Response:
    """The same cards under the same versions, chunk by chunk; a restart goes on where it stood."""
    request = RestateAll(directory_id=derived("directory", body.city), restate_id=body.restate_id, city=body.city)
    return await decide(request, caller, status=202)


def _keys(http: HttpRequest) -> KeyRing:
    keys: KeyRing = http.app.state.keys
    return keys


def _in_scope(caller: Caller, place: Place) -> None:
    if not caller.acts_in(place.county, place.unit_id):
        raise Problem(403, "无权限", "不在此令牌的单位或县（市、区）之内")


async def _unit(http: HttpRequest, caller: Caller, unit_id: UUID) -> None:
    async with reading.reading(http.app.state.database) as tables:
        place = await reading.place_of_unit(tables, unit_id)
    if place is None:
        raise Problem(404, "没有这一项", "没有这个单位", field="unit_id")
    _in_scope(caller, place)


async def _person(http: HttpRequest, caller: Caller, person_id: UUID) -> None:
    async with reading.reading(http.app.state.database) as tables:
        place = await reading.place_of_person(tables, person_id)
    if place is None:
        raise Problem(404, "没有这一项", "没有这个人", field="person_id")
    _in_scope(caller, place)


async def _named_units(tables: Connection, body: Enrolment) -> Place:
    """The unit of an enrolment; both units are looked at, and what is wrong with either is said at once."""
    unit = await reading.place_of_unit(tables, body.unit_id)
    faults = {"unit_id": unit is None or unit.party == "community"}
    if body.community_id is not None:
        community = await reading.place_of_unit(tables, body.community_id)
        faults["community_id"] = community is None or community.party != "community"
    errors = [{"field": field, "error": "没有这个单位，或类别不符"} for field, wrong in faults.items() if wrong]
    if errors or unit is None:
        raise Problem(422, "字段错误", "请求中有不符合要求的字段", errors=errors)
    return unit
