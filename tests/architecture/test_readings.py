"""Whoever is shown what is known of somebody has said who they are, and that reading is written down."""

import json
from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from bus.readings import Tell
from bus.service import Service
from services.registry.api.doors import Open

OF_ITSELF = {"/people/{person_id}/openings"}
"""Who has read is asked without being a reading."""
OF_SOMEBODY = {"person_id", "duty_id", "flag_id", "of"}
"""What names one person at a door, or a few."""
OF_NOBODY = {"notice_id", "lineage_id", "version"}


def doors(name: str = "registry") -> Iterator[APIRoute]:
    service: Service = import_module(f"services.{name}.service").service
    for router in service.routes:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def shows_somebody(door: APIRoute) -> bool:
    """One person's door that is looked through, or an answer in which people stand."""
    answer = json.dumps(TypeAdapter(door.response_model).json_schema()) if door.response_model is not None else ""
    return ("GET" in (door.methods or ()) and "{person_id}" in door.path) or '"person_id"' in answer


def asked_of(door: APIRoute) -> set[str]:
    """What a door is asked of: one by one, in its path or beside it."""
    beside = {field.name for field in door.dependant.query_params}
    return {field.name for field in door.dependant.path_params} | {n for n in beside if n.endswith("_id") or n == "of"}


def opens(dependant: Dependant, by: object = Open) -> bool:
    return any(inner.call is by or opens(inner, by) for inner in dependant.dependencies)


def test_every_door_that_shows_somebody_writes_the_reading_down() -> None:
    shown = {door.path for door in doors() if shows_somebody(door)} - OF_ITSELF
    written = {door.path for door in doors() if opens(door.dependant)}

    assert {"/people/{person_id}/file", "/people/search", "/vacancies"} <= shown
    assert shown - written == set()


@pytest.mark.parametrize("name", ["visits", "notify"])
def test_every_door_of_another_service_that_shows_one_person_tells_it_to_their_file(name: str) -> None:
    looked_through = [door for door in doors(name) if "GET" in (door.methods or ())]
    shown = {door.path for door in looked_through if asked_of(door) & OF_SOMEBODY}
    told = {door.path for door in looked_through if opens(door.dependant, Tell)}

    assert shown
    assert shown - told == set()
    assert {each for door in looked_through for each in asked_of(door)} <= OF_SOMEBODY | OF_NOBODY
