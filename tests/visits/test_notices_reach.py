"""Whom a notice may be taken back for, and of whose units it is answered and read: a county's officer reaches the county alone."""

from typing import Any

import httpx

from bus import tokens
from bus.testing import MORNING, ByHand
from contracts.ids import derived
from contracts.registry import CareEnded
from contracts.visits import DutySuperseded
from tests.visits.noticing import DAY, ID, WANG, ask, doors, hand, town
from tests.visits.shuangta import GRAIN, KEYS, LI, WATER

__all__ = ["doors", "hand", "town"]
EAST, WEST = "东区", "西区"


def of(county: str | None) -> dict[str, str]:
    token = tokens.issue(KEYS.token_key, person=str(WANG), role="bureau-officer", county=county)
    return {"Authorization": f"Bearer {token}"}


def refusal(answer: httpx.Response) -> tuple[int, str, str, str]:
    told = answer.json()
    return answer.status_code, told["rule"], told["field"], told["detail"]


BEYOND = "不在此令牌的县（市、区）之内"


async def test_a_county_never_takes_back_the_warning_of_the_city_or_of_another_county(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    until = (MORNING + 2 * DAY).isoformat()
    of_east = derived("test", "notice of east")
    await ask(doors, "/notices", notice_id=str(ID), notice="typhoon", title="台风“海葵”", until=until)
    await ask(doors, "/notices", notice_id=str(of_east), notice="typhoon", title="台风", until=until, county=EAST)
    await town.waits(DAY / 24)
    reason = {"reason": "台风转向，取消预警"}

    refused = [
        refusal(await doors.post(f"/notices/{each}/withdrawal", json=reason, headers=of(county)))
        for each, county in ((ID, WEST), (ID, EAST), (of_east, WEST))
    ]
    told = await town.waits(DAY / 24)
    own = await doors.post(f"/notices/{of_east}/withdrawal", json=reason, headers=of(EAST))
    citys = await doors.post(f"/notices/{ID}/withdrawal", json=reason, headers=of(None))

    assert refused == [(403, "out-of-reach", "notice_id", BEYOND)] * 3
    assert [event for event in told if isinstance(event, DutySuperseded)] == []
    assert (own.status_code, citys.status_code) == (201, 201)


async def test_a_county_answers_for_its_own_units_and_reads_of_no_others(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    said: dict[str, Any] = {"unit_id": str(WATER), "step": "plan", "words": "腊月二十前逐户走访"}
    at = f"/notices/{ID}"

    strange = await doors.post(f"{at}/answers", json={**said, "answer_id": str(derived("a", 1))}, headers=of(WEST))
    unheard = (await doors.get(f"{at}/answers", headers=of(None))).json()
    own = await doors.post(f"{at}/answers", json={**said, "answer_id": str(derived("a", 2))}, headers=of(EAST))
    read = {c: (await doors.get(f"{at}/answers", headers=of(c))).json() for c in (None, EAST, WEST)}
    units = {c: (await doors.get(f"{at}/responses", headers=of(c))).json() for c in (None, EAST, WEST)}

    assert refusal(strange) == (403, "out-of-reach", "unit_id", BEYOND)
    assert (unheard, own.status_code) == ([], 201)
    assert [each["words"] for each in read[EAST]] == ["腊月二十前逐户走访"]
    assert (read[None], read[WEST]) == (read[EAST], [])
    assert {each["unit_id"] for each in units[EAST]} == {str(WATER), str(GRAIN)}
    assert (units[None], units[WEST]) == (units[EAST], [])


async def test_a_unit_whose_only_person_has_left_is_not_asked(town: ByHand, doors: httpx.AsyncClient) -> None:
    left = CareEnded(
        city="双塔市", county=EAST, person_id=LI, end_id=derived("test", "left"), why="moved-away", ended_at=MORNING
    )
    await town.hears(left)

    asked = await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")

    assert asked.json() == {"notice_id": str(ID), "silent": [str(WATER)], "people": 1, "units": 1}


async def test_why_a_notice_was_taken_back_is_kept_and_only_what_was_told_is_taken_back(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Who answered in time was never told to be silent: nothing is written into the files of its people."""
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    await ask(doors, f"/notices/{ID}/answers", answer_id=str(derived("a", 1)), unit_id=str(WATER), step="proof")
    await town.waits(20 * DAY)

    await ask(doors, f"/notices/{ID}/withdrawal", reason="文号写错了")
    told = await town.waits(DAY / 24)

    async with town.database.connection() as connection:
        heard = await connection.fetch(
            "SELECT person_id, retracted_at FROM happenings WHERE event = 'notice-unanswered'"
        )
    listed = (await doors.get("/notices", headers=of(EAST))).json()
    assert {row["person_id"] for row in heard} == {LI}
    assert all(row["retracted_at"] is not None for row in heard)
    assert {(each.person_id, each.by) for each in told if isinstance(each, DutySuperseded)} >= {(LI, "retraction")}
    assert [each["withdrawn_for"] for each in listed] == ["文号写错了"]
    assert await town.differences() == []
