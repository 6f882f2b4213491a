"""Two first facts of one person at once: a row that is not there cannot be locked, so the road makes it first."""

import asyncio

import pytest

from bus.testing import MORNING, ByHand, record
from tests.bus.people import ZHANG, discharged
from tests.bus.races.gates import Watcher, before
from tests.bus.watch import Watch, watch

FIRST, SECOND = discharged(ZHANG, "first"), discharged(ZHANG, "second")
KEPT = watch.kept_in


async def one_stands_in_the_middle(hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first has decided and not yet kept when the second comes, and waits for it."""
    gate = before(monkeypatch, KEPT, "keep")
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
    gate = before(monkeypatch, KEPT, "keep")
    one = asyncio.create_task(hand.hearing.hear("one", [record(FIRST, 0, at=MORNING)]))
    await gate.somebody_waits()

    await hand.hearing.hear("other", [record(SECOND, 0, at=MORNING)])
    gate.open()
    await one

    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_without_on_conflict_the_second_is_buried(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KEPT, "skeleton", KEPT.skeleton.replace("ON CONFLICT DO NOTHING", ""))

    await one_stands_in_the_middle(hand, beside, monkeypatch)

    assert (await hand.state(Watch, ZHANG)).heard == 1
    assert [headers["dead_letter_reason"].split()[0] for _, headers in await hand.told()] == ["UniqueViolationError"]


def load_or_create(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is made before the lock; who finds none makes it when it saves."""
    names = [*KEPT.columns.names, "clock", "wake_at", "wakes_failed", "settled_under", "risk"]
    found = ", ".join(f"l.{name}" for name in names[1:])
    make, keep = KEPT.skeleton, KEPT.keep
    lock = (
        f"WITH l AS ({KEPT.lock}) SELECT u.key, {found} FROM unnest($1::uuid[]) u(key) LEFT JOIN l ON person_id = key"
    )

    async def make_and_keep(tx, kept):  # type: ignore[no-untyped-def]
        await tx.fetch(make, [k.key for k in kept])
        await keep(tx, kept)

    monkeypatch.setattr(KEPT, "skeleton", "SELECT unnest($1::uuid[]) WHERE false")
    monkeypatch.setattr(KEPT, "lock", lock)
    monkeypatch.setattr(KEPT, "keep", make_and_keep)
