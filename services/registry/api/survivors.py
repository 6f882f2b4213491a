"""The door at which somebody under care is linked to the dead whom they survive."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from contracts.ids import PersonId
from services.registry.api.doors import reach_person
from services.registry.bodies.people import Linking
from services.registry.reading import places, reading
from services.registry.requests import Recorded
from services.registry.requests.survivors import LinkSurvivor

router = APIRouter(tags=["登记"])


@router.post("/people/{person_id}/survivor-of", status_code=201, response_model=Recorded, summary="关联为遗属")
async def link_survivor(
    person_id: UUID,
    body: Linking,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("enrol"))],
) -> Response:
    """The spouse who is under care already; their own care goes on whatever becomes of the death."""
    await reach_person(http, caller, person_id)
    await named_dead(http, caller, body.survivor_of)
    return await decide(LinkSurvivor(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


async def named_dead(http: HttpRequest, caller: Caller, survivor_of: PersonId | None) -> None:
    """Whoever is survived is in reach of the caller, and a report of their death stands."""
    if survivor_of is None:
        return
    await reach_person(http, caller, survivor_of, "survivor_of")
    async with reading(http.app.state.database) as tables:
        if not await places.is_dead(tables, survivor_of):
            raise Problem(422, "字段错误", "此人没有登记去世", rule="not-dead", field="survivor_of")
