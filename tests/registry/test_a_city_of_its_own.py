"""A city names a class, a party, roles and a rung of its own in its pack, and everything follows: no line of Python."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.pack import read_words
from bus.testing import SHIPPED, ByHand, bearer
from contracts.event import Event
from contracts.ids import PersonId
from contracts.registry import Holder, HolderAppointed, PersonCard, PersonEnrolled, PostFilled, PostVacant
from contracts.visits import DutyEscalated
from services.registry.requests.reports import ReportDeath
from services.registry.service import lend
from services.visits.policy import load
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    KEYS,
    LANE,
    WATER,
    WORDS,
    ZHANG,
    enrolling,
    named,
    resident_id,
    settled,
)
from tests.visits.town import Life

OWN = {
    "pack.yaml": {
        "\ncategories:\n": "\ncategories:\n  on-the-mountain: 山里\n",
        "\nparties:\n": "\nparties:\n  forestry: {zh: 林场, officer: forester, found: upwards}\n",
        "\nroles:\n": "\nroles:\n  forester:\n    zh: 林场场长\n    party: forestry\n    reach: county\n"
        "    may: [register-units, appoint-holders, enrol, keep-teams, run-groups, read-files]\n"
        "  ranger:\n    zh: 护林员\n    party: forestry\n    several: true\n    needed_by: {categories: [on-the-mountain]}\n"
        "    may: [merge-files, run-groups, audit-files, run-surveys, reform-units]\n",
        "care_team: [liaison]": "care_team: [liaison, ranger]",
        "\ngroup_officer: group-officer": "\n",
        "\nsurvivor: survivor": "\n",
        "\nrungs:\n": "\nrungs:\n  forestry: {zh: 林场, role: forester}\n",
    },
    "rules.yaml": {
        "categories: [living-alone]": "categories: [on-the-mountain]",
        "{after: 8h, rung: bureau,": "{after: 8h, rung: forestry,",
    },
}
FOREST, STATION = named("unit", "深山林场"), named("unit", "山乡站")
OLD_MA, OLD_NIU = PersonId(named("person", "马五山")), PersonId(named("person", "牛六村"))


@pytest.fixture
def pack(tmp_path: Path) -> Iterator[Path]:
    """The shipped pack with a few lines more."""
    pack = Path(shutil.copytree(SHIPPED, tmp_path / "mountain"))
    for file, changes in OWN.items():
        text = (pack / file).read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new, 1)
        (pack / file).write_text(text)
    yield pack
    lend(WORDS)


@pytest.fixture
async def doors(town: ByHand, pack: Path) -> AsyncIterator[httpx.AsyncClient]:
    lend(words := read_words(pack))
    async with town.http(KEYS, words) as client:
        client.headers.update(bearer(KEYS, "forester", county=COUNTY))
        yield client


def unit(unit_id: UUID, name: str, party: str, above: UUID | None = None) -> dict[str, Any]:
    told = {"unit_id": str(unit_id), "name": name, "party": party, "city": CITY, "county": COUNTY}
    return told if above is None else told | {"reports_to": str(above)}


def enrolment(person_id: PersonId = OLD_MA, category: str = "on-the-mountain", serial: int = 7) -> dict[str, Any]:
    return {
        "person_id": str(person_id), "name": "马五山", "resident_id": resident_id(serial=serial),
        "kind": "veteran-cadre", "category": category, "unit_id": str(STATION), "community_id": str(LANE),
    }  # fmt: skip


def officer(name: str) -> dict[str, str]:
    return {"holder_id": str(named("holder", name)), "name": name, "phone": "19900007777"}


async def enrolled(doors: httpx.AsyncClient, town: ByHand) -> list[Event]:
    """A station below a forest with an officer; old Ma of the station lives on the mountain, old Niu does not."""
    for path, words in (
        ("/units", unit(FOREST, "深山林场", "forestry")),
        ("/units", unit(STATION, "山乡站", "unit", FOREST)),
        (f"/units/{FOREST}/holder", {"appointment_id": str(named("a")), **officer("林甲")}),
        ("/people", enrolment()),
        ("/people", enrolment(OLD_NIU, "living-alone", serial=8)),
    ):
        assert (await doors.post(path, json=words)).status_code == 201, path
    return await settled(town)


async def test_its_class_is_enrolled_and_its_roles_stand_on_the_card_and_are_missed_where_nobody_holds_them(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    said = await enrolled(doors, town)
    joining = {"member_id": str(named("m")), "role": "ranger", "holder": officer("护乙")}
    joined = await doors.post(f"/people/{OLD_MA}/team", json=joining)
    team = (await doors.get(f"/people/{OLD_MA}/team")).json()
    then = await settled(town)

    (appointed,) = [fact for fact in said if isinstance(fact, HolderAppointed)]
    first, last = [[f for f in of if isinstance(f, PersonCard) and f.person_id == OLD_MA][-1] for of in (said, then)]
    assert (appointed.role, first.category) == ("forester", "on-the-mountain")
    assert first.holders[0] == Holder(
        role="forester", party="forestry", holder_id=appointed.holder_id, unit_id=appointed.unit_id,
        name=appointed.name, phone=appointed.phone,
    )  # fmt: skip
    assert [holder.role for holder in last.holders] == ["ranger", "forester", "community-worker"]
    assert [(fact.person_id, fact.role) for fact in said if isinstance(fact, PostVacant)] == [
        (OLD_MA, "liaison"), (OLD_MA, "ranger"), (OLD_NIU, "liaison")
    ]  # fmt: skip
    assert [fact.role for fact in then if isinstance(fact, PostFilled)] == ["ranger"]
    assert (joined.status_code, [member["zh"] for member in team["members"]]) == (201, ["护林员"])
    assert await town.differences() == []


async def test_its_rung_is_climbed_to_and_its_words_stand_in_the_file(
    doors: httpx.AsyncClient, town: ByHand, pack: Path
) -> None:
    said = await enrolled(doors, town)
    of_ma = [fact for fact in said if isinstance(fact, PersonEnrolled | PersonCard) and fact.person_id == OLD_MA]
    ma = Life(load(pack))
    ma.care = replace(ma.care, person_id=OLD_MA)

    ma.hears(*of_ma, at=town.now)
    greeting = ma.owed()["weekly-greeting"]
    climbed = [f for f in ma.wakes(greeting.due_at + timedelta(hours=8)) if isinstance(f, DutyEscalated)]
    await town.hears(*climbed)

    assert [(fact.rule, fact.rung, fact.role) for fact in climbed] == [("weekly-greeting", 1, "forester")]
    lines = (await doors.get(f"/people/{OLD_MA}/file")).json()["lines"]
    assert {line["zh"] for line in lines} >= {
        "登记居住类别：居住类别 山里",
        "责任人空缺：责任人 护林员",
        "督办：规则 weekly-greeting，责任人 林场场长，督办层级 1",
    }


async def test_what_it_does_not_name_is_refused_with_all_that_it_names(doors: httpx.AsyncClient, town: ByHand) -> None:
    by_the_sea = await doors.post("/people", json=enrolment(category="by-the-sea"))
    of_family = await doors.post("/units", json=unit(FOREST, "深山林场", "family"))
    async with town.http(KEYS) as of_the_shipped_pack:
        stranger = await of_the_shipped_pack.get("/lineages", headers=bearer(KEYS, "forester", county=COUNTY))

    assert (by_the_sea.status_code, by_the_sea.json()["errors"]) == (422, [{
        "field": "category",
        "rule": "unknown-code",
        "error": "本市没有这一类；可用：on-the-mountain（山里）、with-relatives（亲属同住）、living-alone（空巢独居）、"
        "in-institution（常驻机构）、relocated（易地安置）",
    }])  # fmt: skip
    assert [error["field"] for error in of_family.json()["errors"]] == ["party"]
    assert "forestry（林场）" in of_family.text and "family（" not in of_family.text
    assert (stranger.status_code, stranger.json()["detail"]) == (403, "双塔市的政策没有“forester”这一角色")


async def test_what_concerns_a_county_is_nothing_for_a_role_that_reaches_its_unit_alone(
    doors: httpx.AsyncClient,
) -> None:
    ranger = bearer(KEYS, "ranger", unit=WATER)
    city_round = {"round_id": str(named("r")), "name": "普查", "form": "basic-situation.v1", "city": CITY,
                  "closes_on": "2026-06-30"}  # fmt: skip

    answers = [
        *[await doors.get(path, headers=ranger) for path in ("/duplicates", "/file-use?since=2026-01-01")],
        *[await doors.get(path, params={"city": CITY}, headers=ranger) for path in ("/groups", "/lineages")],
        await doors.post("/survey-rounds", json=city_round, headers=ranger),
    ]
    of_its_unit = await doors.post("/survey-rounds", json=city_round | {"unit_id": str(WATER)}, headers=ranger)

    assert [answer.status_code for answer in answers] == [403] * 5
    assert {answer.json()["detail"] for answer in answers} == {
        "此角色只及本单位或本人联系的人，不能办理全县（市、区）的事项"
    }
    assert of_its_unit.status_code == 201


async def test_a_city_that_names_no_group_officer_has_no_groups_and_one_that_names_no_survivor_enrols_none(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await town.asked(enrolling())
    await town.asked(ReportDeath(person_id=ZHANG, report_id=named("report"), source="family"))

    group = {"group_id": str(named("g")), "name": "一组", "unit_id": str(BUREAU), "staff": [officer("组庚")]}
    refused = await doors.post("/groups", json=group)
    survivor = await doors.post("/people", json=enrolment() | {"kind": "survivor", "survivor_of": str(ZHANG)})

    assert (refused.status_code, refused.json()["rule"]) == (422, "no-groups")
    assert [error["field"] for error in survivor.json()["errors"]] == ["survivor_of"]
