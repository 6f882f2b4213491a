"""The doors of group link."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from bus.pages import whole
from services.registry.api.doors import Opens, county_of, in_scope, keys_of, reach_person, words_of
from services.registry.bodies.groups import Forming, Linking, Unlinking
from services.registry.entering.officers import named
from services.registry.entering.reasons import reason
from services.registry.reading import places, reading
from services.registry.reading.groups import (
    GroupPlace,
    Groups,
    MemberOfGroup,
    Updates,
    groups_of,
    members_of,
    place_of_group,
    updates_of,
)
from services.registry.requests import Recorded
from services.registry.requests.groups import FormGroup, LinkPerson, UnlinkPerson

router = APIRouter(tags=["登记"])
Bureau = Annotated[Caller, Depends(May("run-groups"))]


@router.post("/groups", status_code=201, response_model=Recorded, summary="编组，或变更组的名称、人数、人员")
async def form_group(body: Forming, http: HttpRequest, decide: Decide, caller: Bureau) -> Response:
    """The first entry needs no `entry_id`, each later one a new one: by whoever reaches the group as it is, and its new unit."""
    if words_of(http).group_officer is None:
        raise Problem(422, "不符合规定", "本市政策没有挂组联系人这一角色，不编组", rule="no-groups", field="group_id")
    async with reading(http.app.state.database) as tables:
        _reach(caller, await place_of_group(tables, body.group_id))
        unit = await places.place_of_unit(tables, body.unit_id)
    fault = places.fault_of(unit, words_of(http).beside)
    if unit is None or fault is not None:
        rule, error = fault or places.UNKNOWN
        raise Problem(422, "字段错误", error, rule=rule, field="unit_id")
    in_scope(caller, unit, "unit_id")
    request = FormGroup(
        group_id=body.group_id, entry_id=body.entry_id or body.group_id, name=body.name, unit_id=body.unit_id,
        city=unit.city, county=unit.county, least=body.least, most=body.most,
        staff=tuple(named(each, keys_of(http)) for each in body.staff),
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.get("/groups", summary="各组的人数与上下限")
@whole
async def groups(city: str, http: HttpRequest, caller: Bureau) -> Groups:
    """Of the city, or of the county of the caller."""
    county = county_of(caller)
    async with reading(http.app.state.database) as tables:
        return await groups_of(tables, keys_of(http), city, county)


@router.get("/groups/{group_id}/people", summary="本组联系的人员")
@whole
async def members(group_id: UUID, http: HttpRequest, opens: Opens, caller: Bureau) -> list[MemberOfGroup]:
    """The longest linked first."""
    await _reach_group(http, caller, group_id)
    async with reading(http.app.state.database) as tables:
        shown = await members_of(tables, keys_of(http), group_id)
    await opens(caller, "group", (each.person_id for each in shown))
    return shown


@router.post("/groups/{group_id}/people", status_code=201, response_model=Recorded, summary="挂组联系：加入一人")
async def link(group_id: UUID, body: Linking, http: HttpRequest, decide: Decide, caller: Bureau) -> Response:
    """Over the limit of the group is refused, with the numbers. A person is in one group."""
    await _reach_group(http, caller, group_id)
    await reach_person(http, caller, body.person_id)
    async with reading(http.app.state.database) as tables:
        if await places.is_dead(tables, body.person_id) or not await places.is_under_care(tables, body.person_id):
            raise Problem(409, "不符合规定", "此人已登记去世或已停止服务", rule="person-gone", field="person_id")
    request = LinkPerson(group_id=group_id, link_id=body.link_id, person_id=body.person_id)
    return await decide(request, caller, status=201)


@router.post(
    "/groups/{group_id}/people/leaving", status_code=201, response_model=Recorded, summary="挂组联系：移出一人"
)
async def unlink(group_id: UUID, body: Unlinking, http: HttpRequest, decide: Decide, caller: Bureau) -> Response:
    """To go into another group, or out of all."""
    await _reach_group(http, caller, group_id)
    why = reason(body.reason, body.person_id, keys_of(http))
    request = UnlinkPerson(group_id=group_id, unlink_id=body.unlink_id, person_id=body.person_id, reason=why)
    return await decide(request, caller, status=201)


@router.get("/groups/{group_id}/updates", summary="本组当月信息未更新的人员")
@whole
async def updates(
    group_id: UUID,
    http: HttpRequest,
    opens: Opens,
    caller: Bureau,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")],
) -> Updates:
    """Row 10: information is updated and filed every month. Whose file had no entry, the longest without first."""
    await _reach_group(http, caller, group_id)
    async with reading(http.app.state.database) as tables:
        shown = await updates_of(tables, keys_of(http), group_id, month)
    await opens(caller, "group-updates", (each.person_id for each in shown.without_news))
    return shown


async def _reach_group(http: HttpRequest, caller: Caller, group_id: UUID) -> None:
    async with reading(http.app.state.database) as tables:
        place = await place_of_group(tables, group_id)
    if place is None:
        raise Problem(404, "没有这一项", "没有这个组", rule="group-unknown", field="group_id")
    _reach(caller, place)


def _reach(caller: Caller, place: GroupPlace | None) -> None:
    if place is not None and not caller.acts_in(place.county, place.unit_id):
        raise Problem(403, "无权限", caller.beyond, rule="out-of-reach", field="group_id")
