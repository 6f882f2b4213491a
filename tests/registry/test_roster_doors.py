"""A roster at the doors: looked through as a whole, taken in row by row, and the second time nothing changes."""

import io
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from python_calamine import load_workbook

from bus.database import Database
from bus.testing import MORNING, ByHand, bearer, make_schema
from contracts.registry import LiaisonAssigned, PersonEnrolled
from services.registry.domain import Person
from services.registry.entering.roster import roster_enrolment
from services.registry.roster import words
from services.registry.service import lend, service
from tests.registry.rosters import HEADINGS, csv_file, row, xlsx
from tests.registry.town import COUNTY, KEYS, WATER, WORDS, appointing, build, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
STRANGER = bearer(KEYS, "bureau-officer", county="西区")


@pytest.fixture(scope="module")
async def town(postgres: str) -> AsyncIterator[ByHand]:
    """One for all tests here: each has people of its own, by the numbers of their rows."""
    async with administrator(postgres) as admin:
        await admin.execute("CREATE DATABASE rosters")
    dsn = postgres.rsplit("/", 1)[0] + "/rosters"
    await make_schema(dsn, service.name, service.metadata)
    database = Database(dsn, schema=service.name)
    lend(WORDS)
    hand = ByHand(service, database, MORNING)
    await build(hand)
    await settled(hand)
    yield hand
    await database.close()
    async with administrator(postgres) as admin:
        await admin.execute("DROP DATABASE rosters WITH (FORCE)")


