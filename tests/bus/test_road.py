"""The road, walked by hand: what is heard, asked and woken acts once, and what fails fails alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bus.asking import SameIdOtherWords
from bus.decisions import Rejected
from bus.testing import MORNING, ByHand, Record, record
from contracts.notify import CaseClosed, CaseOpened
from tests.bus.people import LI, WANG, ZHANG, admitted, discharged, person
from tests.bus.watch import AddNote, NoteAll, NoteAtOther, Watch


async def test_an_event_becomes_a_state_and_a_fact(hand: ByHand) -> None:
    said = await hand.hears(admitted(ZHANG))

    assert [type(event) for event in said] == [CaseOpened]
    assert said[0].key == ZHANG
    watch = await hand.state(Watch, ZHANG)
    assert (watch.heard, watch.city, len(watch.stays)) == (1, "双塔市", 1)


async def test_the_same_event_counts_once_in_one_batch_and_in_two(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(ZHANG))
    again = await hand.hears(admitted(ZHANG))

    assert again == []
    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_several_events_of_one_person_are_folded_in_order(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG, "first"), discharged(ZHANG, "first"), admitted(ZHANG, "second"))

    watch = await hand.state(Watch, ZHANG)
    assert watch.heard == 3
    assert sorted(stay.ended for stay in watch.stays.values()) == [False, True]


async def test_a_request_is_answered_the_second_time_as_the_first(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))
    note = AddNote(person_id=ZHANG, note_id=uuid4(), text="电话已打")

    first, _ = await hand.asked(note)
    await hand.asked(AddNote(person_id=ZHANG, note_id=uuid4(), text="又一条"))
    second, said = await hand.asked(note)

    assert first == second == {"notes": 1}
    assert said == []


async def test_the_same_id_with_other_words_is_refused(hand: ByHand) -> None:
    note = AddNote(person_id=ZHANG, note_id=uuid4(), text="甲")
    await hand.asked(note)

    with pytest.raises(SameIdOtherWords):
        await hand.asked(note.model_copy(update={"text": "乙"}))


async def test_a_refused_request_leaves_nothing_and_may_be_asked_again(hand: ByHand) -> None:
    empty = AddNote(person_id=LI, note_id=uuid4(), text="")

    with pytest.raises(Rejected):
        await hand.asked(empty)

    assert await hand.state(Watch, LI) is None
    answer, _ = await hand.asked(empty.model_copy(update={"text": "有字"}))
    assert answer == {"notes": 1}


async def test_one_that_always_fails_is_buried_alone_with_its_reason(hand: ByHand) -> None:
    """A defect, a rule, a value that the database refuses, a fact too large for Kafka."""
    faults = ["defect", "rule", "nul\x00", "large"]
    bad = [admitted(person(hospital), hospital=hospital) for hospital in faults]
    mixed = [admitted(ZHANG), *bad[:2], admitted(LI), *bad[2:], admitted(WANG)]

    await hand.stand()
    await hand.hearing.hear("t", [record(event, n, at=MORNING) for n, event in enumerate(mixed)])
    told = await hand.told()

    letters = [headers["dead_letter_reason"] for event, headers in told if event is None]
    assert len([e for e, _ in told if isinstance(e, CaseOpened)]) == 3
    assert [letter.split(":")[0].split(" ")[0] for letter in letters] == [
        "ZeroDivisionError",
        "no-such-hospital",
        "CharacterNotInRepertoireError",
        "FactTooLarge",
    ]
    for fault in faults:
        watch = await hand.state(Watch, person(fault))
        assert watch is None, fault


async def test_what_is_no_event_is_a_dead_letter_and_what_is_unknown_is_passed_over(hand: ByHand) -> None:
    await hand.stand()
    nothing = Record("medical.stays", 0, (), b"{}")
    unknown = record(admitted(ZHANG), 1, at=MORNING)
    unknown.headers = tuple((k, b"medical.never-heard-of.v9" if k == "ce_type" else v) for k, v in unknown.headers)
    broken = record(admitted(ZHANG), 2, at=MORNING)
    broken.value = b'{"city": 5'

    await hand.hearing.hear("t", [nothing, unknown, broken])

    reasons = [headers["dead_letter_reason"] for _, headers in await hand.told()]
    assert len(reasons) == 2
    assert "no header ce_type" in reasons[0]
    assert "medical.patient-admitted.v1" in reasons[1]


async def test_a_foreign_id_that_is_no_uuid_is_the_same_id_every_time(hand: ByHand) -> None:
    def foreign(offset: int) -> Record:
        one = record(admitted(ZHANG), offset, at=MORNING)
        one.headers = tuple((k, b"HIS-2026/0001" if k == "ce_id" else v) for k, v in one.headers)
        return one

    await hand.hears_records(foreign(0))
    said = await hand.hears_records(foreign(1))

    assert said == []
    assert (await hand.state(Watch, ZHANG)).heard == 1


async def test_a_state_is_woken_at_its_hour_and_once(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG))

    before = await hand.waits(timedelta(minutes=59))
    at = await hand.waits(timedelta(minutes=2))
    after = await hand.waits(timedelta(days=3))

    assert (before, [type(e) for e in at], after) == ([], [CaseClosed], [])


async def test_after_an_outage_of_days_everything_overdue_happens_once(hand: ByHand) -> None:
    await hand.hears(*(admitted(person(f"{n} 号")) for n in range(300)))

    said = await hand.waits(timedelta(days=3))

    assert len(said) == len({event.key for event in said}) == 300


async def test_one_whose_waking_always_fails_does_not_delay_the_others(hand: ByHand) -> None:
    await hand.hears(admitted(LI, hospital="sleepless"), admitted(ZHANG), admitted(WANG))

    said = await hand.waits(timedelta(hours=2))
    later = await hand.waits(timedelta(hours=2))

    assert {event.key for event in said} == {ZHANG, WANG}
    assert later == []
    async with hand.database.connection() as connection:
        assert await connection.fetchval("SELECT wakes_failed FROM watches WHERE sleepless") >= 2


async def test_one_fact_reaches_the_many_it_concerns_in_chunks(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.fanout.OF_MANY", 7)
    await hand.hears(*(admitted(person(f"{n} 号")) for n in range(20)))

    await hand.asked(NoteAll(person_id=ZHANG, note_id=uuid4(), city="双塔市"))
    await hand.waits(timedelta(seconds=1))

    async with hand.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM watches WHERE notes = '[\"to all\"]'") == 20


@pytest.mark.parametrize("chunk", [1, 7])
async def test_one_root_is_asked_by_its_key_also_where_nothing_was_known_of_it(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("bus.fanout.OF_ONE", chunk)
    await hand.hears(admitted(WANG))
    await hand.asked(NoteAtOther(person_id=ZHANG, note_id=uuid4(), other_id=LI, text="从未听说"))
    await hand.asked(NoteAtOther(person_id=ZHANG, note_id=uuid4(), other_id=WANG, text="早已知道"))

    rounds = [await hand.clock.round() for _ in range(2 // min(2, chunk))]

    assert [(await hand.state(Watch, key)).notes for key in (LI, WANG)] == [("从未听说",), ("早已知道",)]
    assert (all(rounds), await hand.clock.round()) == (True, 0)


async def test_a_root_of_which_nothing_was_known_and_that_refuses_is_not_made(hand: ByHand) -> None:
    await hand.asked(NoteAtOther(person_id=ZHANG, note_id=uuid4(), other_id=LI, text=""))

    await hand.waits(timedelta(0))

    assert await hand.state(Watch, LI) is None
    async with hand.database.connection() as connection:
        assert await connection.fetch("SELECT key, buried FROM journal WHERE buried IS NOT NULL") == [
            (LI, "empty-note: 内容不能为空 (text)")
        ]


async def test_the_tables_rebuilt_from_the_journal_equal_the_live_ones(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), discharged(ZHANG), admitted(LI, hospital="defect"), discharged(LI))
    await hand.asked(AddNote(person_id=ZHANG, note_id=uuid4(), text="见到本人"))
    await hand.waits(timedelta(hours=2))

    assert await hand.differences() == []
    async with hand.database.connection() as connection:
        await connection.execute("UPDATE watches SET heard = heard + 1 WHERE person_id = $1", ZHANG)
    assert [(d.key, d.field) for d in await hand.differences()] == [(ZHANG, "heard")]


async def test_a_state_that_is_in_the_journal_alone_is_a_difference(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI))
    async with hand.database.connection() as connection:
        for table in (*(child.columns.table for child in hand.service.decisions[0].kept_in.children), "watches"):
            await connection.execute(f"DELETE FROM {table} WHERE person_id = $1", ZHANG)

    assert {d.key for d in await hand.differences()} == {ZHANG}


async def test_a_state_that_cannot_be_loaded_stops_nobody_else(hand: ByHand) -> None:
    await hand.hears(admitted(ZHANG), admitted(LI))
    async with hand.database.connection() as connection:
        await connection.execute('UPDATE watches SET notes = \'{"no": "list"}\' WHERE person_id = $1', ZHANG)

    said = await hand.hears(admitted(ZHANG, "second"), admitted(LI, "second"))
    woken = await hand.waits(timedelta(hours=2))

    assert [event.key for event in said] == [LI]
    assert [event.key for event in woken] == [LI]
    async with hand.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM journal WHERE buried IS NOT NULL") == 1
        assert await connection.fetchval("SELECT wakes_failed FROM watches WHERE person_id = $1", ZHANG) >= 1
