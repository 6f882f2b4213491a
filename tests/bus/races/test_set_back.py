"""A database that was set back hears again what it heard and what it was asked: equal states, and the same ids of facts."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from bus.envelope import unpack
from bus.journal import Item
from bus.outbox import load_headers
from bus.reading import Reading
from bus.testing import MORNING, TEST, ByHand, Record
from tests.bus.people import LI, NOON, ZHANG, admitted, discharged
from tests.bus.races import two
from tests.bus.races.two import Tally, Tell
from tests.bus.races.workers import records
from tests.bus.watch import AddNote, Watch

STAYS = [admitted(ZHANG), admitted(LI), discharged(ZHANG)]
Said = dict[tuple[str, str, str], str]
"""The id of each fact: of what type, of whom, why."""


@pytest.fixture
async def emptied(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    """The database as it was before anything happened; and meanwhile it is the next day."""
    async with fresh(two.service) as database:
        hand = ByHand(two.service, database, MORNING + timedelta(days=1))
        await hand.stand()
        yield hand


async def a_day(hand: ByHand) -> None:
    """Two are admitted, one has a note and is told something, one goes home; then the hour strikes for both."""
    await hand.hearing.hear("stays", records(*STAYS))
    await ask(hand, AddNote(person_id=ZHANG, note_id=uuid4(), text="电话已打"))
    await ask(hand, Tell(person_id=ZHANG, tell_id=uuid4(), text="台风"))
    hand.now = NOON + timedelta(hours=2)
    await hand.stand()
    while await hand.clock.round():
        pass


async def ask(hand: ByHand, request: Any) -> None:
    (outcome,) = await hand.asking.decide([hand.asking.item(request.model_copy(update={"by": TEST}))])
    assert not isinstance(outcome, Exception)


async def taken(hand: ByHand) -> tuple[Said, list[Record]]:
    """What the outbox tells: the facts, and the records of what was asked as they stand on Kafka."""
    async with hand.database.transaction() as tx:
        rows = await tx.fetch("WITH d AS (DELETE FROM outbox RETURNING *) SELECT * FROM d ORDER BY id")
    own = [row for row in rows if row["topic"] == "two.asked"]
    asked = [Record("two.asked", n, tuple(load_headers(r["headers"])), r["body"]) for n, r in enumerate(own)]
    said = [(unpack(tuple(load_headers(r["headers"])), MORNING), orjson.loads(r["body"])) for r in rows
            if r["topic"] != "two.asked"]  # fmt: skip
    return {(e.type, b["person_id"], b.get("why", "")): str(e.id) for e, b in said}, asked


async def hears_again(hand: ByHand, asked: list[Record]) -> None:
    """Stays first, as other topics may overtake; then the hour strikes again, a day late."""
    await hand.hearing.hear("stays", records(*STAYS))
    await hand.hearing.hear("asked", asked)
    while await hand.clock.round():
        pass


async def state(hand: ByHand, who: UUID) -> tuple[Tally, Watch]:
    """All but the hour at which the watch lets go, which runs from when it heard."""
    watch: Watch = await hand.state(Watch, who)
    return await hand.state(Tally, who), replace(watch, lets_go_at=None)


async def test_it_comes_to_equal_states_and_says_the_same_facts_under_the_same_ids(
    both: ByHand, emptied: ByHand
) -> None:
    await a_day(both)
    said, asked = await taken(both)

    await hears_again(emptied, asked)

    assert [await state(emptied, who) for who in (ZHANG, LI)] == [await state(both, who) for who in (ZHANG, LI)]
    again, told = await taken(emptied)
    assert again == {fact: id_ for fact, id_ in said.items() if fact[2] != "an hour"}
    assert sorted(fact[2] for fact in again) == ["", "", "struck", "struck", "台风"]
    assert told == [], "what was asked is not told twice"
    assert await emptied.differences() == []


async def test_a_database_that_was_not_set_back_takes_what_it_was_asked_for_seen(both: ByHand) -> None:
    await a_day(both)
    before, (_, asked) = await state(both, ZHANG), await taken(both)

    await both.hearing.hear("asked", asked)

    assert (await state(both, ZHANG), await taken(both)) == (before, ({}, []))


async def test_without_the_clock_of_the_first_telling_a_fact_would_be_another(
    both: ByHand, emptied: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Reading._asked_again

    def now(ears: Reading, *args: Any) -> Item:
        item = read(ears, *args)
        item.at_least = None
        return item

    monkeypatch.setattr(Reading, "_asked_again", now)
    await a_day(both)
    said, asked = await taken(both)

    await hears_again(emptied, asked)

    again, _ = await taken(emptied)
    assert {fact[2] for fact, id_ in again.items() if said[fact] != id_} == {"台风"}


async def test_what_was_asked_and_cannot_be_decided_yet_is_not_lost(both: ByHand, emptied: ByHand) -> None:
    """Its topic overtook that of the stays: nobody waits for an answer, so it is buried, and can be replayed."""
    await a_day(both)
    _, asked = await taken(both)

    await emptied.hearing.hear("asked", asked)

    letters = [headers for event, headers in await emptied.told() if event is None]
    assert [(h["ce_type"], h["dead_letter_reason"].split(":")[0]) for h in letters] == [
        ("two.asked.Tell", "nobody-there")
    ]
