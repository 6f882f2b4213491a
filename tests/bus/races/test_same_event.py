"""The same event twice: in one batch, in two workers, in two decisions, under a foreign id; it counts once for each kind."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from bus import journal
from bus.decisions import Decisions
from bus.testing import ByHand, Record
from bus.writing import Write, write
from tests.bus.people import ZHANG, discharged
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.races.two import Tally
from tests.bus.races.workers import hears, records
from tests.bus.watch import Watch

EVENT = discharged(ZHANG)


async def heard(hand: ByHand) -> int:
    seen: Watch = await hand.state(Watch, ZHANG)
    return seen.heard


async def test_twice_in_one_batch_it_counts_once(hand: ByHand) -> None:
    await hears(hand, "stays", EVENT, EVENT)

    assert await heard(hand) == 1


async def test_twice_in_one_batch_it_counts_twice_if_only_the_journal_looks(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows neither when it is asked."""

    monkeypatch.setattr("bus.road._first_of_each", list)
    monkeypatch.setattr("bus.road.write", write_no_lines)

    await hears(hand, "stays", EVENT, EVENT)

    assert await heard(hand) == 2


async def write_no_lines(tx: Any, writes: Sequence[Write], lines: Sequence[Write]) -> int:
    assert lines[0].sql == journal.LINES
    await write(tx, writes)
    return len(lines[0].args[0])


async def in_two_workers(hand: ByHand, monkeypatch: pytest.MonkeyPatch, wait: Any, *batches: list[Record]) -> None:
    gate = before_keeping(monkeypatch)
    one, other = batches
    begun = [asyncio.create_task(hand.hearing.hear("one", one))]
    await gate.somebody_waits()
    begun.append(asyncio.create_task(hand.hearing.hear("other", other)))
    await wait()
    gate.open()
    await asyncio.gather(*begun)


async def test_in_two_workers_at_once_it_counts_once(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_two_workers(hand, monkeypatch, beside.sees_waiting, records(EVENT), records(EVENT))

    assert await heard(hand) == 1


async def test_in_two_workers_it_counts_twice_without_the_journal(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.road.write", write_no_lines)

    await in_two_workers(hand, monkeypatch, beside.sees_waiting, records(EVENT), records(EVENT))

    assert await heard(hand) == 2


async def test_in_two_workers_it_counts_twice_if_a_line_that_is_there_stops_nobody(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either had written."""

    async def write_what_is_new(tx: Any, writes: Sequence[Write], lines: Sequence[Write]) -> int:
        await write(tx, writes, lines)
        return len(lines[0].args[0])

    monkeypatch.setattr("bus.road.write", write_what_is_new)

    await in_two_workers(hand, monkeypatch, beside.sees_waiting, records(EVENT), records(EVENT))

    assert await heard(hand) == 2


async def test_two_kinds_of_state_hear_it_and_each_has_its_line_in_the_journal(both: ByHand) -> None:
    await hears(both, "stays", EVENT)
    await hears(both, "again", EVENT)

    assert await heard(both) == 1
    assert (await both.state(Tally, ZHANG)).heard == 1
    async with both.database.connection() as connection:
        lines = await connection.fetch("SELECT decision, kind FROM journal ORDER BY decision")
    assert [tuple(line) for line in lines] == [("tally", "heard"), ("watch", "heard")]


async def test_if_the_journal_knew_the_event_alone_one_kind_would_stay_deaf(
    both: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Decisions, "name", property(lambda _: "everybody"))

    await hears(both, "stays", EVENT)

    assert [await both.state(Watch, ZHANG), await both.state(Tally, ZHANG)].count(None) == 1


def foreign() -> list[Record]:
    """The event as a stranger sends it, who names it in his own way."""
    (one,) = records(EVENT)
    one.headers = tuple((name, b"HIS-2026/0001" if name == "ce_id" else value) for name, value in one.headers)
    return [one]


async def test_a_foreign_id_that_is_no_uuid_counts_once_in_two_workers(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_two_workers(hand, monkeypatch, beside.sees_waiting, foreign(), foreign())

    assert await heard(hand) == 1


async def lines(hand: ByHand) -> int:
    """Of the journal: how many events it took them for."""
    async with hand.database.connection() as connection:
        many: int = await connection.fetchval("SELECT count(*) FROM journal")
    return many


async def test_the_same_foreign_id_of_another_source_is_another_event(hand: ByHand) -> None:
    """Every source counts from one (CloudEvents 1.0: an event is named by its source and its id)."""
    (one,), (other,) = foreign(), foreign()
    other.headers = tuple((n, b"/other" if n == "ce_source" else value) for n, value in other.headers)

    await hand.hearing.hear("stays", [one])
    await hand.hearing.hear("again", [other])

    assert await lines(hand) == 2


async def test_a_stranger_who_names_no_time_and_says_it_again_later_counts_once(hand: ByHand) -> None:
    """His producer tries again: the record has another time, the event has not."""
    (one,), (again,) = foreign(), foreign()
    for each in (one, again):
        each.headers = tuple((name, value) for name, value in each.headers if name != "ce_time")
    again.timestamp += 30_000

    await hand.hearing.hear("stays", [one])
    await hand.hearing.hear("again", [again])

    assert await lines(hand) == 1


async def test_a_foreign_id_made_up_anew_each_time_counts_each_time(
    hand: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_up(name: Any, at: Any, source: Any) -> UUID:
        return uuid4()

    monkeypatch.setattr("bus.envelope.as_uuid7", made_up)

    await in_two_workers(hand, monkeypatch, beside.sees_waiting, foreign(), foreign())

    assert await heard(hand) == 2
