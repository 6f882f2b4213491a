"""What concerned many and is worked off goes after a time, few at once; nothing that it did is done again."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from bus import fanout
from bus.decisions import Decision, Decisions, FanOut
from bus.journal import Item, Kind
from bus.testing import MORNING, ByHand
from tests.bus.people import WANG, ZHANG, admitted
from tests.bus.races import two
from tests.bus.races.two import Tally, Tell, TellAll, TellOther, tally
from tests.bus.watch import watch

LONG_AGO = fanout.KEPT + timedelta(hours=1)


@pytest.fixture
async def both(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(two.service) as database:
        hand = ByHand(two.service, database, MORNING)
        await hand.hears(admitted(ZHANG), admitted(WANG))
        yield hand


def tell_all(text: str) -> TellAll:
    return TellAll(person_id=ZHANG, tell_id=uuid4(), text=text)


async def worked_off(hand: ByHand, *asked: TellAll, ago: timedelta = LONG_AGO) -> None:
    for request in asked:
        await hand.asked(request)
    while await hand.clock.round():
        pass
    await execute(hand, "UPDATE fan_outs SET done_at = clock_timestamp() - $1::interval", ago)


async def execute(hand: ByHand, sql: str, *args: Any) -> None:
    async with hand.database.transaction() as tx:
        await tx.execute(sql, *args)


async def left(hand: ByHand) -> list[bool]:
    """Of each that is left whether it is worked off."""
    async with hand.database.connection() as connection:
        return [row[0] for row in await connection.fetch("SELECT done_at IS NOT NULL FROM fan_outs ORDER BY position")]


async def test_what_was_worked_off_long_ago_goes(both: ByHand) -> None:
    await worked_off(both, tell_all("台风"))

    assert await fanout.prune(both.database) == 1
    assert await left(both) == []


async def test_what_was_worked_off_lately_stays(both: ByHand) -> None:
    await worked_off(both, tell_all("台风"), ago=fanout.KEPT - timedelta(hours=1))

    assert await fanout.prune(both.database) == 0
    assert await left(both) == [True]


async def test_what_is_not_worked_off_stays_however_old_it_is(both: ByHand) -> None:
    await both.asked(tell_all("台风"))

    assert await fanout.prune(both.database) == 0
    assert await left(both) == [False]


async def test_few_go_at_once(both: ByHand) -> None:
    await worked_off(both, *(tell_all(text) for text in ("台风", "暴雨", "霜冻")))

    assert [await fanout.prune(both.database, most=2) for _ in range(3)] == [2, 1, 0]


async def test_what_somebody_looks_at_is_passed_over(both: ByHand) -> None:
    await worked_off(both, tell_all("台风"), tell_all("暴雨"))

    async with both.database.transaction() as tx:
        await tx.execute("SELECT FROM fan_outs ORDER BY id LIMIT 1 FOR UPDATE")
        assert await fanout.prune(both.database) == 1


async def test_asked_again_when_it_is_gone_it_tells_nobody_a_second_time(both: ByHand) -> None:
    asked = tell_all("台风")
    await worked_off(both, asked)
    await both.said()
    await fanout.prune(both.database)

    await both.asked(asked)
    told = await both.waits(timedelta())

    assert (told, await left(both)) == ([], [])


async def test_also_when_the_journal_knows_nothing_of_who_asked_nobody_is_told_twice(both: ByHand) -> None:
    """A month of it was dropped; what was told to each has its own line."""
    asked = tell_all("台风")
    await worked_off(both, asked)
    await both.said()
    await fanout.prune(both.database)
    await execute(both, "DELETE FROM journal WHERE type = 'TellAll'")

    await both.asked(asked)

    assert await both.waits(timedelta()) == []


def tell_one(text: str) -> TellOther:
    return TellOther(person_id=ZHANG, tell_id=uuid4(), other_id=WANG, text=text)


async def test_those_that_concern_one_each_share_a_transaction_in_their_order(both: ByHand) -> None:
    for n in range(5):
        await both.asked(tell_one(f"台风 {n}"))

    assert await both.clock.fan_out(fanout.next_of_one, 3) == 3
    assert (await both.state(Tally, WANG)).told == "台风 2"
    assert await left(both) == [True, True, True, False, False]
    assert [await both.clock.fan_out(fanout.next_of_one, 3) for _ in range(2)] == [2, 0]
    assert (await both.state(Tally, WANG)).told == "台风 4"
    assert await both.differences() == []


async def test_one_waits_for_no_city(both: ByHand) -> None:
    await both.asked(tell_all("暴雨"))
    await both.asked(tell_one("台风 1"))

    await both.clock.fan_out(fanout.next_of_one, fanout.OF_ONE)

    assert (await both.state(Tally, WANG)).told == "台风 1"


async def test_who_refuses_is_passed_over_and_keeps_nobody_waiting(both: ByHand) -> None:
    await both.asked(tell_one("nul\x00"))
    await both.asked(tell_one("台风 2"))

    while await both.clock.round():
        pass

    assert (await both.state(Tally, WANG)).told == "台风 2"
    assert await left(both) == [True, True]


async def test_one_whose_words_this_release_cannot_read_stays_open_and_no_other_root_waits(both: ByHand) -> None:
    """Of another shape, as another release wrote it. What is asked of the same root afterwards must not overtake it."""
    await both.asked(tell_one("台风 1"))
    written = await words(both)
    await execute(both, "UPDATE fan_outs SET words = '{\"text\": 7}'")
    await both.asked(tell_one("台风 2"))
    await both.asked(TellOther(person_id=WANG, tell_id=uuid4(), other_id=ZHANG, text="台风 3"))

    while await both.clock.round():
        pass

    assert (await both.state(Tally, ZHANG)).told == "台风 3"
    assert await left(both) == [False, False, True]

    await execute(both, "UPDATE fan_outs SET words = $1 WHERE position = (SELECT min(position) FROM fan_outs)", written)
    async with both.database.transaction() as tx:  # as the clock does that is started anew
        chunk = await fanout.next_of_one(tx, both.service.decisions, fanout.OF_ONE, ())
    assert chunk is not None
    assert [item.subject.text for item in chunk.items] == ["台风 1", "台风 2"]  # type: ignore[union-attr]


async def test_one_of_a_whole_city_that_cannot_be_read_keeps_none_waiting(both: ByHand) -> None:
    await both.asked(tell_all("台风 1"))
    await execute(both, "UPDATE fan_outs SET words = '{\"text\": 7}'")
    await both.asked(tell_all("台风 2"))
    await both.asked(tell_one("台风 3"))

    while await both.clock.round():
        pass

    assert await left(both) == [False, True, True]


async def words(hand: ByHand) -> bytes:
    """Of the only fan-out."""
    async with hand.database.connection() as connection:
        return bytes(await connection.fetchval("SELECT words FROM fan_outs"))


async def test_two_processes_do_not_ask_one_root_at_once(both: ByHand) -> None:
    """The younger would be asked first where the older waits."""
    await both.asked(tell_one("台风 1"))
    async with both.database.transaction() as first:
        assert await fanout.next_of_one(first, both.service.decisions, 1, ()) is not None
        await both.asked(tell_one("台风 2"))

        assert await both.clock.fan_out(fanout.next_of_one, fanout.OF_ONE) == 0

    assert await both.clock.fan_out(fanout.next_of_one, fanout.OF_ONE) == 2


def test_two_kinds_of_state_that_hear_one_event_open_one_each() -> None:
    assert len({id_of(watch), id_of(tally)}) == 2


def id_of(of: Decisions[Any]) -> UUID:
    tell = FanOut("tally", "told", None, Tell(person_id=ZHANG, tell_id=ZHANG, text="台风"))
    heard = Item(of, Kind.HEARD, UUID(int=1), ZHANG, "PatientAdmitted", b"", None, UUID(int=2), MORNING)
    (write,) = fanout.opened([(heard, Decision(None, fan_out=(tell,)))])
    ids: list[UUID] = write.args[0]
    return ids[0]
