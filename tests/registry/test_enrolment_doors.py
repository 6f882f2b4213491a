"""Somebody is enrolled at the door: every fault of a body is named at once, and no value is ever repeated."""

import httpx

from bus.testing import ByHand
from services.registry.domain import Person
from tests.registry.enrolling import LIAISON, OFFICER, OTHER_COUNTY, body, enrolled, faults
from tests.registry.town import CITY, COUNTY, KEYS, LI, WATER, ZHANG, named, resident_id

__all__ = ["enrolled"]


async def test_a_person_is_enrolled_in_the_city_and_county_of_the_unit(
    enrolled: httpx.AsyncClient, town: ByHand
) -> None:
    person: Person = await town.state(Person, ZHANG)

    assert (person.city, person.county) == (CITY, COUNTY)
    assert person.name and KEYS.open(person.name, kind="name", person=ZHANG) == "张三测"
    assert KEYS.open(person.phones[0], kind="phone", person=ZHANG) == "+8619900001234"
    assert person.birth_date and KEYS.open(person.birth_date, kind="birth-date", person=ZHANG) == "1938-05-12"


async def test_the_units_that_stand_are_listed_with_their_officers_and_people(enrolled: httpx.AsyncClient) -> None:
    lists = [(await enrolled.get("/units", headers=by)).json()["units"] for by in (OFFICER, LIAISON, OTHER_COUNTY)]
    of_county, of_unit, of_another = [
        [(unit["name"], unit["party"], unit["reports_to"], unit["officer"], unit["people"]) for unit in each]
        for each in lists
    ]

    assert of_county == [
        ("双塔市委老干部局", "bureau", "双塔市委组织部", "局乙", 0),
        ("双塔市水利局", "unit", "双塔市委老干部局", "水丙", 1),
        ("双塔市粮食局", "unit", "双塔市委老干部局", None, 0),
        ("巷子社区", "community", None, "社丁", 1),
        ("双塔市委组织部", "organisation-department", None, "组甲", 0),
    ]
    assert (of_unit, of_another) == (of_county[1:2], [])


async def test_the_same_enrolment_asked_twice_is_answered_as_the_first_time(enrolled: httpx.AsyncClient) -> None:
    again = await enrolled.post("/people", json=body(), headers=OFFICER)
    otherwise = await enrolled.post("/people", json=body(category="relocated"), headers=OFFICER)

    assert (again.status_code, otherwise.status_code) == (201, 409)


async def test_a_resident_id_that_is_enrolled_is_refused_under_another_person(enrolled: httpx.AsyncClient) -> None:
    second = await enrolled.post("/people", json=body(person_id=str(LI)), headers=OFFICER)

    assert (second.status_code, second.json()["field"]) == (409, "resident_id")
    assert resident_id() not in second.text


async def test_all_faults_of_one_body_are_named_at_once_and_no_value_is_repeated(doors: httpx.AsyncClient) -> None:
    wrong = {
        "name": "张\x00三",
        "resident_id": resident_id()[:-1] + "Y",
        "birth_date": "2199-01-01",
        "phones": ["19900001234", "12345"],
        "kind": "somebody",
        "unit_id": "no-uuid",
        "misspelt": "冷僻值",
    }

    answer = await doors.post("/people", json=body(**wrong), headers=OFFICER)

    assert answer.status_code == 422
    assert faults(answer) == {"name", "resident_id", "birth_date", "phones.1", "kind", "unit_id", "misspelt"}
    assert not [
        value for value in ("张", "199", "12345", "2199", "somebody", "no-uuid", "冷僻值") if value in answer.text
    ]


async def test_what_is_wrong_with_a_resident_id_is_said(doors: httpx.AsyncClient) -> None:
    good = resident_id()
    wrong = {
        "9901011938051200": "18位",
        good[:-1] + ("0" if good[-1] != "0" else "1"): "校验码",
        "990101193813120011": "日期",
        "99010119380512001Y": "数字",
    }

    for number, says in wrong.items():
        answer = await doors.post("/people", json=body(resident_id=number), headers=OFFICER)
        assert [(e["field"], says in e["error"]) for e in answer.json()["errors"]] == [("resident_id", True)], says


async def test_a_birth_date_must_be_that_of_the_resident_id(doors: httpx.AsyncClient) -> None:
    answer = await doors.post("/people", json=body(birth_date="1938-05-13"), headers=OFFICER)

    assert faults(answer) == {"birth_date"}


async def test_a_unit_that_is_not_on_the_roster_is_refused_at_the_door(doors: httpx.AsyncClient) -> None:
    answer = await doors.post(
        "/people", json=body(unit_id=str(named("nowhere")), community_id=str(WATER)), headers=OFFICER
    )

    assert (answer.status_code, faults(answer)) == (422, {"unit_id", "community_id"})


async def test_what_is_no_name_is_refused(doors: httpx.AsyncClient) -> None:
    for name in ("", "   ", "长" * 51, "张\u202e三", "···", "123"):
        answer = await doors.post("/people", json=body(name=name), headers=OFFICER)
        assert faults(answer) == {"name"}, name


async def test_a_rare_name_with_a_private_character_and_a_dot_is_a_name(doors: httpx.AsyncClient) -> None:
    answer = await doors.post("/people", json=body(name="买买提·\ue0a1"), headers=OFFICER)

    assert answer.status_code == 201
