"""A roster at the doors: looked through as a whole, taken in row by row, and the second time nothing changes."""

import random
from typing import Any

import httpx
import pytest

from bus.testing import ByHand
from contracts.registry import LiaisonAssigned, PersonEnrolled
from services.registry.entering.roster import roster_enrolment
from services.registry.roster import words
from tests.registry.handing_in import check, doors, index_of, known, outcomes, take_in, town, written_down
from tests.registry.rosters import csv_file, row, xlsx
from tests.registry.town import WATER, settled

__all__ = ["doors", "town"]


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
