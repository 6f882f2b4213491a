"""Groups are the bureau's in its own county; what two of them say of a person may come in any order."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import httpx

from bus import tokens
from bus.testing import MORNING, ByHand, bearer
from services.registry.decisions.people import enrol as enrol_decided
from services.registry.domain import GroupTie, Officer, Person, ties
from tests.reasons import a_reason
from tests.registry.grouping import FIRST, SECOND, forming, grouped, link, linking
from tests.registry.reforms import OFFICER, last_cards, officer
from tests.registry.town import (
    BUREAU,
    CITY,
    KEYS,
    OFFICES,
    ZHANG,
    appointing,
    enrolling,
    named,
    settled,
)

__all__ = ["grouped"]


async def test_groups_are_the_bureau_s_in_its_own_county(grouped: httpx.AsyncClient) -> None:
    other = bearer(KEYS, "bureau-officer", county="西区")

    answers = [
        await grouped.post("/groups", json=forming(entry_id=str(named("e"))), headers=other),
        await grouped.post(f"/groups/{FIRST}/people", json=linking(1), headers=other),
        await grouped.get(f"/groups/{FIRST}/updates", params={"month": "2026-05"}, headers=other),
        await grouped.get(f"/groups/{named('no')}/updates", params={"month": "2026-05"}, headers=OFFICER),
        await grouped.get(f"/groups/{FIRST}/updates", params={"month": "2026-13"}, headers=OFFICER),
        await grouped.post("/groups", json=forming(named("third"), least=3), headers=OFFICER),
    ]
    listed = (await grouped.get("/groups", params={"city": CITY}, headers=other)).json()["groups"]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 404, 422, 422]
    assert listed == []


def tie(group_id: UUID, linked: bool, minute: int) -> GroupTie:
    return GroupTie(group_id, linked, MORNING + timedelta(minutes=minute))


def test_what_groups_say_may_come_in_any_order() -> None:
    """Into the first, out of it, into the second: whatever is heard when, the person is in the second in the end."""
    enrolled = enrol_decided(Person(ZHANG, offices=OFFICES), enrolling(), MORNING).state
    steps = (tie(FIRST, True, 1), tie(FIRST, False, 2), tie(SECOND, True, 3))

    for order in permutations(steps):
        person = enrolled
        for step in order:
            if step.linked:
                person, _ = ties.linked(person, step, "组", officer_of(step.group_id), MORNING)
            else:
                person, _ = ties.unlinked(person, step, a_reason("调整"), MORNING)
        officers = [member.holder_id for member in person.team if member.role == "group-officer"]
        assert (person.group_id, officers) == (SECOND, [officer_of(SECOND).holder_id]), order


def officer_of(group_id: UUID) -> Officer:
    asked = appointing(BUREAU, f"组员{group_id}")
    return Officer(asked.holder_id, asked.name, asked.phone)


async def test_a_group_stays_in_its_county_and_out_of_reach_of_the_others(
    grouped: httpx.AsyncClient, town: ByHand
) -> None:
    """Its officer stands on the cards of its people: whoever takes over the group, reads their files."""
    await link(grouped, 1)
    await settled(town)
    of_north = {
        "unit_id": str(named("north")),
        "name": "北县老干部局",
        "party": "bureau",
        "city": CITY,
        "county": "北县",
    }
    token = tokens.issue(KEYS.token_key, person=str(named("officer of north")), role="bureau-officer", county="北县")
    northern = {"Authorization": f"Bearer {token}"}
    assert (await grouped.post("/units", json={**of_north, "reports_to": None}, headers=northern)).status_code == 201
    body = forming(entry_id=str(named("take")), unit_id=str(named("north")), staff=[officer("北县某人")])

    taken = await grouped.post("/groups", json=body, headers=northern)
    moved = await grouped.post("/groups", json={**body, "entry_id": str(named("move"))}, headers=OFFICER)
    said = await settled(town)

    assert (taken.status_code, taken.json()["rule"], taken.json()["field"]) == (403, "out-of-reach", "group_id")
    assert taken.json()["detail"] == "不在此令牌的县（市、区）之内"
    assert (moved.status_code, moved.json()["rule"]) == (422, "group-placed-otherwise")
    assert last_cards(said) == {}
    assert (await grouped.get(f"/groups/{FIRST}/people", headers=northern)).status_code == 403
