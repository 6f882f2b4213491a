"""Whoever asks again because no answer came is answered as the first time, whatever the door finds by now."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from bus.api import Decide, Problem, Token
from bus.application import application
from bus.decisions import Caller
from bus.pack import read_words
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import SHIPPED, ByHand, bearer
from contracts.ids import PersonId, derived
from tests.bus.watch import AddNote

KEYS = KeyRing(json.dumps(new_demo_ring(["identity"])))
ZHANG = PersonId(derived("test", "Zhang"))
FOUND: dict[str, Any] = {}
"""What the door finds beside what is said to it: the hour, how many people live there, whether it is shut."""
router = APIRouter()
NOTE = {"note_id": str(derived("test", "note")), "text": "电话已打"}


class Loose(AddNote):
    model_config = ConfigDict(strict=False)


class Entry(BaseModel):
    note_id: UUID
    text: str


@router.post("/people/{person_id}/notes", status_code=201)
async def add(
    person_id: UUID, entry: Entry, decide: Decide, caller: Annotated[Caller, Depends(Token("operations", "demo"))]
) -> Response:
    if FOUND["shut"]:
        raise Problem(409, "不符合规定", "已经办过，无可再办")
    text = f"{entry.text}，{FOUND['hour']}"
    return await decide(AddNote(person_id=PersonId(person_id), note_id=entry.note_id, text=text), caller, status=201)


@router.post("/words", status_code=201)
async def words(request: Loose, decide: Decide, caller: Annotated[Caller, Depends(Token("operations"))]) -> Response:
    return await decide(request, caller, status=201)


@pytest.fixture
async def doors(hand: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    FOUND.update(hour="九点", shut=False)
    state = {"token_key": KEYS.token_key, "asking": hand.asking, "words": read_words(SHIPPED), "titles": {}}
    app = application("notes", [router], ready=list, state=state)
    hand.asking.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    await hand.asking.stop()


async def says(doors: httpx.AsyncClient, role: str = "operations", **other: str) -> tuple[int, Any]:
    headers = bearer(KEYS, role)
    answer = await doors.post(f"/people/{ZHANG}/notes", json=NOTE | other, headers=headers)
    return answer.status_code, answer.json().get("notes")


async def test_what_the_door_finds_is_no_part_of_what_was_asked(doors: httpx.AsyncClient) -> None:
    first = await says(doors)
    FOUND["hour"] = "十点"

    assert (first, await says(doors)) == ((201, 1), (201, 1))


async def test_other_words_under_the_same_id_are_another_request(doors: httpx.AsyncClient) -> None:
    await says(doors)

    assert (await says(doors, text="又打了一次"))[0] == 409
    assert (await says(doors, role="demo"))[0] == 409


async def test_a_door_that_would_refuse_it_by_now_answers_what_it_answered(doors: httpx.AsyncClient) -> None:
    first = await says(doors)
    FOUND["shut"] = True

    assert (first, await says(doors)) == ((201, 1), (201, 1))
    assert (await says(doors, text="又打了一次"))[0] == 409
    assert (await says(doors, note_id=str(derived("test", "another"))))[0] == 409


async def test_nobody_is_answered_without_a_token(doors: httpx.AsyncClient) -> None:
    await says(doors)

    answer = await doors.post(f"/people/{ZHANG}/notes", json=NOTE, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


async def test_nobody_says_by_themselves_what_they_said(doors: httpx.AsyncClient) -> None:
    request = NOTE | {"person_id": str(ZHANG), "at_door": "0" * 64}

    answer = await doors.post("/words", json=request, headers=bearer(KEYS, "operations"))
    assert (answer.status_code, answer.json().get("field")) == (422, "at_door"), answer.text
