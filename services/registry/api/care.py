"""The doors at which care ends, and is resumed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May
from bus.decisions import Caller
from contracts.ids import PersonId
from services.registry.api.doors import keys_of, reach_person
from services.registry.bodies.changes import CareEnding, Resumption
from services.registry.entering.changes import resumption
from services.registry.requests import Recorded
from services.registry.requests.changes import EndCare

router = APIRouter(tags=["登记"])
Officer = Annotated[Caller, Depends(May("change-people"))]


@router.post(
    "/people/{person_id}/care-ends", status_code=201, response_model=Recorded, summary="停止服务：迁出、误登记等"
)
async def end_care(person_id: UUID, body: CareEnding, http: HttpRequest, decide: Decide, caller: Officer) -> Response:
    """Nothing more is owed from here. The file stays, and care can be resumed."""
    await reach_person(http, caller, person_id)
    return await decide(EndCare(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/care-ends/{end_id}/resumption", status_code=201, response_model=Recorded,
             summary="恢复服务")  # fmt: skip
async def resume_care(
    person_id: UUID, end_id: UUID, body: Resumption, http: HttpRequest, decide: Decide, caller: Officer
) -> Response:
    """It is as if care had never ended so."""
    await reach_person(http, caller, person_id)
    return await decide(resumption(PersonId(person_id), end_id, body, keys_of(http)), caller, status=201)
