"""The doors of who answers for people, and of posts that nobody holds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId, UnitId
from services.registry.api.doors import Opens, keys_of, reach_person, reach_unit, within_reach
from services.registry.bodies.liaisons import Assigning, Relieving
from services.registry.entering.liaisons import assignment, end_of_liaison, relief
from services.registry.reading import reading
from services.registry.reading.posts import Vacancies, is_a_liaison_of, vacancies_of
from services.registry.requests import Recorded
from services.registry.words.places import NO_LIAISON

router = APIRouter(tags=["登记"])
Assigner = Annotated[Caller, Depends(May("assign-liaisons"))]


@router.post("/people/{person_id}/liaison", status_code=201, response_model=Recorded, summary="确定在职联络员")
async def assign_liaison(
    person_id: UUID,
    body: Assigning,
    http: HttpRequest,
    decide: Decide,
    caller: Assigner,
) -> Response:
    """A serving officer of the person's own unit; who answered before does no more."""
    await reach_person(http, caller, person_id)
    return await decide(assignment(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.post("/people/{person_id}/liaison/ending", status_code=201, response_model=Recorded,
             summary="在职联络员不再联系此人，由谁接任")  # fmt: skip
async def end_liaison(
    person_id: UUID, body: Relieving, http: HttpRequest, decide: Decide, caller: Assigner
) -> Response:
    """With a successor; without one only where the officer is gone already, and then the unit leader stands in."""
    await reach_person(http, caller, person_id)
    return await decide(end_of_liaison(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.post("/units/{unit_id}/liaisons/ending", status_code=201, response_model=Recorded,
             summary="在职联络员退休、调离：其联系的全部人员由谁接任")  # fmt: skip
async def relieve_officer(
    unit_id: UUID, body: Relieving, http: HttpRequest, decide: Decide, caller: Assigner
) -> Response:
    """One request for everybody of the unit for whom this officer answers; each is told who follows."""
    await reach_unit(http, caller, unit_id)
    async with reading(http.app.state.database) as tables:
        if not await is_a_liaison_of(tables, unit_id, body.liaison_id):
            raise Problem(422, "不符合规定", NO_LIAISON, rule="liaison-other", field="liaison_id")
    return await decide(relief(UnitId(unit_id), body, keys_of(http)), caller, status=201)


@router.get("/vacancies", summary="空缺的责任人，空缺最久的在前")
@whole
async def vacancies(
    http: HttpRequest, opens: Opens, caller: Annotated[Caller, Depends(May("read-files"))], unit: UUID | None = None
) -> Vacancies:
    """All that the caller may see; of one unit, if it is named."""
    within = await within_reach(http, caller, unit)
    async with reading(http.app.state.database) as tables:
        shown = await vacancies_of(tables, keys_of(http), within)
    await opens(caller, "vacancies", (each.person_id for each in shown.vacancies))
    return shown
