"""A unit that was asked ends before it has answered: its heirs owe the answer, by name, and nobody is forgotten (row 09, P12)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bus import tokens
from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.ids import UnitId, derived
from contracts.refused import Refused
from contracts.visits import DutyOpened, DutySuperseded, NoticeAnswered, NoticeUnanswered
from services.visits.domain.issuing import answer, tell_silence
from services.visits.domain.lineages import Ending
from services.visits.domain.notices import Notice, Silence, Step
from tests.visits.noticing import DAY, ID, WANG, ask, doors, hand, issued, said, town
from tests.visits.reforms import SOON, STATION, begun, card
from tests.visits.shuangta import GRAIN, KEYS, LI, WATER, ZHANG
from tests.visits.town import WEDNESDAY

__all__ = ["doors", "hand", "town"]
ENDED = WEDNESDAY + 2 * DAY
BUREAU = bearer(KEYS, "bureau-officer")


def reformed(notice: Notice, heirs: Mapping[UnitId, tuple[UnitId, ...]], at: datetime = ENDED) -> Notice:
    endings = {unit_id: Ending(at, each) for unit_id, each in heirs.items()}
    return replace(notice, endings={**notice.endings, **endings})


MERGED: dict[UnitId, tuple[UnitId, ...]] = {WATER: (GRAIN,)}
SPLIT: dict[UnitId, tuple[UnitId, ...]] = {WATER: (GRAIN, STATION)}


def owing(notice: Notice, step: Step = Step.RECEIPT) -> list[tuple[UnitId, UnitId]]:
    return [(each.asked, each.owing) for each in notice.silences(step)]


def test_the_heir_owes_the_answer_of_a_unit_that_has_ended_without_one() -> None:
    notice = reformed(issued(), MERGED)

    assert notice.silences(Step.RECEIPT) == (Silence(WATER, GRAIN), Silence(GRAIN, GRAIN))
    assert notice.silent() == (GRAIN,)


def test_what_a_unit_said_before_it_ended_holds_and_its_heir_owes_the_rest() -> None:
    known, _ = answer(issued(), said(WATER, Step.PLAN))

    notice = reformed(known, MERGED)

    assert owing(notice, Step.PLAN) == [(GRAIN, GRAIN)]
    assert owing(notice, Step.PROOF) == [(WATER, GRAIN), (GRAIN, GRAIN)]


def test_what_the_heir_wrote_before_spoke_of_other_people_and_what_it_writes_after_speaks_of_all() -> None:
    own, _ = answer(issued(), said(GRAIN, Step.PROOF, WEDNESDAY + DAY))
    notice = reformed(own, MERGED)

    after, (told,) = answer(notice, said(GRAIN, Step.PROOF, WEDNESDAY + 6 * DAY, n=2))

    assert owing(notice, Step.PROOF) == [(WATER, GRAIN)]
    assert owing(after, Step.PROOF) == owing(after) == []
    assert isinstance(told, NoticeAnswered)
    assert (told.unit_id, told.late) == (GRAIN, True)


def test_of_a_unit_that_was_split_every_part_owes_an_answer() -> None:
    notice = reformed(issued(asked=(WATER,)), SPLIT)

    one, _ = answer(notice, said(STATION, at=WEDNESDAY + 3 * DAY))
    both, _ = answer(one, said(GRAIN, at=WEDNESDAY + 3 * DAY, n=2))

    assert owing(notice) == [(WATER, GRAIN), (WATER, STATION)]
    assert (owing(one), owing(both)) == ([(WATER, GRAIN)], [])


def test_the_heir_of_an_heir_owes_what_neither_has_said() -> None:
    notice = reformed(reformed(issued(asked=(WATER,)), MERGED), {GRAIN: (STATION,)}, ENDED + DAY)
    by_grain, _ = answer(reformed(issued(asked=(WATER,)), MERGED), said(GRAIN, at=ENDED))

    assert owing(notice) == [(WATER, STATION)]
    assert owing(reformed(by_grain, {GRAIN: (STATION,)}, ENDED + DAY)) == []


def test_an_heir_may_answer_though_nobody_asked_it_and_a_stranger_may_not() -> None:
    notice = reformed(issued(asked=(WATER,)), MERGED)

    answered, _ = answer(notice, said(GRAIN, at=ENDED))
    with pytest.raises(Refused) as refused:
        answer(notice, said(STATION, at=ENDED))

    assert (answered.silent(), refused.value.rule) == ((), "unit-not-asked")


def test_when_the_time_is_over_the_heir_is_named_and_the_unit_instead_of_which_it_owes() -> None:
    _, told = tell_silence(reformed(issued(), SPLIT), WEDNESDAY + 5 * DAY)

    assert [(each.unit_id, each.instead_of) for each in told if isinstance(each, NoticeUnanswered)] == [
        (GRAIN, WATER),
        (STATION, WATER),
        (GRAIN, None),
    ]


async def answers(doors: httpx.AsyncClient, unit: UnitId, step: str, n: int) -> httpx.Response:
    """By the leader of that unit."""
    token = tokens.issue(KEYS.token_key, person=str(WANG), role="unit-leader", unit=str(unit))
    words = {"answer_id": str(derived("a", n)), "unit_id": str(unit), "step": step}
    return await doors.post(f"/notices/{ID}/answers", json=words, headers={"Authorization": f"Bearer {token}"})


async def silent(doors: httpx.AsyncClient, headers: dict[str, str] = BUREAU) -> dict[str, tuple[Any, ...]]:
    """By the unit that was asked: what is lacking, whose it is now, how many people."""
    lines = (await doors.get(f"/notices/{ID}/responses", headers=headers)).json()
    return {line["unit"]: (line["lacking"], line["owed_by_units"], line["people"]) for line in lines}


def pressed(told: list[Event]) -> set[Any]:
    return {e.person_id for e in told if isinstance(e, DutyOpened) and e.cause.kind == "unanswered"}


def let_go(told: list[Event]) -> set[Any]:
    return {e.person_id for e in told if isinstance(e, DutySuperseded) and e.by == "end"}


@pytest.fixture
async def asked(town: ByHand, doors: httpx.AsyncClient) -> AsyncIterator[ByHand]:
    """Zhang of the water bureau and Li of the grain bureau, which has said all that it had to say."""
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")
    assert (await answers(doors, GRAIN, "proof", 1)).status_code == 201
    town.now += DAY
    yield town


async def merged(town: ByHand, *moved: Event) -> None:
    await town.hears(begun(ZHANG, at=town.now), *moved)
    await town.waits(SOON)


async def test_only_the_people_of_the_unit_that_ended_are_asked_after_until_its_heir_answers(
    asked: ByHand, doors: httpx.AsyncClient
) -> None:
    await merged(asked, card(ZHANG, GRAIN, 2, asked.now))

    over = await asked.waits(20 * DAY)
    still = await silent(doors)
    late = await answers(doors, GRAIN, "proof", 2)
    ended = await asked.waits(timedelta())

    assert [(e.unit_id, e.instead_of, e.step) for e in over if isinstance(e, NoticeUnanswered)] == [
        (GRAIN, WATER, "receipt"),
        (GRAIN, WATER, "plan"),
    ]
    assert (pressed(over), let_go(ended)) == ({ZHANG}, {ZHANG})
    assert still == {"水利局": (["receipt", "plan"], ["粮食局"], 1), "粮食局": ([], [], 2)}
    assert (late.status_code, late.json()["silent"]) == (201, [])
    assert await silent(doors) == {"水利局": ([], [], 1), "粮食局": ([], [], 2)}
    assert await asked.differences() == []


async def test_a_silence_that_was_told_before_the_reform_ends_for_whoever_was_told_of_it(
    asked: ByHand, doors: httpx.AsyncClient
) -> None:
    """Zhang's card with the heir comes after the heir has answered."""
    over = await asked.waits(20 * DAY)
    await merged(asked)

    await answers(doors, GRAIN, "proof", 2)
    ended = await asked.waits(timedelta())
    await asked.hears(card(ZHANG, GRAIN, 2, asked.now))

    assert (pressed(over), let_go(ended)) == ({ZHANG}, {ZHANG})
    assert await silent(doors) == {"水利局": ([], [], 1), "粮食局": ([], [], 2)}
    assert await asked.differences() == []


