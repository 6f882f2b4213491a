"""The doors of a care team, and of the host area of a relocated person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId
from services.registry.api.doors import Opens, keys_of, reach_person, words_of
from services.registry.bodies.team import Hosting, Joining, Leaving
from services.registry.entering.team import agreement, joining, leaving
from services.registry.reading import reading
from services.registry.reading.team import Team, team_of
from services.registry.requests import Recorded

router = APIRouter(tags=["登记"])
Keeper = Annotated[Caller, Depends(May("keep-teams"))]


@router.post("/people/{person_id}/team", status_code=201, response_model=Recorded, summary="加入特别关爱小组")
async def join(person_id: UUID, body: Joining, http: HttpRequest, decide: Decide, caller: Keeper) -> Response:
    """In a role that one alone holds, who was there leaves at the same instant."""
    await reach_person(http, caller, person_id)
    request = joining(PersonId(person_id), body, words_of(http).team[body.role], keys_of(http))
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/team/{member_id}/leaving", status_code=201, response_model=Recorded,
             summary="退出特别关爱小组")  # fmt: skip
async def leave(
    person_id: UUID, member_id: UUID, body: Leaving, http: HttpRequest, decide: Decide, caller: Keeper
) -> Response:
    """The role is vacant from this instant, unless nobody is needed in it any more."""
    await reach_person(http, caller, person_id)
    return await decide(leaving(PersonId(person_id), member_id, body, keys_of(http)), caller, status=201)


@router.post(
    "/people/{person_id}/host", status_code=201, response_model=Recorded, summary="易地安置：安置地、就医医院与协议"
)
async def agree_with_host(
    person_id: UUID, body: Hosting, http: HttpRequest, decide: Decide, caller: Keeper
) -> Response:
    """Who is to be asked there joins the care team, in roles of the pack."""
    await reach_person(http, caller, person_id)
    return await decide(agreement(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.get("/people/{person_id}/team", summary="特别关爱小组成员及空缺")
@whole
async def team(
    person_id: UUID, http: HttpRequest, opens: Opens, caller: Annotated[Caller, Depends(May("read-files"))]
) -> Team:
    """Who is in it now, and which roles nobody holds."""
    await reach_person(http, caller, person_id)
    await opens(caller, "team", [person_id])
    async with reading(http.app.state.database) as tables:
        return await team_of(tables, keys_of(http), words_of(http), person_id)
