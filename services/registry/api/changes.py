"""The doors at which it is said what has changed about a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem
from bus.decisions import Caller
from contracts.ids import PersonId, derived
from services.registry.api.doors import Hour, keys_of, reach_person, words_of
from services.registry.bodies.changes import (
    AbsenceEnding,
    AbsenceReport,
    Classing,
    Correcting,
    SituationBeginning,
    SituationEnding,
)
from services.registry.bodies.wishes import Wishing
from services.registry.entering.changes import classing, correction, end_of_absence, wish
from services.registry.reading import places, reading
from services.registry.requests import Recorded
from services.registry.requests.changes import (
    BeginSituation,
    CorrectPerson,
    EndSituation,
    ReportAbsence,
    WithdrawWish,
)

router = APIRouter(tags=["登记"])
Reporter = Annotated[Caller, Depends(May("report"))]
Officer = Annotated[Caller, Depends(May("change-people"))]


@router.post("/people/{person_id}/class", status_code=201, response_model=Recorded, summary="变更类别、居住类别、职级")
async def class_person(
    person_id: UUID, body: Classing, http: HttpRequest, decide: Decide, caller: Officer, _: Hour
) -> Response:
    """All three are given as they are from now on, or from that day on (rows 02, 21, 67)."""
    await reach_person(http, caller, person_id)
    return await decide(classing(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.post("/people/{person_id}/situations", status_code=201, response_model=Recorded, summary="登记情况标签")
async def begin_situation(
    person_id: UUID, body: SituationBeginning, http: HttpRequest, decide: Decide, caller: Reporter, _: Hour
) -> Response:
    """Many stand at once; it stands until this very one is ended (row 21)."""
    await reach_person(http, caller, person_id)
    return await decide(BeginSituation(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/situations/{situation_id}/end", status_code=201, response_model=Recorded,
             summary="结束情况标签")  # fmt: skip
async def end_situation(
    person_id: UUID,
    situation_id: UUID,
    body: SituationEnding,
    http: HttpRequest,
    decide: Decide,
    caller: Reporter,
    _: Hour,
) -> Response:
    """A situation ends once."""
    await reach_person(http, caller, person_id)
    request = EndSituation(
        person_id=PersonId(person_id), ending_id=derived("situation-end", situation_id), situation_id=situation_id,
        ended_on=body.ended_on,
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/wishes", status_code=201, response_model=Recorded, summary="登记本人意愿")
async def state_wish(person_id: UUID, body: Wishing, http: HttpRequest, decide: Decide, caller: Reporter) -> Response:
    """How the person wishes to be reached. The same wish stated again takes the place of the earlier."""
    await reach_person(http, caller, person_id)
    return await decide(wish(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.post("/people/{person_id}/wishes/{wish_id}/withdrawal", status_code=201, response_model=Recorded,
             summary="撤回本人意愿")  # fmt: skip
async def withdraw_wish(
    person_id: UUID, wish_id: UUID, http: HttpRequest, decide: Decide, caller: Reporter
) -> Response:
    await reach_person(http, caller, person_id)
    request = WithdrawWish(
        person_id=PersonId(person_id), withdrawal_id=derived("wish-withdrawal", wish_id), wish_id=wish_id
    )
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/absences", status_code=201, response_model=Recorded, summary="登记外出，必有归期")
async def report_absence(
    person_id: UUID, body: AbsenceReport, http: HttpRequest, decide: Decide, caller: Reporter
) -> Response:
    """Mission rule 8: an absence has an end, and mutes nobody."""
    await reach_person(http, caller, person_id)
    return await decide(ReportAbsence(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/absences/{absence_id}/end", status_code=201, response_model=Recorded,
             summary="外出结束")  # fmt: skip
async def end_absence(
    person_id: UUID,
    absence_id: UUID,
    body: AbsenceEnding,
    http: HttpRequest,
    decide: Decide,
    caller: Reporter,
    _: Hour,
) -> Response:
    """Earlier or later than was expected."""
    await reach_person(http, caller, person_id)
    return await decide(end_of_absence(PersonId(person_id), absence_id, body, keys_of(http)), caller, status=201)


@router.post("/people/{person_id}/corrections", status_code=201, response_model=Recorded, summary="更正登记")
async def correct_person(
    person_id: UUID, body: Correcting, http: HttpRequest, decide: Decide, caller: Officer, _: Hour
) -> Response:
    """Only what is given is corrected, and nothing is overwritten: the file keeps what was enrolled."""
    await reach_person(http, caller, person_id)
    request = correction(PersonId(person_id), body, keys_of(http))
    await _free(http, request)
    return await decide(request, caller, status=201)


async def _free(http: HttpRequest, request: CorrectPerson) -> None:
    """The resident ID is nobody else's, and the community is one."""
    async with reading(http.app.state.database) as tables:
        number = request.resident_id_index
        if number is not None and await places.is_of_another(tables, number, request.person_id):
            raise Problem(409, "已登记", "该身份证号已登记在另一人名下", rule="resident-id-taken", field="resident_id")
        if request.community_id is None:
            return
        community = await places.place_of_unit(tables, request.community_id)
        if community is None or community.party not in words_of(http).beside:
            raise Problem(422, "字段错误", "没有这个社区（机构）", rule="unit-unknown", field="community_id")
