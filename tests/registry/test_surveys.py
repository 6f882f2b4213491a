"""Survey rounds: a form that is data, answers that tell fields of the file, and who has not answered."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.testing import ByHand, bearer
from contracts.registry import FieldRecorded, SurveyAnswered, SurveyRoundOpened
from services.registry.domain.file_fields import CLINICAL
from services.registry.forms import forms
from services.registry.requests.changes import EndCare
from services.registry.requests.reports import ReportDeath
from tests.registry.town import CITY, COUNTY, GRAIN, KEYS, LI, WATER, ZHANG, enrolling, named, resident_id

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
FORM = "basic-situation.v1"
ROUND = str(named("round"))
GIVEN: dict[str, Any] = {"self-care": "partial", "lives-with": "alone", "illnesses": "高血压",
                         "wanted-services": ["escort", "meals"], "to-unit": "多来走走"}  # fmt: skip


def opening(**more: Any) -> dict[str, Any]:
    words = {"round_id": ROUND, "name": "2026年调查", "form": FORM, "city": CITY, "county": COUNTY}
    return {**words, "closes_on": "2026-05-31", **more}


async def answer(
    doors: httpx.AsyncClient, given: dict[str, Any] = GIVEN, n: int = 1, person: object = ZHANG, **more: Any
) -> tuple[int, set[str]]:
    words = {"answer_id": str(named("answer", n)), "round_id": ROUND, "answers": given, **more}
    told = await doors.post(f"/people/{person}/survey-answers", json=words, headers=OFFICER)
    body = told.json()
    return told.status_code, {e["field"] for e in body.get("errors", ())} or {body.get("field", "")}


@pytest.fixture
async def round_open(town: ByHand, doors: httpx.AsyncClient) -> httpx.AsyncClient:
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    assert (await doors.post("/survey-rounds", json=opening(), headers=OFFICER)).status_code == 201
    return doors


def test_the_form_has_its_twenty_one_questions_in_six_parts() -> None:
    form = forms()[FORM]

    assert len(form.items) == 21
    assert {item.part for item in form.items} == {"body", "life", "family", "wishes", "difficulties", "suggestions"}
    assert {item.field for item in form.items if item.clinical} == CLINICAL
    assert {item.field for item in form.items} - {None} == {
        "ability", "health", "treatment", "family", "needs", "difficulties"
    }  # fmt: skip


def test_every_fault_of_the_answers_is_named_by_its_question() -> None:
    wrong: dict[str, Any] = {"lives-with": "moon", "illnesses": "长" * 501, "spouse": ["well"], "meals": " ", "unknown": "x",
             "wanted-services": ["escort", "moon"]}  # fmt: skip

    assert {item for item, _ in forms()[FORM].faults(wrong)} == {*wrong, "self-care"}
    assert list(forms()[FORM].faults(GIVEN)) == []


async def test_answers_are_sealed_and_tell_fields_of_the_file(town: ByHand, round_open: httpx.AsyncClient) -> None:
    assert await answer(round_open) == (201, {""})

    opened, *_ = [event for event in await town.said() if isinstance(event, SurveyRoundOpened | SurveyAnswered)]
    assert isinstance(opened, SurveyRoundOpened) and opened.form == FORM
    file = (await round_open.get(f"/people/{ZHANG}/file", headers=OFFICER)).json()
    fields = {field["field"]: field["value"] for field in file["fields"]}
    assert (fields["ability"], fields["health"], fields["needs"]) == ("部分自理", "高血压", "陪同就医、送餐")
    assert "填写调查表：调查 2026年调查，调查表 basic-situation.v1" in {line["zh"] for line in file["lines"]}
    for_unit = (await round_open.get(f"/people/{ZHANG}/file", headers=LIAISON)).text
    assert "高血压" not in for_unit and "部分自理" in for_unit
    assert await town.differences() == []


async def test_of_an_answer_each_fielded_question_is_one_field_event(
    town: ByHand, round_open: httpx.AsyncClient
) -> None:
    await town.said()
    await answer(round_open)

    said = await town.said()

    assert [type(event) for event in said] == [SurveyAnswered, *[FieldRecorded] * 3]
    assert [event.field for event in said if isinstance(event, FieldRecorded)] == ["ability", "health", "needs"]


async def test_answered_again_the_later_stands(town: ByHand, round_open: httpx.AsyncClient) -> None:
    await answer(round_open)
    town.now += timedelta(days=1)
    await town.stand()
    await answer(round_open, {**GIVEN, "self-care": "none"}, n=2)

    file = (await round_open.get(f"/people/{ZHANG}/file", headers=OFFICER)).json()
    assert [f["value"] for f in file["fields"] if f["field"] == "ability"] == ["不能自理"]


async def test_coverage_shows_by_unit_who_answered_and_by_name_who_did_not(
    town: ByHand, round_open: httpx.AsyncClient
) -> None:
    await answer(round_open)

    whole = (await round_open.get(f"/survey-rounds/{ROUND}/coverage", headers=OFFICER)).json()
    own = (await round_open.get(f"/survey-rounds/{ROUND}/coverage", headers=LIAISON)).json()

    units = {u["unit"]: (u["asked"], u["answered"], [s["name"] for s in u["silent"]]) for u in whole["units"]}
    assert (whole["asked"], whole["answered"]) == (2, 1)
    assert units == {"双塔市水利局": (1, 1, []), "双塔市粮食局": (1, 0, ["李四试"])}
    assert [u["unit"] for u in own["units"]] == ["双塔市水利局"]


async def test_every_answer_is_read_with_who_wrote_it_down_and_when_and_of_health_by_those_alone_who_may(
    town: ByHand, round_open: httpx.AsyncClient
) -> None:
    await answer(round_open)
    at = f"/people/{ZHANG}/survey-answers"

    (whole,) = (await round_open.get(at, headers=OFFICER)).json()
    (for_unit,) = (await round_open.get(at, headers=LIAISON)).json()
    elsewhere = await round_open.get(at, headers=bearer(KEYS, "liaison", unit=GRAIN))
    file = (await round_open.get(f"/people/{ZHANG}/openings", headers=OFFICER)).json()

    told = {each["zh"]: each["answer"] for each in whole["answers"]}
    assert told == {
        "生活自理程度": "部分自理", "现患疾病": "高血压", "与谁同住": "独居", "希望得到的服务": "陪同就医、送餐",
        "对原单位的意见建议": "多来走走",
    }  # fmt: skip
    assert {each["zh"]: each["answer"] for each in for_unit["answers"]} == {**told, "现患疾病": "***"}
    assert (whole["round"], whole["name"], whole["actor"]) == ("2026年调查", "张三测", "bureau-officer:9900")
    assert whole["answered_at"].startswith("2026-05-11T01:00:00")
    assert (elsewhere.status_code, {each["what"] for each in file}) == (403, {"survey-answers"})


async def test_a_round_is_read_by_person_and_counted_by_option_and_the_later_answer_counts(
    town: ByHand, round_open: httpx.AsyncClient
) -> None:
    await answer(round_open)
    town.now += timedelta(days=1)
    await town.stand()
    await answer(round_open, {**GIVEN, "self-care": "none"}, n=2)
    await answer(round_open, {"self-care": "none", "lives-with": "spouse"}, n=3, person=LI)
    at = f"/survey-rounds/{ROUND}"

    everybody = (await round_open.get(f"{at}/answers", headers=OFFICER)).json()
    own = (await round_open.get(f"{at}/answers", headers=LIAISON)).json()
    results = (await round_open.get(f"{at}/results", headers=OFFICER)).json()
    sheet = await round_open.get(f"{at}/answers", params={"format": "csv"}, headers=OFFICER)

    assert [(each["name"], each["unit"], len(each["answers"])) for each in everybody] == [
        ("张三测", "双塔市水利局", 5), ("李四试", "双塔市粮食局", 2),
    ]  # fmt: skip
    assert [each["name"] for each in own] == ["张三测"]
    counted = {
        each["zh"]: (each["answered"], {one["answer"]: one["count"] for one in each["said"]}) for each in results
    }
    assert counted["生活自理程度"] == (2, {"完全自理": 0, "部分自理": 0, "不能自理": 2})
    assert counted["希望得到的服务"][1] | {"陪同就医": 1, "送餐": 1} == counted["希望得到的服务"][1]
    assert (counted["对原单位的意见建议"], len(results)) == ((1, {}), 21)
    assert sheet.status_code == 200 and sheet.text.count("\n") == 8


async def test_neither_the_dead_nor_whose_care_has_ended_are_asked(town: ByHand, round_open: httpx.AsyncClient) -> None:
    await town.asked(ReportDeath(person_id=ZHANG, report_id=named("report"), source="family"))
    await town.asked(EndCare(person_id=LI, end_id=named("end"), why="moved-away"))

    whole = (await round_open.get(f"/survey-rounds/{ROUND}/coverage", headers=OFFICER)).json()
    assert (whole["asked"], whole["units"]) == (0, [])
    assert await answer(round_open) == (409, {"person_id"})


async def test_a_round_asks_whom_it_was_opened_for_until_its_last_day(
    town: ByHand, round_open: httpx.AsyncClient
) -> None:
    own = opening(round_id=str(named("own")), unit_id=str(GRAIN))
    assert (await round_open.post("/survey-rounds", json=own, headers=OFFICER)).status_code == 201

    assert await answer(round_open, round_id=str(named("own"))) == (422, {"round_id"})
    assert await answer(round_open, round_id=str(named("never"))) == (404, {"round_id"})
    assert await answer(round_open, {**GIVEN, "lives-with": "moon"}) == (422, {"answers.lives-with"})
    town.now += timedelta(days=20)
    await town.stand()
    assert await answer(round_open, n=2) == (201, {""})
    town.now += timedelta(days=1)
    await town.stand()
    assert await answer(round_open, n=3) == (409, {"round_id"})


async def test_only_a_token_of_the_whole_city_asks_the_whole_city(town: ByHand, doors: httpx.AsyncClient) -> None:
    city = opening(county=None)

    assert (await doors.post("/survey-rounds", json=city, headers=OFFICER)).status_code == 403
    assert (await doors.post("/survey-rounds", json=city, headers=bearer(KEYS, "bureau-officer"))).status_code == 201
    assert (await doors.get("/survey-rounds", headers=LIAISON)).json()[0]["county"] == ""
    late = opening(round_id=str(named("late")), closes_on="2026-05-10")
    unknown = opening(round_id=str(named("form")), form="basic-situation.v9")
    assert (await doors.post("/survey-rounds", json=late, headers=OFFICER)).json()["field"] == "closes_on"
    refused = await doors.post("/survey-rounds", json=unknown, headers=OFFICER)
    assert [e["field"] for e in refused.json()["errors"]] == ["form"]
    assert len((await doors.get(f"/survey-forms/{FORM}", headers=LIAISON)).json()["items"]) == 21
