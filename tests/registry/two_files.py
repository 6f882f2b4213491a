"""Two files that may be one person's: how one was misread, what is proposed, what is asked."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.testing import ByHand, bearer
from contracts.ids import PersonId
from contracts.resident_id import check_digit
from tests.registry.recording import recording
from tests.registry.town import COUNTY, GRAIN, KEYS, LI, enrolling, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
MERGE = named("merge")
DAY = timedelta(days=1)


def misread(number: str) -> str:
    """One digit of the county is another, and the check digit with it: both are proved."""
    body = f"{number[:5]}{(int(number[5]) + 1) % 10}{number[6:17]}"
    return body + check_digit(body)


async def proposed(doors: httpx.AsyncClient, who: dict[str, str] = OFFICER) -> list[tuple[set[str], list[str]]]:
    found = (await doors.get("/duplicates", headers=who)).json()
    return [({p["one"]["person_id"], p["other"]["person_id"]}, p["because"]) for p in found]


async def ask(doors: httpx.AsyncClient, path: str, **words: Any) -> tuple[int, str]:
    answer = await doors.post(f"/people/{path}", json=words, headers=OFFICER)
    body = answer.json()
    return answer.status_code, body.get("field") or ",".join(e["field"] for e in body.get("errors", ()))


async def look(doors: httpx.AsyncClient, person_id: PersonId) -> dict[str, Any]:
    """The file, without the ages and the lines of the merge itself."""
    file: dict[str, Any] = (await doors.get(f"/people/{person_id}/file", headers=OFFICER)).json()
    ours = ("files.merged", "files.parted", "care.ended", "care.resumed")
    lines = [line for line in file["lines"] if line["what"] not in ours]
    return {"fields": [(f["field"], f["value"], f["line_id"]) for f in file["fields"]], "lines": lines}


@pytest.fixture
async def two(town: ByHand, doors: httpx.AsyncClient) -> httpx.AsyncClient:
    """One person under two numbers of two units; each file knows something."""
    await town.asked(enrolling(phone="+8619900001111"))
    await town.asked(recording("needs", "助浴"))
    town.now += DAY
    await town.asked(enrolling(LI, "张三测", resident_id(serial=2), unit_id=GRAIN, phone="+8619900002222"))
    await town.asked(recording("family", "与女儿同住", person_id=LI))
    await settled(town)
    return doors
