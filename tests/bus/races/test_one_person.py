"""An event, a request and a waking for one person at once: the lock of the root row lines them up."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bus.now import NOW
from bus.road import Turn
from bus.store import Kept
from bus.testing import MORNING, ByHand, record
from contracts.ids import StayId
from contracts.notify import CaseClosed, CaseOpened
from tests.bus.people import ZHANG, admitted, discharged
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.races.workers import hears, notes
from tests.bus.watch import Stay, Watch, watch

KEPT = watch.kept_in
AGAIN = UUID("01970000-0000-7000-8000-000000000099")


@pytest.fixture
async def due(hand: ByHand) -> ByHand:
    """Zhang is watched over, and his hour has come."""
    await hand.hears(admitted(ZHANG))
    hand.now += timedelta(hours=2)
    await hand.stand()
    return hand


@pytest.mark.parametrize("first", ["event", "request", "waking"])
async def test_an_event_a_request_and_a_waking_at_once_all_count(
    due: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """A waking does not wait: it passes over the person who is being decided about, and comes back."""
    begin: dict[str, Any] = {
        "event": lambda: hears(due, "stays", discharged(ZHANG)),
        "request": lambda: notes(due, ZHANG, "电话已打"),
        "waking": lambda: asyncio.create_task(due.clock.round()),
    }
    gate = before_keeping(monkeypatch)
    running = [begin.pop(first)()]
    await gate.somebody_waits()
    running += [other() for other in begin.values()]
    await beside.sees_waiting(2 if first == "waking" else 1)
    gate.open()
    await asyncio.gather(*running)
    await due.clock.round()

    seen: Watch = await due.state(Watch, ZHANG)
    assert (seen.heard, seen.notes, seen.lets_go_at) == (2, ("电话已打",), None)
    assert [type(event) for event in await due.said()] == [CaseClosed]
    assert await due.differences() == []


async def test_without_the_lock_the_last_to_save_wipes_out_the_other(
    due: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        KEPT, "meet", KEPT.meet.replace("DO UPDATE SET clock = excluded.clock WHERE false", "DO NOTHING")
    )
    gate = before_keeping(monkeypatch)
    event = hears(due, "stays", discharged(ZHANG))
    await gate.somebody_waits()

    await notes(due, ZHANG, "电话已打")
    gate.open()
    await event

    assert (await due.state(Watch, ZHANG)).notes == ()


async def one_stay_under_two_ids(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The stay is written while the second report of it waits for the person's row. What is said after both."""
    await hand.hears(discharged(ZHANG, "long ago"))
    gate = before_keeping(monkeypatch)
    one = hears(hand, "one", admitted(ZHANG))
    await gate.somebody_waits()
    other = asyncio.create_task(hand.hearing.hear("other", [record(admitted(ZHANG), 0, at=MORNING, id=AGAIN)]))
    await beside.sees_waiting()
    gate.open()
    await asyncio.gather(one, other)
    return await hand.said()


async def test_children_that_changed_during_the_wait_are_seen(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await one_stay_under_two_ids(hand, beside, monkeypatch)

    assert [type(event) for event in said] == [CaseOpened]
    assert (await hand.state(Watch, ZHANG)).heard == 2


async def test_children_joined_to_the_lock_are_as_old_as_the_wait(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_children(monkeypatch)

    said = await one_stay_under_two_ids(hand, beside, monkeypatch)

    assert [type(event) for event in said] == [CaseOpened, CaseOpened]


LOCK_AND_LOOK = """
SELECT person_id, (SELECT json_agg(s)::text FROM stays s WHERE s.person_id = w.person_id) FROM watches w
WHERE person_id = ANY($1) FOR UPDATE
"""


def join_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stays come with the statement that locks their person."""
    joined: dict[UUID, dict[StayId, Stay]] = {}
    meet, read = Turn.meet, KEPT.read

    async def meet_and_look(turn: Turn, tx: Any) -> None:
        rows = await tx.fetch(LOCK_AND_LOOK, [item.key for item in turn.items])
        joined.update({key: dict(map(stay, json.loads(stays or "[]"))) for key, stays in rows})
        await meet(turn, tx)

    async def read_as_looked(tx: Any, keys: list[UUID], *by: Any) -> list[Kept[Watch]]:
        found = await read(tx, keys, *by)
        for kept in found:
            kept.before = kept.after = replace(kept.after, stays=joined.get(kept.key, {}))
        return found

    monkeypatch.setattr(Turn, "meet", meet_and_look)
    monkeypatch.setattr(KEPT, "read", read_as_looked)


def stay(row: dict[str, Any]) -> tuple[StayId, Stay]:
    at = datetime.fromisoformat(row["admitted_at"]) if row["admitted_at"] else None
    id_ = StayId(UUID(row["stay_id"]))
    return id_, Stay(id_, row["hospital"], at, row["ended"])


async def decided_after_a_wait(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """How long after the end of its wait the second was decided, by the true clock."""
    await hand.hears(discharged(ZHANG, "long ago"))
    async with hand.database.connection() as connection:
        await connection.execute("DELETE FROM clock_offset")
    gate = before_keeping(monkeypatch)
    one = hears(hand, "one", discharged(ZHANG, "first"))
    await gate.somebody_waits()
    other = hears(hand, "other", discharged(ZHANG, "second"))
    await beside.sees_waiting()
    freed: datetime = await beside.connection.fetchval("SELECT clock_timestamp()")
    gate.open()
    await asyncio.gather(one, other)
    async with hand.database.connection() as connection:
        last: datetime = await connection.fetchval("SELECT clock FROM watches")
    return last - freed


async def test_the_clock_is_read_after_the_wait(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await decided_after_a_wait(hand, beside, monkeypatch) > timedelta(0)


async def test_the_clock_of_the_transaction_is_as_old_as_the_wait(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_transaction = KEPT.to_decide._replace(sql=KEPT.to_decide.sql.replace(NOW, "now()"))
    monkeypatch.setattr(KEPT, "to_decide", of_transaction)

    assert await decided_after_a_wait(hand, beside, monkeypatch) < timedelta(0)


@pytest.mark.parametrize(("tick", "differ"), [(timedelta(microseconds=1), []), (timedelta(days=-2), ["notes"])])
async def test_a_clock_set_back_does_not_turn_a_story_round(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, tick: timedelta, differ: list[str]
) -> None:
    """The clock of a state only goes forward; without that, its journal would be read in the wrong order."""
    monkeypatch.setattr("bus.road._TICK", tick)
    await notes(hand, ZHANG, "甲")
    hand.now -= timedelta(days=1)
    await hand.stand()
    await notes(hand, ZHANG, "乙")

    assert (await hand.state(Watch, ZHANG)).notes == ("甲", "乙")
    assert [difference.field for difference in await hand.differences()] == differ
