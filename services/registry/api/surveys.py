"""The doors of survey rounds: opened, answered in, and how far each has come."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem, WrongFields
from bus.decisions import Caller
from bus.pages import whole
from contracts.ids import PersonId
from contracts.zone import CITY
from services.registry.api.doors import (
    Hour,
    Opens,
    county_of,
    keys_of,
    reach_person,
    reach_unit,
    reads_health,
    within_reach,
)
from services.registry.bodies.fields import HOUR
from services.registry.bodies.surveys import Answering, RoundOpening
from services.registry.domain.surveys import SurveyRound
from services.registry.entering.surveys import answers
from services.registry.forms import Form, forms
from services.registry.reading import places, reading
from services.registry.reading.answers import AnswersShown, Result, answers_in, answers_of, results_of
from services.registry.reading.openings import with_merged
from services.registry.reading.surveys import Coverage, RoundShown, coverage_of, round_of, rounds
from services.registry.requests import Recorded
from services.registry.requests.surveys import OpenRound

router = APIRouter(tags=["调查"])
Reader = Annotated[Caller, Depends(May("read-files"))]


@router.get("/survey-forms/{form}", summary="调查表的各项")
@whole
async def survey_form(form: str, caller: Reader) -> Form:
    """As it is asked: parts, questions, options."""
    if form not in forms():
        raise Problem(404, "没有这一项", "没有这一调查表", rule="form-unknown", field="form")
    return forms()[form]


@router.post("/survey-rounds", status_code=201, response_model=Recorded, summary="发起一轮调查")
async def open_round(
    body: RoundOpening, http: HttpRequest, decide: Decide, caller: Annotated[Caller, Depends(May("run-surveys"))]
) -> Response:
    """Row 17: of one unit, one county, or the whole city, which only a token of the whole city may ask."""
    county = body.county
    if body.unit_id is not None:
        county = (await reach_unit(http, caller, body.unit_id)).county
    elif county_of(caller) not in (None, county):
        raise Problem(403, "无权限", "不在此令牌的县（市、区）之内", rule="out-of-reach", field="county")
    return await decide(OpenRound(**{**body.model_dump(), "county": county or ""}), caller, status=201)


@router.get("/survey-rounds", summary="各轮调查，最近的在前")
@whole
async def survey_rounds(http: HttpRequest, caller: Reader) -> list[RoundShown]:
    async with reading(http.app.state.database) as tables:
        return await rounds(tables)


@router.get("/survey-rounds/{round_id}/coverage", summary="一轮调查的覆盖：各单位已答、未答（到人）")
@whole
async def coverage(
    round_id: UUID, http: HttpRequest, opens: Opens, caller: Reader, unit: UUID | None = None
) -> Coverage:
    """Feature 14, of those within reach of the caller."""
    within = await within_reach(http, caller, unit)
    asked = await _round(http, round_id)
    async with reading(http.app.state.database) as tables:
        shown = await coverage_of(tables, keys_of(http), asked, within)
    await opens(caller, "survey-coverage", (each.person_id for of_unit in shown.units for each in of_unit.silent))
    return shown


@router.get("/survey-rounds/{round_id}/answers", summary="一轮调查中各人的回答")
@whole
async def round_answers(
    round_id: UUID, http: HttpRequest, opens: Opens, caller: Reader, unit: UUID | None = None
) -> list[AnswersShown]:
    """Of those within reach of the caller, the last answers of each; who wrote them down, and when."""
    within = await within_reach(http, caller, unit)
    await _round(http, round_id)
    clinical = reads_health(http, caller)
    async with reading(http.app.state.database) as tables:
        shown = await answers_in(tables, keys_of(http), round_id, within, clinical=clinical)
    await opens(caller, "survey-answers", (each.person_id for each in shown))
    return shown


@router.get("/survey-rounds/{round_id}/results", summary="一轮调查的结果：各项各选项的人数")
@whole
async def results(round_id: UUID, http: HttpRequest, caller: Reader, unit: UUID | None = None) -> list[Result]:
    """Numbers alone, of those within reach of the caller."""
    within = await within_reach(http, caller, unit)
    form = forms()[(await _round(http, round_id)).form]
    async with reading(http.app.state.database) as tables:
        return await results_of(tables, keys_of(http), round_id, form, within)


@router.get("/people/{person_id}/survey-answers", summary="此人历次调查的回答")
@whole
async def answers_of_person(person_id: UUID, http: HttpRequest, opens: Opens, caller: Reader) -> list[AnswersShown]:
    """All of them, the latest first, also those that were given under a file that was merged into this one."""
    await reach_person(http, caller, person_id)
    await opens(caller, "survey-answers", [person_id])
    clinical = reads_health(http, caller)
    async with reading(http.app.state.database) as tables:
        return await answers_of(tables, keys_of(http), await with_merged(tables, [person_id]), clinical=clinical)


@router.post("/people/{person_id}/survey-answers", status_code=201, response_model=Recorded, summary="填写调查表")
async def answer_survey(
    person_id: UUID,
    body: Answering,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("report"))],
    _: Hour,
) -> Response:
    """Every fault of the answers is named at once, by its question. Answered again, the later stands."""
    await reach_person(http, caller, person_id)
    asked = await _round(http, body.round_id)
    await _asks(http, asked, person_id)
    form = forms()[asked.form]
    errors = [
        {"field": f"answers.{item}", "rule": "answer-unfit", "error": fault}
        for item, fault in form.faults(body.answers)
    ]
    if errors:
        raise WrongFields(errors)
    return await decide(answers(PersonId(person_id), body, asked, form, keys_of(http)), caller, status=201)


async def _round(http: HttpRequest, round_id: UUID) -> SurveyRound:
    async with reading(http.app.state.database) as tables:
        asked = await round_of(tables, round_id)
    if asked is None:
        raise Problem(404, "没有这一项", "没有这一轮调查", rule="round-unknown", field="round_id")
    return asked


async def _asks(http: HttpRequest, asked: SurveyRound, person_id: UUID) -> None:
    """The round asks this person, and is not over."""
    async with reading(http.app.state.database) as tables:
        place = await places.place_of_person(tables, person_id)
    assert place is not None and asked.closes_on is not None
    if HOUR.get().astimezone(CITY).date() > asked.closes_on:
        raise Problem(409, "不符合规定", f"这一轮调查已于{asked.closes_on}截止", rule="round-closed", field="round_id")
    elsewhere = asked.unit_id not in (None, place.unit_id) or asked.county not in ("", place.county)
    if elsewhere or asked.city != place.city:
        raise Problem(422, "字段错误", "此人不在这一轮调查的范围之内", rule="not-asked", field="round_id")
