"""The doors at which somebody named reviews files that may be one person's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId
from services.registry.api.doors import Opens, county_of, keys_of, reach_person
from services.registry.bodies.duplicates import Distinguishing, Merging, Undoing
from services.registry.entering.duplicates import distinguishing, merging, undoing
from services.registry.reading import places, reading
from services.registry.reading.duplicates import Proposal, proposals
from services.registry.requests import Recorded

router = APIRouter(tags=["重复档案"])
Officer = Annotated[Caller, Depends(May("merge-files"))]


@router.get("/duplicates", summary="疑似重复的档案，待人工核对")
@whole
async def duplicates(http: HttpRequest, opens: Opens, caller: Officer) -> list[Proposal]:
    """Same name and birth date, resident IDs one place apart, same phone and name. Nobody is merged by a machine."""
    county = county_of(caller)
    async with reading(http.app.state.database) as tables:
        shown = await proposals(tables, keys_of(http), county)
    await opens(caller, "duplicates", (each.person_id for pair in shown for each in (pair.one, pair.other)))
    return shown


@router.post("/people/{person_id}/merge", status_code=201, response_model=Recorded, summary="将此档案并入另一份")
async def merge(person_id: UUID, body: Merging, http: HttpRequest, decide: Decide, caller: Officer) -> Response:
    """Both in reach of the caller, both dead or both living; the other goes on and shows the lines of both."""
    await reach_person(http, caller, person_id)
    await reach_person(http, caller, body.into, "into")
    async with reading(http.app.state.database) as tables:
        if not await places.is_under_care(tables, body.into):
            raise Problem(422, "字段错误", "这份档案已并入他处或已停止服务", rule="file-gone", field="into")
        if await places.is_dead(tables, person_id) != await places.is_dead(tables, body.into):
            detail = "两份档案中一份已登记去世，另一份没有；请先更正"
            raise Problem(409, "不符合规定", detail, rule="one-of-them-dead", field="into")
    return await decide(merging(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.post(
    "/people/{person_id}/merges/{merge_id}/undoing", status_code=201, response_model=Recorded, summary="撤销合并"
)
async def undo_merge(
    person_id: UUID, merge_id: UUID, body: Undoing, http: HttpRequest, decide: Decide, caller: Officer
) -> Response:
    """Each file is again what it was: both in reach of the caller, as when they were merged."""
    await reach_person(http, caller, person_id)
    async with reading(http.app.state.database) as tables:
        into = await places.merged_into(tables, person_id, merge_id)
    if into is not None:
        await reach_person(http, caller, into, "merge_id")
    return await decide(undoing(PersonId(person_id), merge_id, body, keys_of(http)), caller, status=201)


@router.post("/people/{person_id}/told-apart", status_code=201, response_model=Recorded, summary="核对为不是同一人")
async def tell_apart(
    person_id: UUID, body: Distinguishing, http: HttpRequest, decide: Decide, caller: Officer
) -> Response:
    """They are not proposed again."""
    await reach_person(http, caller, person_id)
    await reach_person(http, caller, body.other_id, "other_id")
    return await decide(distinguishing(PersonId(person_id), body, keys_of(http)), caller, status=201)