async def test_of_a_unit_that_was_split_an_heir_s_answer_ends_it_for_those_who_went_there(
    asked: ByHand, doors: httpx.AsyncClient
) -> None:
    await asked.hears(card(LI, WATER, 2, asked.now))
    heirs = {GRAIN: (ZHANG,), STATION: (LI,)}
    await asked.hears(
        begun(at=asked.now, heirs=heirs), card(ZHANG, GRAIN, 2, asked.now), card(LI, STATION, 3, asked.now)
    )
    over = await asked.waits(20 * DAY)

    first = await answers(doors, STATION, "plan", 2)
    half = await asked.waits(timedelta())
    of_station = await silent(doors, bearer(KEYS, "unit-leader", unit=STATION))

    assert (pressed(over), let_go(half)) == ({ZHANG, LI}, {LI})
    assert (first.status_code, of_station) == (201, {"水利局": (["receipt", "plan"], ["粮食局", "水文站"], 2)})


async def test_a_notice_that_is_withdrawn_is_taken_back_from_whoever_went_to_an_heir(
    asked: ByHand, doors: httpx.AsyncClient
) -> None:
    over = await asked.waits(20 * DAY)
    await merged(asked, card(ZHANG, GRAIN, 2, asked.now))

    await ask(doors, f"/notices/{ID}/withdrawal", reason="文号写错了")
    gone = await asked.waits(timedelta())

    assert pressed(over) == {ZHANG}
    assert {e.person_id for e in gone if isinstance(e, DutySuperseded) and e.by == "retraction"} == {ZHANG}


async def test_a_notice_that_asks_a_unit_which_has_just_ended_is_answered_by_its_heir(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Nobody's new card has come yet."""
    await merged(town)
    at = MORNING + SOON
    sent = await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title="关于春节走访慰问的通知")

    known = await answers(doors, GRAIN, "receipt", 1)

    assert town.now == at
    assert (sent.json()["units"], sent.json()["silent"], known.json()["silent"]) == (2, [str(GRAIN)], [])
