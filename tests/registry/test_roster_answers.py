"""What the doors say of a roster: those who are known, a file that cannot be taken, a report as a sheet, a row confirmed."""

import io
from datetime import date
from uuid import UUID

import httpx
from python_calamine import load_workbook

from bus.testing import ByHand, bearer
from services.registry.domain import Person
from services.registry.roster import words
from tests.registry.handing_in import OFFICER, STRANGER, check, doors, known, outcomes, take_in, town
from tests.registry.rosters import HEADINGS, csv_file, row, xlsx
from tests.registry.town import KEYS, WATER, appointing, named, resident_id, settled

__all__ = ["doors", "town"]


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
