"""The doors of plans: one person, one plan."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId
from services.registry.api.doors import Opens, keys_of, reach_person, within_reach, words_of
from services.registry.bodies.plans import Adopting
from services.registry.entering.plans import plan
from services.registry.reading import reading
from services.registry.reading.plans import Difference, PlanShown, ReviewDue, differences, plans_of, reviews_due
from services.registry.requests import Recorded

router = APIRouter(tags=["一人一策"])
Reader = Annotated[Caller, Depends(May("read-files"))]


@router.post("/people/{person_id}/plans", status_code=201, response_model=Recorded, summary="签批一人一策的一个版本")
async def adopt_plan(
    person_id: UUID,
    body: Adopting,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("adopt-plans"))],
) -> Response:
    """Row 18. It names the version that it replaces, so nobody overwrites what they have not seen."""
    await reach_person(http, caller, person_id)
    return await decide(plan(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.get("/people/{person_id}/plans", summary="一人一策的各个版本")
@whole
async def plans(person_id: UUID, http: HttpRequest, opens: Opens, caller: Reader) -> list[PlanShown]:
    """The first version first; the last is in force."""
    await reach_person(http, caller, person_id)
    await opens(caller, "plans", [person_id])
    async with reading(http.app.state.database) as tables:
        return await plans_of(tables, keys_of(http), person_id)


@router.get("/people/{person_id}/plans/differences", summary="两个版本的不同之处")
@whole
async def plan_differences(
    person_id: UUID, http: HttpRequest, opens: Opens, caller: Reader, before: Annotated[int, Query(ge=1)],
    after: Annotated[int, Query(ge=1)],
) -> list[Difference]:  # fmt: skip
    """What was added, taken out and changed, need by need."""
    versions = {shown.version: shown for shown in await plans(person_id, http, opens, caller)}
    for name, version in (("before", before), ("after", after)):
        if version not in versions:
            raise Problem(404, "没有这一项", "没有这个版本", rule="version-unknown", field=name)
    return differences(versions[before], versions[after])


@router.get("/plan-reviews", summary="逾期没有制定或没有复核的一人一策，没有的在前")
@whole
async def plan_reviews(http: HttpRequest, opens: Opens, caller: Reader, unit: UUID | None = None) -> list[ReviewDue]:
    """Of those within reach of the caller; who never had a plan after the time that the pack gives (`plan_within`) comes first."""
    within = await within_reach(http, caller, unit)
    async with reading(http.app.state.database) as tables:
        shown = await reviews_due(tables, words_of(http).plan_within, within)
    await opens(caller, "plan-reviews", (each.person_id for each in shown))
    return shown
