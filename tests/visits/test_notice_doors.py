"""Notices at the doors and on the road: whom a typhoon reaches, who is asked after, who reads what a unit wrote."""

from datetime import timedelta

import httpx

from bus import tokens
from bus.testing import MORNING, ByHand, bearer
from contracts.ids import derived
from contracts.visits import DutyOpened, DutySuperseded, NoticeUnanswered
from tests.visits.noticing import DAY, ID, WANG, _concerning, ask, doors, hand, town
from tests.visits.shuangta import GRAIN, KEYS, LI, WATER, ZHANG

__all__ = ["doors", "hand", "town"]


async def test_a_typhoon_is_heard_by_everybody_and_a_call_is_owed_to_whoever_lives_alone(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    until = (MORNING + 2 * DAY).isoformat()
    warned = await ask(doors, "/notices", notice_id=str(ID), notice="typhoon", title="台风“海葵”", until=until)
    told = await town.waits(timedelta())
    withdrawn = await ask(doors, f"/notices/{ID}/withdrawal", reason="台风转向，取消预警")
    taken_back = await town.waits(timedelta())

    assert (warned.json(), withdrawn.status_code) == (_concerning(people=2, units=0, silent=[]), 201)
    assert {(e.person_id, e.rule) for e in told if isinstance(e, DutyOpened)} == {
        (ZHANG, "typhoon-call"),
        (LI, "typhoon-call"),
    }
    assert {e.by for e in taken_back if isinstance(e, DutySuperseded)} == {"retraction"}


async def test_the_people_of_a_silent_unit_are_asked_after_until_it_answers(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    asked = await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    first = await ask(doors, f"/notices/{ID}/answers", answer_id=str(derived("a", 1)), unit_id=str(WATER), step="plan")

    told = await town.waits(20 * DAY)
    unpressed = [e for e in told if isinstance(e, DutyOpened) and e.person_id == ZHANG and e.cause.kind == "unanswered"]
    silent = (await doors.get(f"/notices/{ID}/responses", headers=bearer(KEYS, "bureau-officer"))).json()
    late = await ask(doors, f"/notices/{ID}/answers", answer_id=str(derived("a", 2)), unit_id=str(GRAIN), step="proof",
                     words="已走访")  # fmt: skip
    ended = await town.waits(timedelta())

    assert asked.json() == _concerning(people=2, units=2, silent=sorted(map(str, (WATER, GRAIN))))
    assert [(e.unit_id, e.step) for e in told if isinstance(e, NoticeUnanswered)] == [
        (GRAIN, "receipt"),
        (GRAIN, "plan"),
    ]
    assert {(e.person_id, e.rule) for e in told if isinstance(e, DutyOpened) and e.cause.kind == "unanswered"} == {
        (LI, "press")
    }
    assert unpressed == []
    assert [(each["unit"], each["steps"], each["lacking"]) for each in silent] == [
        ("粮食局", [], ["receipt", "plan"]),
        ("水利局", ["plan"], []),
    ]
    assert (first.json(), late.json()["silent"]) == ({"notice_id": str(ID), "silent": [str(GRAIN)]}, [])
    assert {(e.person_id, e.by) for e in ended if isinstance(e, DutySuperseded)} == {(LI, "end")}
    assert await town.differences() == []


async def test_a_unit_that_only_said_that_the_notice_came_is_pressed_for_the_proof(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    for n, unit in enumerate((WATER, GRAIN)):
        await ask(doors, f"/notices/{ID}/answers", answer_id=str(derived("a", n)), unit_id=str(unit), step="plan")
    await ask(doors, f"/notices/{ID}/answers", answer_id=str(derived("a", 9)), unit_id=str(GRAIN), step="proof")

    told = await town.waits(60 * DAY)

    assert [(e.unit_id, e.step) for e in told if isinstance(e, NoticeUnanswered)] == [(WATER, "proof")]
    assert {(e.person_id, e.rule) for e in told if isinstance(e, DutyOpened) and e.cause.kind == "unanswered"} == {
        (ZHANG, "press")
    }


async def test_what_a_unit_wrote_is_read_by_who_may_and_a_unit_speaks_for_itself_alone(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    by_water = tokens.issue(KEYS.token_key, person=str(WANG), role="unit-leader", unit=str(WATER))
    own = {"Authorization": f"Bearer {by_water}"}
    said = {"answer_id": str(derived("a", 1)), "unit_id": str(WATER), "step": "plan", "words": "腊月二十前逐户走访"}
    nobody = {"Authorization": f"Bearer {tokens.issue(KEYS.token_key, person=str(WANG), role='unit-leader')}"}

    codes = [
        (await doors.post(f"/notices/{ID}/answers", json=said, headers=nobody)).status_code,
        (await doors.post(f"/notices/{ID}/answers", json=said | {"unit_id": str(GRAIN)}, headers=own)).status_code,
        (await doors.post(f"/notices/{ID}/answers", json=said, headers=own)).status_code,
    ]
    of_no_unit = (await doors.get(f"/notices/{ID}/responses", headers=nobody)).json()
    by_bureau = (await doors.get(f"/notices/{ID}/answers", headers=bearer(KEYS, "bureau-officer"))).json()
    by_unit = (await doors.get(f"/notices/{ID}/answers", headers=own)).json()

    assert (codes, of_no_unit) == ([403, 403, 201], [])
    assert [(each["unit"], each["step"], each["words"]) for each in by_bureau] == [
        ("水利局", "plan", "腊月二十前逐户走访")
    ]
    assert by_unit == by_bureau


async def test_what_is_wrong_with_a_notice_is_said(town: ByHand, doors: httpx.AsyncClient) -> None:
    unknown = await ask(doors, "/notices", notice_id=str(ID), notice="flood", title="洪水")
    endless = await ask(doors, "/notices", notice_id=str(ID), notice="typhoon", title="台风")
    nowhere = await ask(doors, "/notices", notice_id=str(ID), notice="typhoon", title="台风", county="东塔")
    stranger = await ask(doors, f"/notices/{ID}/answers", "liaison", answer_id=str(ID), unit_id=str(WATER), step="plan")

    assert (unknown.status_code, unknown.json()["field"]) == (422, "notice")
    assert "typhoon（台风预警）" in unknown.json()["detail"]
    assert (endless.status_code, endless.json()["field"]) == (422, "until")
    assert (nowhere.status_code, nowhere.json()["field"], nowhere.json()["rule"]) == (422, "county", "county-unknown")
    assert nowhere.json()["detail"] == "这个县（市、区）没有服务对象，有的是：东区"
    assert stranger.status_code in (403, 404, 422)