@asynccontextmanager
async def administrator(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client


async def check(doors: httpx.AsyncClient, file: bytes, who: dict[str, str] = OFFICER, **params: str) -> httpx.Response:
    return await doors.post("/roster/check", content=file, headers=who, params=params)


async def take_in(doors: httpx.AsyncClient, file: bytes, rows: str = "all", **params: str) -> httpx.Response:
    return await doors.post("/roster", content=file, headers=OFFICER, params={"rows": rows, **params})


def outcomes(answer: httpx.Response) -> dict[int, str]:
    assert answer.status_code == 200, answer.text
    return {done["row"]: done["outcome"] for done in answer.json()["rows"]}


async def known(town: ByHand, *people: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Who of these rows is under care, as the tables hold it."""
    asked = """SELECT p.person_id, p.resident_id_index, p.unit_id, p.community_id, p.category, a.liaison_id
      FROM people p LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL
      WHERE p.enrolled_at IS NOT NULL AND p.resident_id_index = ANY($1) ORDER BY p.person_id"""
    async with town.database.connection() as connection:
        return [tuple(found) for found in await connection.fetch(asked, [index_of(one) for one in people])]


def index_of(one: Sequence[Any]) -> UUID:
    return KEYS.index.whole("resident-id", one[2])


async def written_down(town: ByHand) -> int:
    """But for the readings: who is known already was looked at."""
    async with town.database.connection() as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM journal WHERE decision <> 'opening'")
        return count


async def test_a_roster_is_looked_through_and_nobody_is_enrolled(doors: httpx.AsyncClient, town: ByHand) -> None:
    before = await written_down(town)
    rows = [
        row(11),
        row(12, 单位="水力局", 联系电话="12345"),
        row(13, 身份证号=990101193805120033),
        row(14, 类别="离休"),
    ]
    file = xlsx(*rows)

    report = (await check(doors, file)).json()

    counted = {
        name: report[name] for name in ("sheet", "rows", "to_enrol", "unchanged", "differing", "faulty", "sound")
    }
    assert counted == {
        "sheet": "花名册",
        "rows": 4,
        "to_enrol": 2,
        "unchanged": 0,
        "differing": 0,
        "faulty": 2,
        "sound": "2,5",
    }
    assert [(f["row"], f["column"], f["heading"], f["value"]) for f in report["faults"]] == [
        (3, "D", "单位", "水力局"),
        (3, "G", "联系电话", "…"),
        (4, "C", "身份证号", "…e+17"),
    ]
    assert "相近的有：双塔市水利局" in report["faults"][0]["says"]
    assert [(n["row"], n["says"]) for n in report["notes"]] == [(1, "不导入"), (5, "读作“离休干部”")]
    assert (await known(town, rows[0], rows[3]), await written_down(town)) == ([], before)


async def test_a_roster_is_taken_in_once_however_often_it_is_handed_in(doors: httpx.AsyncClient, town: ByHand) -> None:
    rows = [row(21), row(22), row(23, 在职联络员=None, 联络员电话=None)]
    await town.said()

    first = await take_in(doors, xlsx(*rows))
    said = [type(event) for event in await settled(town)]
    people, journal = await known(town, *rows), await written_down(town)
    again = await take_in(doors, csv_file(rows[2], rows[0], rows[1], encoding="gb18030"))

    assert (outcomes(first), first.json()["enrolled"]) == ({2: "enrolled", 3: "enrolled", 4: "enrolled"}, 3)
    assert (said.count(PersonEnrolled), said.count(LiaisonAssigned)) == (3, 2)
    assert {person[2] for person in people} == {WATER}
    assert len({person[5] for person in people if person[5] is not None}) == 1, "one officer answers for both"
    assert outcomes(again) == {2: "unchanged", 3: "unchanged", 4: "unchanged"}
    assert (await known(town, *rows), await written_down(town), await settled(town)) == (people, journal, [])


async def test_a_roster_that_was_cut_off_in_the_middle_is_simply_handed_in_again(
    doors: httpx.AsyncClient, town: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(n) for n in range(31, 38)]
    file = csv_file(*rows)

    def until_the_power_goes(judged: Any, *more: Any) -> Any:
        if judged.row > 5:
            raise RuntimeError("the power goes")
        return roster_enrolment(judged, *more)

    with monkeypatch.context() as patched:
        patched.setattr("services.registry.api.roster.AT_ONCE", 2)
        patched.setattr("services.registry.api.roster.roster_enrolment", until_the_power_goes)
        assert (await take_in(doors, file)).status_code == 500
    half = await known(town, *rows)

    again = outcomes(await take_in(doors, file))

    assert len(half) == 4
    assert again == {n: "unchanged" if n < 6 else "enrolled" for n in range(2, 9)}
    whole = await known(town, *rows)
    assert (len(whole), set(half) < set(whole)) == (7, True)


async def test_any_order_and_any_parts_of_a_roster_lead_to_the_same_people(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    """Each town here is of other people, so that one database serves for all."""
    ends = []
    for seed in range(1, 6):
        dice = random.Random(seed)
        rows = [row(n + 100 * seed) for n in range(1, 7)]
        for _ in range(3):
            part = dice.sample(rows, dice.randint(1, len(rows)))
            named_rows = ",".join(str(n) for n in dice.sample(range(2, len(part) + 2), dice.randint(1, len(part))))
            assert set(outcomes(await take_in(doors, csv_file(*part), named_rows)).values()) <= {
                "enrolled",
                "unchanged",
            }
        await take_in(doors, csv_file(*dice.sample(rows, len(rows))))
        order = [index_of(one) for one in rows]
        ends.append(sorted((order.index(person[1]), *map(str, person[2:])) for person in await known(town, *rows)))

    assert [len(end) for end in ends] == [6] * 5
    assert ends == [ends[0]] * 5


async def test_all_means_all_or_nobody_and_rows_that_are_chosen_go_alone(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    rows = [row(41), row(42, 单位=None), row(43), row(44)]
    file = csv_file(*rows)

    refused = await take_in(doors, file)
    nobody = await known(town, *rows)
    absent = await take_in(doors, file, "2,9")
    unread = await take_in(doors, file, "zwei")
    some = await take_in(doors, file, "2,4-5")

    assert (refused.status_code, refused.json()["detail"]) == (422, words.REFUSED)
    assert [(e["row"], e["column"], e["heading"], e["says"]) for e in refused.json()["errors"]] == [
        (3, "D", "单位", words.MISSING)
    ]
    assert nobody == []
    assert [e["says"] for e in absent.json()["errors"]] == ["第 9 行没有人员"]
    assert (unread.status_code, unread.json()["field"]) == (422, "rows")
    assert outcomes(some) == {2: "enrolled", 4: "enrolled", 5: "enrolled"}
    assert len(await known(town, *rows)) == 3


async def test_those_who_are_known_are_said_to_be_and_never_overwritten(doors: httpx.AsyncClient, town: ByHand) -> None:
    rows = [row(n) for n in range(51, 56)]
    done = (await take_in(doors, csv_file(*rows))).json()["rows"]
    dead, gone, corrected, _, other = (f"/people/{one['person_id']}" for one in done)
    number = {"correction_id": str(named("k")), "reason": "号码抄错", "resident_id": resident_id(date(1938, 5, 12), 77)}
    moved = {"change_id": str(named("c")), "kind": "veteran-cadre", "category": "relocated", "reason": "迁居"}
    for path, words_ in (
        (f"{dead}/deaths", {"report_id": str(named("r")), "source": "family"}),
        (f"{gone}/care-ends", {"end_id": str(named("e")), "why": "moved-away"}),
        (f"{corrected}/corrections", number),
        (f"{other}/class", moved),
    ):
        answer = await doors.post(path, json=words_, headers=OFFICER)
        assert answer.status_code == 201, answer.text
    await settled(town)

    report = (await check(doors, csv_file(*rows))).json()
    taken = await take_in(doors, csv_file(*rows), "5-6")

    assert [(fault["row"], fault["says"]) for fault in report["faults"]] == [
        (2, words.DEAD),
        (3, "此人已迁出"),
        (4, words.CORRECTED),
    ]
    assert [(said["row"], said["column"], said["says"]) for said in report["differences"]] == [(6, "F", words.DIFFERS)]
    assert outcomes(taken) == {5: "unchanged", 6: "differs"}
    person: Person = await town.state(Person, UUID(done[4]["person_id"]))
    assert person.category == "relocated"


async def test_an_officer_of_the_unit_who_is_known_is_that_officer(doors: httpx.AsyncClient, town: ByHand) -> None:
    """Their name and their phone are the leader's of the water bureau; another phone is another officer's."""
    leader = appointing(WATER, "水丙").holder_id

    rows = [row(61, 在职联络员="水丙", 联络员电话="19900005678"), row(62, 在职联络员="水丙")]

    await take_in(doors, csv_file(*rows))

    liaisons = [person[5] for person in await known(town, *rows)]
    assert sorted(found == leader for found in liaisons) == [False, True]


async def test_a_roster_is_for_those_who_enrol_and_within_their_county(doors: httpx.AsyncClient) -> None:
    file = csv_file(row(71))

    leader = await check(doors, file, bearer(KEYS, "unit-leader", unit=WATER))
    stranger = await check(doors, file, STRANGER)
    template = await doors.get("/roster/template", headers=OFFICER)

    assert leader.status_code == 403
    assert [fault["says"] for fault in stranger.json()["faults"]] == ["双塔市东区不在您的范围之内"]
    assert load_workbook(io.BytesIO(template.content)).sheet_names == ["花名册", "填写说明"]


async def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(doors: httpx.AsyncClient) -> None:
    two = xlsx(row(81), 西区=[HEADINGS, row(82)])
    large = csv_file(row(81)) + b"\n" * (2 << 20)

    no_table = await check(doors, b"\x00\x01")
    several, chosen, unknown = (
        await check(doors, two),
        await check(doors, two, sheet="西区"),
        await check(doors, two, sheet="南"),
    )
    too_large, larger_than_other_bodies = await check(doors, b"x" * (6 << 20)), await check(doors, large)

    assert (no_table.status_code, no_table.json()["detail"]) == (422, words.UNREADABLE)
    assert (several.status_code, "花名册、西区" in several.json()["detail"]) == (422, True)
    assert (chosen.json()["sheet"], chosen.json()["to_enrol"]) == ("西区", 1)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "sheet")
    assert (too_large.status_code, too_large.json()["title"]) == (413, "内容过大")
    assert too_large.json()["detail"] == "文件过大：最多 5 MB；请删去图片，或分成几份"
    assert larger_than_other_bodies.json()["to_enrol"] == 1


async def test_the_report_is_had_as_a_sheet_like_every_list(doors: httpx.AsyncClient) -> None:
    answer = await check(doors, csv_file(row(91, 单位=None)), format="csv", list="faults")

    assert answer.content.decode("utf-8-sig").splitlines() == ["行,列,栏目,所填,说明", "2,D,单位,,未填"]


async def test_a_number_that_was_cut_to_zeros_is_taken_when_its_row_is_confirmed(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    cut = next(number for n in range(100, 1000, 100) for day in range(1, 29)
               if (number := resident_id(date(1939, 7, day), n)).endswith("000"))  # fmt: skip
    file = xlsx(row(801, 身份证号=cut), row(802))

    told = (await check(doors, file)).json()
    confirmed = (await check(doors, file, confirm="2")).json()
    refused = await take_in(doors, file)
    everybody = await check(doors, file, confirm="all")
    taken = await take_in(doors, file, confirm="2")
    again = await take_in(doors, file)

    assert [(fault["row"], fault["column"], fault["heading"]) for fault in told["faults"]] == [(2, "C", "身份证号")]
    assert (told["to_enrol"], confirmed["faults"], confirmed["to_enrol"]) == (1, [], 2)
    assert (refused.status_code, everybody.status_code, everybody.json()["field"]) == (422, 422, "confirm")
    assert set(outcomes(taken).values()) == {"enrolled"} and set(outcomes(again).values()) == {"unchanged"}
