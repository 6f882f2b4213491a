"""A dead letter goes down its owner's road again: once, and only as far as its cause is mended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bus import dead_letters
from bus.dead_letters import Letter
from bus.decisions import Decision
from bus.outbox import load_headers
from bus.replay import Outcome, Replay, Replayed
from bus.testing import MORNING, ByHand, Record, record
from contracts.medical import PatientAdmitted
from contracts.notify import CaseOpened
from tests.bus.people import LI, ZHANG, admitted
from tests.bus.watch import Watch, watch

HEARD: dict[Any, Any] = watch.heard


async def letters(hand: ByHand) -> list[Letter]:
    """What lies in the outbox for the dead letters, as Kafka would hold it; taken out."""
    async with hand.database.transaction() as tx:
        rows = await tx.fetch("WITH d AS (DELETE FROM outbox RETURNING *) SELECT * FROM d ORDER BY id")
    of_ours = [row for row in rows if row["topic"] == dead_letters.topic_of("watch")]
    return [
        Letter(n, f"watch.dead-letters[0]@{n - 1}", MORNING, _said(row["headers"]), row["body"])
        for n, row in enumerate(of_ours, start=1)
    ]


def _said(headers: bytes) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value) for name, value in load_headers(headers) if value is not None)


async def buried(hand: ByHand, *records: Record) -> Letter:
    """The one letter that these records came to."""
    await hand.stand()
    await hand.hearing.hear("t", list(records))
    (letter,) = await letters(hand)
    return letter


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, what was a defect is an admission as any other."""

    def mend() -> None:
        decide = HEARD[PatientAdmitted].decide

        def without_defect(state: Watch, said: PatientAdmitted, now: Any) -> Decision[Watch]:
            decision: Decision[Watch] = decide(state, said.model_copy(update={"hospital": "第一医院"}), now)
            return decision

        monkeypatch.setitem(HEARD, PatientAdmitted, replace(HEARD[PatientAdmitted], decide=without_defect))

    return mend


async def test_once_its_cause_is_mended_it_acts_as_if_it_were_just_heard(
    hand: ByHand, mended: Callable[[], None]
) -> None:
    letter = await buried(hand, record(admitted(ZHANG, hospital="defect"), 0, at=MORNING))
    mended()

    replayed = await Replay(hand.service, hand.database).replay(letter)

    assert replayed == Replayed(Outcome.REPLAYED)
    assert [type(event) for event in await hand.said()] == [CaseOpened]
    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_a_letter_that_went_well_is_passed_over_the_next_time(hand: ByHand, mended: Callable[[], None]) -> None:
    letter = await buried(hand, record(admitted(ZHANG, hospital="defect"), 0, at=MORNING))
    mended()
    road = Replay(hand.service, hand.database)
    await road.replay(letter)
    await hand.said()

    again = await road.replay(letter)

    assert again == Replayed(Outcome.SEEN)
    assert await hand.said() == []
    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_what_fails_again_stays_buried_with_its_new_reason(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = await buried(hand, record(admitted(ZHANG, hospital="defect"), 0, at=MORNING))

    def other_defect(state: Watch, said: PatientAdmitted, now: Any) -> Decision[Watch]:
        raise LookupError("another one")

    monkeypatch.setitem(HEARD, PatientAdmitted, replace(HEARD[PatientAdmitted], decide=other_defect))
    road = Replay(hand.service, hand.database)

    replayed = await road.replay(letter)

    assert replayed.outcome is Outcome.BURIED
    assert replayed.reason.startswith("LookupError at test_replay.py")
    async with hand.database.connection() as connection:
        assert [r[0] for r in await connection.fetch("SELECT buried FROM journal")] == [replayed.reason]
    (newer,) = await letters(hand)
    assert newer.said("dead_letter_reason").startswith("LookupError")
    assert await road.still_buried(letter)


@pytest.mark.parametrize("fault", ["nul\x00", "large"])
async def test_what_the_database_or_kafka_refuses_is_buried_again_and_holds_up_nobody(hand: ByHand, fault: str) -> None:
    letter = await buried(hand, record(admitted(ZHANG, hospital=fault), 0, at=MORNING))
    road = Replay(hand.service, hand.database)

    replayed = await road.replay(letter)

    assert replayed.outcome is Outcome.BURIED
    assert await road.still_buried(letter)
    assert await hand.state(Watch, ZHANG) is None


async def test_a_record_that_could_not_be_read_is_read_by_the_code_of_today(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = record(admitted(LI), 0, at=MORNING)
    broken = Record("medical.stays", 0, tuple(good.headers), (good.value or b"").replace("双塔市".encode(), b"\xff"))
    letter = await buried(hand, broken)
    road = Replay(hand.service, hand.database)
    before = await road.replay(letter), await road.still_buried(letter)

    mended = Letter(letter.number, letter.place, letter.written_at, letter.headers, good.value or b"")
    after = await road.replay(mended), await road.replay(mended), await road.still_buried(mended)

    assert (before[0].outcome, before[1]) == (Outcome.UNREAD, True)
    assert after == (Replayed(Outcome.REPLAYED), Replayed(Outcome.SEEN), False)
    assert (await hand.state(Watch, LI)).heard == 1


async def test_what_was_replayed_is_explained_by_the_journal(hand: ByHand, mended: Callable[[], None]) -> None:
    letter = await buried(hand, record(admitted(ZHANG, hospital="defect"), 0, at=MORNING))
    await hand.hears(admitted(ZHANG, "second"))
    hand.now += timedelta(minutes=5)
    await hand.stand()
    mended()

    await Replay(hand.service, hand.database).replay(letter)

    assert (await hand.state(Watch, ZHANG)).heard == 2
    assert await hand.differences() == []
