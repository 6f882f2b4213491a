"""The care team: named people in roles, on the card and in the file; a role that nobody holds any more is vacant at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.registry import CareTeamJoined, CareTeamLeft, PersonCard, PostFilled, PostVacant
from services.registry.decisions import person as person_decisions
from services.registry.decisions import unit as unit_decisions
from services.registry.domain import Person
from services.registry.domain.offices import Needed
from tests.registry.reforms import OFFICER, enrol, last_cards, officer, person
from tests.registry.town import KEYS, LANE, OFFICES, WATER, WORDS, enrolling, named, resident_id, settled

YEAR = timedelta(days=365)
PATH = f"/people/{person(1)}/team"


def joining(role: str, name: str, **other: Any) -> dict[str, Any]:
    return {"member_id": str(named("member", role, name)), "role": role, "holder": officer(name), **other}


def leaving(**other: Any) -> dict[str, Any]:
    return {"leaving_id": str(named("leaving")), "reason": "工作调动", **other}


def on_card(said: list[Event], role: str) -> list[str]:
    card = [event for event in said if isinstance(event, PersonCard)][-1]
    return [KEYS.open(h.name, kind="name", person=h.holder_id) for h in card.holders if h.role == role]


def posts(said: list[Event]) -> list[tuple[type[Event], str]]:
    return [(type(event), event.role) for event in said if isinstance(event, PostVacant | PostFilled)]


@pytest.fixture
async def zhang(doors: httpx.AsyncClient, town: ByHand) -> httpx.AsyncClient:
    await enrol(town, 1)
    return doors


async def test_who_joins_stands_on_the_card_in_their_role_and_for_their_party(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    for role, name in (("family-doctor", "医甲"), ("care-adviser", "顾乙"), ("relative", "女丙")):
        assert (await zhang.post(PATH, json=joining(role, name), headers=OFFICER)).status_code == 201
    said = await town.said()

    card = [event for event in said if isinstance(event, PersonCard)][-1]
    team = {h.role: (h.party, h.unit_id) for h in card.holders if h.role in WORDS.team}
    assert team == {
        "family-doctor": ("society", WATER), "care-adviser": ("community", LANE), "relative": ("family", WATER)
    }  # fmt: skip
    assert last_cards(said)[person(1)]["family-doctor"] == "医甲"


async def test_the_file_names_who_joined_and_who_left(zhang: httpx.AsyncClient, town: ByHand) -> None:
    body = joining("relative", "女丙", relation="女儿")
    await zhang.post(PATH, json=body, headers=OFFICER)
    await zhang.post(f"{PATH}/{body['member_id']}/leaving", json=leaving(still_needed=False), headers=OFFICER)

    file = (await zhang.get(f"/people/{person(1)}/file", headers=OFFICER)).json()["lines"]

    assert [line["zh"] for line in file if line["what"].startswith("team.")] == [
        "加入关爱小组：责任人 亲属，姓名 女丙，电话 +8619900007777，关系 女儿",
        "退出关爱小组：责任人 亲属，理由 工作调动",
    ]


async def test_a_role_that_one_alone_holds_passes_from_one_to_the_next_without_a_gap(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    await zhang.post(PATH, json=joining("family-doctor", "医甲"), headers=OFFICER)
    await town.said()

    await zhang.post(PATH, json=joining("family-doctor", "医乙"), headers=OFFICER)
    left, joined, card = await town.said()

    assert isinstance(left, CareTeamLeft) and isinstance(joined, CareTeamJoined)
    assert (left.why, left.reason, left.left_at) == ("replaced", None, joined.joined_at)
    assert on_card([card], "family-doctor") == ["医乙"]


async def test_of_several_relatives_one_is_first_and_another_when_they_leave(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    daughter, son = joining("relative", "女丙"), joining("relative", "子丁", first=True)
    await zhang.post(PATH, json=daughter, headers=OFFICER)
    await zhang.post(PATH, json=son, headers=OFFICER)
    both = on_card(await town.said(), "relative")
    again = await zhang.post(PATH, json={**son, "member_id": str(named("again"))}, headers=OFFICER)

    await zhang.post(f"{PATH}/{son['member_id']}/leaving", json=leaving(), headers=OFFICER)
    said = await town.said()
    (remaining,) = (await town.state(Person, person(1))).team

    assert (both, on_card(said, "relative")) == (["子丁", "女丙"], ["女丙"])
    assert (again.status_code, again.json()["rule"]) == (422, "already-in-team")
    assert (remaining.first, posts(said)) == (True, [])


async def test_a_role_that_somebody_left_is_vacant_from_that_instant_unless_nobody_is_needed_in_it(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    adviser, keyholder = joining("care-adviser", "顾乙"), joining("keyholder", "邻己")
    for body in (adviser, keyholder):
        await zhang.post(PATH, json=body, headers=OFFICER)
    await town.said()

    await zhang.post(f"{PATH}/{adviser['member_id']}/leaving", json=leaving(), headers=OFFICER)
    vacant = await town.said()
    none = leaving(leaving_id=str(named("second")), still_needed=False)
    await zhang.post(f"{PATH}/{keyholder['member_id']}/leaving", json=none, headers=OFFICER)
    not_needed = await town.said()
    await zhang.post(PATH, json=joining("care-adviser", "顾新"), headers=OFFICER)
    filled = await town.said()

    assert [posts(said) for said in (vacant, not_needed, filled)] == [
        [(PostVacant, "care-adviser")], [], [(PostFilled, "care-adviser")]
    ]  # fmt: skip
    shown = (await zhang.get(PATH, headers=OFFICER)).json()
    assert ([m["zh"] for m in shown["members"]], shown["vacant"]) == (["养老顾问"], [])


async def test_a_pair_that_lapses_opens_a_vacancy_at_the_same_instant(zhang: httpx.AsyncClient, town: ByHand) -> None:
    """Row 53: pairs with no gap. Nobody asks; the hour itself does it, and after an outage it is still that hour."""
    until = MORNING + YEAR
    await zhang.post(PATH, json=joining("volunteer", "志庚", until_at=until.isoformat()), headers=OFFICER)
    await settled(town)

    before = await settled(town, YEAR - timedelta(seconds=1))
    after = await settled(town, timedelta(days=2))

    assert (posts(before), posts(after)) == ([], [(PostVacant, "volunteer")])
    (left,) = [event for event in after if isinstance(event, CareTeamLeft)]
    (vacant,) = [event for event in after if isinstance(event, PostVacant)]
    assert (left.why, left.left_at, vacant.since) == ("lapsed", until, until)
    assert on_card(after, "volunteer") == []
    assert await town.differences() == []


async def test_what_is_no_role_or_over_already_is_refused_with_its_field(zhang: httpx.AsyncClient) -> None:
    bodies = [
        joining("astrologer", "某"),
        joining("volunteer", "某", until_at=MORNING.isoformat()),
        joining("volunteer", "某", relation=""),
    ]

    answers = [await zhang.post(PATH, json=body, headers=OFFICER) for body in bodies]
    unknown = await zhang.post(f"{PATH}/{named('never')}/leaving", json=leaving(), headers=OFFICER)

    assert [answer.status_code for answer in (*answers, unknown)] == [422] * 4
    assert [answer.json().get("field") for answer in (*answers, unknown)] == [None, "until_at", None, "member_id"]
    assert [answers[n].json()["errors"][0]["field"] for n in (0, 2)] == ["role", "relation"]


async def test_a_death_leaves_no_vacancy_of_the_team(zhang: httpx.AsyncClient, town: ByHand) -> None:
    doctor = joining("family-doctor", "医甲")
    await zhang.post(PATH, json=doctor, headers=OFFICER)
    await zhang.post(f"{PATH}/{doctor['member_id']}/leaving", json=leaving(), headers=OFFICER)
    await town.said()

    death = {"report_id": str(named("report")), "source": "family"}
    await zhang.post(f"/people/{person(1)}/deaths", json=death, headers=OFFICER)

    (filled,) = [event for event in await town.said() if isinstance(event, PostFilled)]
    assert (filled.role, filled.holder_id) == ("family-doctor", None)


async def test_what_the_host_area_agreed_to_is_in_the_file_and_its_people_on_the_card(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    """Row 75: a relocated person."""
    at = f"/people/{person(1)}/host"
    body = {
        "agreement_id": str(named("host")),
        "area": "鹭岛市",
        "hospitals": ["鹭岛市第一医院"],
        "reference": "协〔2026〕3号",
    }
    await zhang.post(PATH, json=joining("host-bureau", "鹭甲"), headers=OFFICER)
    await zhang.post(PATH, json=joining("host-community", "鹭乙"), headers=OFFICER)

    three = await zhang.post(at, json={**body, "hospitals": ["甲", "乙", "丙"]}, headers=OFFICER)
    agreed = await zhang.post(at, json=body, headers=OFFICER)
    said = await town.said()
    shown = (await zhang.get(PATH, headers=OFFICER)).json()["host"]
    file = (await zhang.get(f"/people/{person(1)}/file", headers=OFFICER)).json()["lines"]

    assert (three.status_code, agreed.status_code) == (422, 201)
    assert (on_card(said, "host-bureau"), on_card(said, "host-community")) == (["鹭甲"], ["鹭乙"])
    assert (shown["area"], shown["hospitals"], shown["reference"]) == ("鹭岛市", ["鹭岛市第一医院"], "协〔2026〕3号")
    assert [line["zh"] for line in file if line["what"] == "host.agreed"] == [
        "与安置地商定：安置地 鹭岛市，就医医院 鹭岛市第一医院，协议 协〔2026〕3号"
    ]


async def test_the_team_shows_all_who_are_around_somebody_and_that_no_community_is_a_vacancy(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    """As in the cities whose care team begins with the community's contact (row 68)."""
    needed = replace(
        OFFICES, needed=(*OFFICES.needed, Needed("community-worker", categories=frozenset({"living-alone"})))
    )
    for table in (unit_decisions, person_decisions):
        table.kept_in.given["offices"] = needed
    await zhang.post(PATH, json=joining("family-doctor", "医甲"), headers=OFFICER)
    await settled(town)

    team = (await zhang.get(PATH, headers=OFFICER)).json()
    _, said = await town.asked(enrolling(person(2), "测2", resident_id(serial=2), community_id=None))

    assert {(each["role"], each["name"], each["unit"]) for each in team["holders"]} == {
        ("liaison", "联戊", "双塔市水利局"), ("unit-leader", "水丙", "双塔市水利局"), ("community-worker", "社丁", "巷子社区"),
        ("family-doctor", "医甲", "双塔市水利局"),
    }  # fmt: skip
    assert team["vacant"] == []
    assert (PostVacant, "community-worker") in posts(said)
    alone = (await zhang.get(f"/people/{person(2)}/team", headers=OFFICER)).json()
    assert alone["vacant"] == ["community-worker", "liaison"]
    assert [(each["name"], each["stands_in"]) for each in alone["holders"] if each["role"] == "liaison"] == [
        ("水丙", True)
    ]
