"""Who comes under care, or moves into a county, while a notice goes on is in it, too (rows 25 and 55, ★49)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import PersonId, derived
from contracts.registry import PersonCard, PersonEnrolled
from contracts.visits import DutyOpened, DutySuperseded
from tests.visits.noticing import DAY, ID, ask, doors, hand, town
from tests.visits.shuangta import LI, ZHANG, carded, enrolled

__all__ = ["doors", "hand", "town"]
NEW = PersonId(derived("test", "newcomer"))
HOUR = timedelta(hours=1)
UNTIL = MORNING + 2 * DAY


async def warn(doors: httpx.AsyncClient, county: str = "东区") -> None:
    words: dict[str, Any] = {"title": "台风“海葵”", "county": county, "until": UNTIL.isoformat()}
    assert (await ask(doors, "/notices", notice_id=str(ID), notice="typhoon", **words)).status_code == 201


async def take_back(doors: httpx.AsyncClient) -> None:
    assert (await ask(doors, f"/notices/{ID}/withdrawal", reason="台风转向，取消预警")).status_code == 201


def new(county: str = "东区") -> PersonEnrolled:
    return enrolled(NEW).model_copy(update={"county": county})


def card(county: str, version: int, person: PersonId = NEW) -> PersonCard:
    return carded().model_copy(update={"person_id": person, "county": county, "version": version})


def opened(told: list[Event], cause: str = "weather") -> set[PersonId]:
    return {fact.person_id for fact in told if isinstance(fact, DutyOpened) and fact.cause.kind == cause}


def ended(told: list[Event]) -> set[tuple[PersonId, str]]:
    mine = (fact for fact in told if isinstance(fact, DutySuperseded) and fact.rule == "typhoon-call")
    return {(fact.person_id, fact.by) for fact in mine}


async def test_who_is_enrolled_during_a_warning_is_called_until_it_is_over(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await warn(doors)
    before = await town.waits(HOUR)

    await town.hears(new())
    told = await town.waits(HOUR)
    await town.hears(card("东区", 1))
    again = await town.waits(HOUR)
    over = await town.waits(2 * DAY)

    assert (opened(before), opened(told), opened(again)) == ({ZHANG, LI}, {NEW}, set())
    assert (NEW, "end") in ended(over)
    assert await town.differences() == []


@pytest.mark.parametrize("county", ["", "东区"])
async def test_a_warning_that_is_taken_back_is_taken_back_for_newcomers(
    town: ByHand, doors: httpx.AsyncClient, county: str
) -> None:
    await warn(doors, county)
    await town.waits(HOUR)
    await town.hears(new())
    told = await town.waits(HOUR)

    await take_back(doors)
    taken_back = await town.waits(HOUR)
    await town.hears(enrolled(PersonId(derived("test", "later"))))
    later = await town.waits(HOUR)

    assert (NEW in opened(told), (NEW, "retraction") in ended(taken_back), opened(later)) == (True, True, set())
    assert await town.differences() == []


async def test_who_moves_in_hears_the_warning_of_the_county_and_of_no_other(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.hears(new("西区"))
    await warn(doors)
    elsewhere = await town.waits(HOUR)

    await town.hears(card("西区", 1), card("东区", 2))
    moved_in = await town.waits(HOUR)

    assert (NEW in opened(elsewhere), opened(moved_in)) == (False, {NEW})
    assert await town.differences() == []


async def test_who_moves_out_takes_along_what_is_owed_and_hears_when_it_is_taken_back(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """The call is owed as it is: whoever asks once too often does no harm. Those who never were there hear nothing."""
    await town.hears(new(), enrolled(PersonId(derived("far", 1))).model_copy(update={"county": "北区"}))
    await warn(doors)
    await town.waits(HOUR)

    await town.hears(card("西区", 1))
    moved_out = await town.waits(HOUR)
    await take_back(doors)
    taken_back = await town.waits(HOUR)

    assert ended(moved_out) == set()
    assert ended(taken_back) == {(each, "retraction") for each in (ZHANG, LI, NEW)}
    async with town.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM happenings WHERE happening_id = $1", ID) == 3
    assert await town.differences() == []


async def test_after_its_hour_a_warning_concerns_nobody_who_comes(town: ByHand, doors: httpx.AsyncClient) -> None:
    await warn(doors)
    await town.waits(2 * DAY)

    await town.hears(new())
    told = await town.waits(HOUR)

    assert opened(told) == set()
    async with town.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM notices WHERE open_in <> ''") == 0


async def test_a_campaign_takes_in_newcomers_as_long_as_its_longest_window_is_open(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """The units have sixty days for the proof: so long there is somebody to visit whoever comes."""
    title = "关于春节走访慰问的通知"
    await ask(doors, "/notices", notice_id=str(ID), notice="spring-visits", title=title)
    late = PersonId(derived("test", "late"))

    heard = []
    for person, after in ((NEW, 59 * DAY), (late, 2 * DAY)):
        await town.waits(after)
        await town.hears(enrolled(person))
        await town.waits(HOUR)
        async with town.database.connection() as connection:
            rows = await connection.fetch("SELECT event FROM happenings WHERE person_id = $1", person)
        heard.append([row[0] for row in rows])

    assert heard == [["notice-issued"], []]
