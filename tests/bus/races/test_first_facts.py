"""Two first facts of one person at once: a row that is not there cannot be locked, so the road makes it first."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from bus.road import Turn
from bus.store import Kept
from bus.testing import MORNING, ByHand, record
from bus.writing import Write, write
from tests.bus.people import ZHANG, discharged
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.watch import Watch, watch

FIRST, SECOND = discharged(ZHANG, "first"), discharged(ZHANG, "second")
KEPT = watch.kept_in


async def one_stands_in_the_middle(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first has decided and not yet kept when the second comes, and waits for it."""
    gate = before_keeping(monkeypatch)
    one = asyncio.create_task(hand.hearing.hear("one", [record(FIRST, 0, at=MORNING)]))
    await gate.somebody_waits()
    other = asyncio.create_task(hand.hearing.hear("other", [record(SECOND, 0, at=MORNING)]))
    await beside.sees_waiting()
    gate.open()
    await asyncio.gather(one, other)


async def test_two_first_facts_of_one_person_at_once_are_both_kept(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_stands_in_the_middle(hand, beside, monkeypatch)

    seen: Watch = await hand.state(Watch, ZHANG)
    assert (seen.heard, len(seen.stays)) == (2, 2)
    assert await hand.differences() == []


async def test_without_skeleton_rows_one_of_them_is_lost(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load or create, then save: the one who saves last wins."""
    load_or_create(monkeypatch)
    gate = before_keeping(monkeypatch)
    one = asyncio.create_task(hand.hearing.hear("one", [record(FIRST, 0, at=MORNING)]))
    await gate.somebody_waits()

    await hand.hearing.hear("other", [record(SECOND, 0, at=MORNING)])
    gate.open()
    await one

    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_without_on_conflict_the_second_is_buried(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KEPT, "meet", re.sub("ON CONFLICT .* WHERE false", "", KEPT.meet))

    await one_stands_in_the_middle(hand, beside, monkeypatch)

    assert (await hand.state(Watch, ZHANG)).heard == 1
    assert [headers["dead_letter_reason"].split()[0] for _, headers in await hand.told()] == ["UniqueViolationError"]


def load_or_create(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is made before the lock; who finds none makes it when it saves."""
    read = KEPT.read

    async def read_or_create(tx: Any, keys: list[UUID], *by: Any) -> list[Kept[Watch]]:
        return await read(tx, keys, *by) or [
            Kept(key, KEPT.blank(key), None, None, 0, 0, None, MORNING) for key in keys
        ]

    async def make_and_write(tx: Any, *writes: Sequence[Write]) -> int:
        await tx.execute("INSERT INTO watches (person_id) VALUES ($1) ON CONFLICT DO NOTHING", ZHANG)
        return await write(tx, *writes)

    monkeypatch.setattr(Turn, "meet", lock_who_is_there)
    monkeypatch.setattr(KEPT, "read", read_or_create)
    monkeypatch.setattr("bus.road.write", make_and_write)


async def lock_who_is_there(turn: Turn, tx: Any) -> None:
    await tx.fetch("SELECT FROM watches WHERE person_id = $1 FOR UPDATE", ZHANG)
