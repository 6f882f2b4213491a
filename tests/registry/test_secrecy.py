"""Names, phones and resident IDs are sealed at the door: they stand in clear in no column of any table, nor in a log."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bus.database import Database
from bus.testing import ByHand, bearer
from tests.registry.happenings import dead, everything
from tests.registry.town import KEYS, LANE, WATER, ZHANG, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer")
PLANTED = (
    "章三测",
    "廉五试",
    "韦六验",
    "19900001234",
    "19900008888",
    "19900005555",
    resident_id(),
    "1938-05-12",
    "19380512",
)


async def cells(database: Database) -> list[tuple[str, Any]]:
    """Every value of every column of every table of the schema."""
    async with database.connection() as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found: list[tuple[str, Any]] = []
        for (table,) in tables:
            rows = await connection.fetch(f'SELECT * FROM "{table}"')
            found += [(f"{table}.{column}", value) for row in rows for column, value in row.items()]
    return found


def in_clear(cells: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for place, value in cells:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for secret in PLANTED:
            if secret in text or secret.encode("unicode_escape").decode() in text:
                yield place, secret


async def test_no_personal_value_stands_in_clear_in_any_table(
    town: ByHand, doors: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    person = {"person_id": str(ZHANG), "name": "章三测", "resident_id": resident_id(), "birth_date": "1938-05-12",
              "phones": ["19900001234"], "kind": "veteran-cadre", "category": "living-alone", "unit_id": str(WATER),
              "community_id": str(LANE)}  # fmt: skip
    liaison = {
        "assignment_id": str(named("a")),
        "liaison_id": str(named("l")),
        "name": "廉五试",
        "phone": "19900008888",
    }
    officer = {
        "appointment_id": str(named("o")),
        "holder_id": str(named("w")),
        "name": "韦六验",
        "phone": "19900005555",
    }
    asked = [("/people", person), (f"/people/{ZHANG}/liaison", liaison), (f"/units/{WATER}/holder", officer)]
    answers = [await doors.post(path, json=words, headers=OFFICER) for path, words in asked]
    wrong = await doors.post("/people", json={**person, "person_id": str(named("other"))}, headers=OFFICER)
    await town.hears(*everything(), dead())
    while await town.clock.round():
        pass

    assert ([answer.status_code for answer in answers], wrong.status_code) == ([201] * 3, 409)
    everything_kept = await cells(town.database)
    assert {"people.name", "journal_default.words", "outbox.body", "file_lines.value"} <= {
        p for p, _ in everything_kept
    }
    assert list(in_clear(everything_kept)) == []
    assert not [secret for secret in PLANTED if secret in "".join(capfd.readouterr())]
    opened = await doors.get(f"/people/{ZHANG}/file", headers=OFFICER)
    assert all(secret in opened.text for secret in PLANTED[:2])
    await settled(town)
    assert await town.differences() == []
