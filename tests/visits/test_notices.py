"""A notice is heard by everybody whom it concerns; units that say nothing are told, and so are their people's holders."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus import tokens
from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.refused import Refused
from contracts.registry import PersonCard
from contracts.visits import DutyOpened, DutySuperseded, NoticeAnswered, NoticeUnanswered
from services.visits.domain import learning
from services.visits.domain.issuing import answer, issue, tell_silence, withdraw
from services.visits.domain.notices import Answer, Notice, Step, Wanted
from services.visits.domain.rules import OnEnd
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.packs import add, pack
from tests.visits.shuangta import GRAIN, KEYS, LI, WATER, ZHANG, carded, enrolled
from tests.visits.town import WEDNESDAY, after, hours, life, rule

__all__ = ["pack"]
ID = derived("test", "notice")
WANG = HolderId(derived("test", "Wang"))
DAY = timedelta(days=1)


def notice(**other: Any) -> Notice:
    usual: dict[str, Any] = {"city": "town", "what": "visits", "title": "春节走访", "asked": (WATER, GRAIN)}
    wanted = (Wanted(Step.RECEIPT, WEDNESDAY + 5 * DAY), Wanted(Step.PROOF, WEDNESDAY + 60 * DAY))
    return Notice(ID, **(usual | {"wanted": wanted} | other))


def issued(**other: Any) -> Notice:
    return issue(Notice(ID), notice(**other), WEDNESDAY)[0]


def said(unit: UnitId = WATER, step: Step = Step.RECEIPT, at: datetime = WEDNESDAY + DAY, n: int = 1) -> Answer:
    return Answer(derived("test", "answer", n), unit, step, None, WANG, at)


def silences(told: tuple[Event, ...]) -> list[tuple[UnitId, str | None, datetime]]:
    return [(fact.unit_id, fact.step, fact.since) for fact in told if isinstance(fact, NoticeUnanswered)]


def test_the_silent_are_told_once_when_the_time_is_over() -> None:
    known, _ = answer(issued(), said())

    early, nothing = tell_silence(known, WEDNESDAY + 4 * DAY)
    over, told = tell_silence(known, WEDNESDAY + 5 * DAY)
    again, no_more = tell_silence(over, WEDNESDAY + 6 * DAY)

    assert (early, nothing, again, no_more) == (known, (), over, ())
    assert silences(told) == [(GRAIN, "receipt", WEDNESDAY + 5 * DAY)]
    assert (known.asks_at, over.asks_at) == (WEDNESDAY + 5 * DAY, WEDNESDAY + 60 * DAY)


def test_a_receipt_is_no_proof() -> None:
    """Who wrote that the notice has come, and nothing since, is as silent as the others when the proof is wanted."""
    known, _ = answer(issued(), said())
    over, _ = tell_silence(known, WEDNESDAY + 5 * DAY)

    done, told = tell_silence(over, WEDNESDAY + 60 * DAY)

    at = WEDNESDAY + 60 * DAY
    assert silences(told) == [(WATER, "proof", at), (GRAIN, "proof", at)]
    assert done.asks_at is None


def test_who_gives_proof_need_not_say_that_the_notice_came() -> None:
    known, _ = answer(issued(asked=(WATER,)), said(step=Step.PROOF))

    assert [tell_silence(known, WEDNESDAY + days * DAY)[1] for days in (5, 60)] == [(), ()]


def test_after_an_outage_every_step_that_is_over_is_told() -> None:
    _, told = tell_silence(issued(asked=(WATER,)), WEDNESDAY + 70 * DAY)

    assert [step for _, step, _ in silences(told)] == ["receipt", "proof"]


def test_an_answer_after_the_time_is_late_and_still_an_answer() -> None:
    over, _ = tell_silence(issued(), WEDNESDAY + 5 * DAY)

    after_all, (told,) = answer(over, said(step=Step.PROOF, at=WEDNESDAY + 25 * DAY))
    _, (next_told,) = answer(after_all, said(step=Step.PLAN, at=WEDNESDAY + 26 * DAY, n=2))

    assert isinstance(told, NoticeAnswered) and told.late
    assert isinstance(next_told, NoticeAnswered) and not next_told.late
    assert after_all.silent() == after_all.silent(Step.PROOF) == (GRAIN,)


def test_the_same_answer_twice_is_one() -> None:
    once, _ = answer(issued(), said())

    assert answer(once, said()) == (once, ())


def test_a_notice_that_was_withdrawn_asks_nobody_any_more() -> None:
    gone, _ = withdraw(issued(), "Wang", "文号写错了", WEDNESDAY + DAY)

    assert (gone.asks_at, tell_silence(gone, WEDNESDAY + 20 * DAY)) == (None, (gone, ()))
    assert withdraw(gone, "Wang", "文号写错了", WEDNESDAY + DAY) == (gone, ())
    with pytest.raises(Refused) as refused:
        answer(gone, said())
    assert refused.value.args[0] == "notice-withdrawn"


@pytest.mark.parametrize(
    ("act", "rule_"),
    [
        (lambda: issue(issued(), notice(), WEDNESDAY), "notice-issued"),
        (lambda: issue(Notice(ID), notice(until=WEDNESDAY, wanted=()), WEDNESDAY), "over-already"),
        (lambda: answer(issued(), said(UnitId(derived("test", "stranger")))), "unit-not-asked"),
        (lambda: answer(Notice(ID), said()), "notice-unknown"),
    ],
)
def test_what_cannot_be_is_refused(act: Callable[[], Any], rule_: str) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.args[0] == rule_


def test_a_warning_is_over_with_its_hour_and_one_issued_in_error_never_was() -> None:
    call = rule("call", after("weather-warned", hours(12), of=frozenset({"storm"})), on_end=OnEnd.SUPERSEDE)
    warned, erred = life(call), life(call)
    for li in (warned, erred):
        li.care = learning.notice_heard(li.care, ID, "weather-warned", "storm", WEDNESDAY + DAY, WEDNESDAY)
        li.wakes(WEDNESDAY)
    owed = warned.owed().keys() | erred.owed().keys()

    warned.wakes(WEDNESDAY + DAY)
    erred.care = learning.retracted(erred.care, ID, "weather-warned", WEDNESDAY)
    erred.wakes(WEDNESDAY)

    assert owed == {"call"}
    assert (warned.the("call").closed_by, erred.the("call").closed_by) == ("end", "retraction")


TYPHOON = {
    "name": "typhoon-call",
    "who": "{categories: [living-alone]}",
    "when": "{event: weather-warned, of: [typhoon]}",
    "owes": "{party: community, role: community-worker}",
    "window": "{due: 12h}",
    "ladder": "greeting",
    "on_end": "supersede",
}
UNANSWERED = {"name": "press", "when": "{event: notice-unanswered}", "window": "{due: 7d}", "on_end": "supersede"}


@pytest.fixture
async def hand(fresh: Callable[..., Any], pack: Path) -> AsyncIterator[ByHand]:
    for line in (TYPHOON, UNANSWERED):
        add(pack, **line)
    care_store.books.install(Installed.read(pack), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


@pytest.fixture
async def town(hand: ByHand) -> ByHand:
    """Zhang is of the water bureau and lives alone, Li of the grain bureau."""
    await hand.hears(enrolled(), carded())
    await hand.hears(enrolled(LI), _card_of_li())
    return hand


@pytest.fixture
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client


def _card_of_li() -> PersonCard:
    return carded().model_copy(update={"person_id": PersonId(LI), "unit_id": GRAIN, "unit_name": "粮食局"})


async def ask(doors: httpx.AsyncClient, path: str, role: str = "bureau-officer", **words: Any) -> httpx.Response:
    token = tokens.issue(KEYS.token_key, person=str(WANG), role=role)
    return await doors.post(path, json=words, headers={"Authorization": f"Bearer {token}"})


def _concerning(people: int, units: int, silent: list[str]) -> dict[str, Any]:
    return {"notice_id": str(ID), "silent": silent, "people": people, "units": units}


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
