"""Names, phones and resident IDs are sealed at the door: they stand in clear in no column of any table, nor in a log."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bus.database import Database
from bus.testing import ByHand, bearer
from tests.registry.happenings import dead, everything
from tests.registry.reforms import enrol, person
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    LANE,
    WATER,
    ZHANG,
    enrolling,
    named,
    resident_id,
    settled,
)

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


LEARNED = (
    "先打给长女小梅",
    "冠状动脉",
    "想有人陪诊",
    "每周陪诊一次",
    "签批周某",
    "子女在外省两人",
    "张改名测",
    "19900003333",
)
"""What is said, learned and promised after the enrolment."""


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
        for secret in (*PLANTED, *LEARNED):
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


async def test_what_is_learned_after_the_enrolment_stands_in_clear_nowhere_either(
    town: ByHand, doors: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    wish, health, visit, ability, family, officer, name, phone = LEARNED
    await town.asked(enrolling())
    at, round_ = f"/people/{ZHANG}", str(named("round"))
    item = {"item_id": str(named("i")), "need": visit, "promise": ability, "role": "liaison", "until": "2026-12-31"}
    answers = {"self-care": "full", "lives-with": "alone", "children": family, "illnesses": health}
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"{at}/wishes", {"wish_id": str(named("w")), "wish": "ask-first", "words": wish,
                             "ask_first": {"role": "liaison"}}),
        (f"{at}/fields", {"record_id": str(named("f")), "field": "health", "value": health}),
        (f"{at}/fields", {"record_id": str(named("g")), "field": "needs", "value": visit}),
        (f"{at}/plans", {"plan_id": str(named("p")), "items": [item], "adopted_by": officer, "next_review": "2026-09-01"}),
        ("/survey-rounds", {"round_id": round_, "name": "调查", "form": "basic-situation.v1", "city": CITY,
                            "county": COUNTY, "closes_on": "2026-12-31"}),
        (f"{at}/survey-answers", {"answer_id": str(named("a")), "round_id": round_, "answers": answers}),
        (f"{at}/corrections", {"correction_id": str(named("c")), "name": name, "phones": [phone], "reason": "更正"}),
    ]  # fmt: skip

    told = [await doors.post(path, json=words, headers=OFFICER) for path, words in asked]
    hits = await doors.post("/people/search", json={"q": name}, headers=OFFICER)
    while await town.clock.round():
        pass

    assert [answer.status_code for answer in told] == [201] * 7
    assert [hit["name"] for hit in hits.json()] == [name]
    assert list(in_clear(await cells(town.database))) == []
    assert not [secret for secret in LEARNED if secret in "".join(capfd.readouterr())]
    opened = (await doors.get(f"{at}/file", headers=OFFICER)).text
    assert all(secret in opened for secret in (wish, health, visit, officer, family, name, phone))


async def test_whoever_answers_for_a_person_stands_in_clear_nowhere_either(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Liaisons who follow, deputies, care team, groups, reforms: each by its door, and through every fan-out."""
    await enrol(town, 1)
    along = str(named("holder", "联戊"))
    away = {"away_id": str(named("w")), "until_at": "2026-06-01T00:00:00+08:00"}
    ending = {"ending_id": str(named("e")), "liaison_id": along, "reason": "退休", "successor": secret(1)}
    staff = {"group_id": str(named("g")), "name": "第一组", "unit_id": str(BUREAU), "staff": [secret(2)]}
    asked = [
        (f"/holders/{along}/away", {**away, "deputy": secret(0)}),
        (f"/people/{person(1)}/team", {"member_id": str(named("m")), "role": "relative", "holder": secret(1)}),
        ("/groups", staff),
        (f"/groups/{named('g')}/people", {"link_id": str(named("l")), "person_id": str(person(1))}),
        (f"/units/{WATER}/liaisons/ending", ending),
        (f"/units/{GRAIN}/mergers", {"lineage_id": str(named("r")), "unit_ids": [str(WATER)], "liaison": secret(2)}),
    ]
    statuses = []
    for path, words in asked:
        statuses.append((await doors.post(path, json=words, headers=OFFICER)).status_code)
        while await town.clock.round():
            pass

    kept = await cells(town.database)

    assert statuses == [201] * 6
    assert {"away.name", "members.name", "groups.staff", "lineages.heirs", "units.heirs", "fan_outs.words"} <= {
        place for place, _ in kept
    }
    assert list(in_clear(kept)) == []


def secret(n: int) -> dict[str, str]:
    return {"holder_id": str(named("secret", n)), "name": PLANTED[n], "phone": PLANTED[3 + n]}
