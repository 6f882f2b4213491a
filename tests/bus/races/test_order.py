"""A batch of people against a batch of the same people in other order: sorted keys, so that nobody locks anybody out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest

from bus.database import LostRace, passes_by_waiting
from bus.testing import ByHand
from contracts.event import Event
from tests.bus.people import discharged, person
from tests.bus.races.gates import Watcher
from tests.bus.races.workers import hears, records
from tests.bus.watch import Watch, watch

PEOPLE = sorted(person(name) for name in ("张三测", "李四试", "王五验"))
MIDDLE = PEOPLE[1]
STAYS = [discharged(who, "one") for who in PEOPLE]
OTHER_STAYS = [discharged(who, "other") for who in PEOPLE]
TWICE = sorted(STAYS, key=lambda event: records(event)[0].headers[1])

NO_ROW = "INSERT INTO watches (person_id) VALUES ($1)"
ROW = "SELECT FROM watches WHERE person_id = $1 FOR UPDATE"


def as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """From A to Z in one worker, from Z to A in the other, as their batches are."""
    meet = watch.kept_in.meet.replace("DISTINCT", "").replace("ORDER BY u.key", "")
    monkeypatch.setattr(watch.kept_in, "meet", meet)


@pytest.fixture
async def quick(hand: ByHand) -> ByHand:
    """Deadlocks are found at once."""
    async with hand.database.connection() as connection:
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '50ms'")
    await hand.database.close()
    return hand


async def against_each_other(
    hand: ByHand,
    beside: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    one: Sequence[Event],
    other: Sequence[Event],
    *held: Any,
) -> list[type[BaseException]]:
    """Two workers come from both ends while a third holds what both need in the middle, and then lets go.

    What the workers had to try again. Unsorted, each would hold the end that the other needs.
    """
    errors = spy(monkeypatch)
    async with third(hand, *held) as let_go:
        first = hears(hand, "one", *one)
        await beside.sees_waiting(1)
        second = hears(hand, "other", *reversed(other))
        await beside.sees_waiting(2)
        await let_go()
        await asyncio.gather(first, second)
    return errors


def spy(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    errors: list[type[BaseException]] = []

    def note(error: BaseException) -> bool:
        errors.append(type(error))
        return passes_by_waiting(error)

    monkeypatch.setattr("bus.hearing.passes_by_waiting", note)
    return errors


@asynccontextmanager
async def third(hand: ByHand, sql: str, *args: Any) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    async with hand.database.connection() as connection:
        transaction = connection.transaction()  # type: ignore[attr-defined]
        await transaction.start()
        await connection.execute(sql, *args)
        yield transaction.rollback
        with suppress(asyncpg.InterfaceError):
            await transaction.rollback()


async def heard(hand: ByHand) -> list[int]:
    states: list[Watch] = [await hand.state(Watch, who) for who in PEOPLE]
    return [state.heard for state in states]


DEADLOCK = [asyncpg.DeadlockDetectedError]
UNSORTED = pytest.mark.parametrize(("unsorted", "tried_again"), [(False, []), (True, DEADLOCK)])


@UNSORTED
async def test_people_of_whom_nothing_is_known_yet(
    quick: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch, unsorted: bool, tried_again: list[Any]
) -> None:
    if unsorted:
        as_they_come(monkeypatch)

    errors = await against_each_other(quick, beside, monkeypatch, STAYS, OTHER_STAYS, NO_ROW, MIDDLE)

    assert (errors, await heard(quick)) == (tried_again, [2, 2, 2])


@UNSORTED
async def test_people_who_are_known(
    quick: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch, unsorted: bool, tried_again: list[Any]
) -> None:
    await hears(quick, "before", *(discharged(who, "before") for who in PEOPLE))
    if unsorted:
        as_they_come(monkeypatch)

    errors = await against_each_other(quick, beside, monkeypatch, STAYS, OTHER_STAYS, ROW, MIDDLE)

    assert (errors, await heard(quick)) == (tried_again, [3, 3, 3])


async def test_the_same_events(quick: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The people are locked in order, so the lines are written one worker after the other; the later one begins again."""
    await hears(quick, "before", *(discharged(who, "before") for who in PEOPLE))

    errors = await against_each_other(quick, beside, monkeypatch, TWICE, TWICE, ROW, MIDDLE)

    assert (errors, await heard(quick)) == ([LostRace], [2, 2, 2])
