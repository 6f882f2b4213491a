"""An event that always fails buries itself alone; when too many fail, nothing more is buried."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from bus import hearing, road
from bus.dead_letters import letter
from bus.hearing import Hearing, TooManyDefects
from bus.outbox import load_headers
from bus.testing import ByHand, Record
from contracts.notify import CaseOpened
from tests.bus.people import admitted, person
from tests.bus.races.workers import hears, nobody, records

GOOD = [admitted(person(f"{n} 号")) for n in range(8)]
UNKEEPABLE = admitted(person("库不收"), hospital="nul\x00")
TOO_LARGE = admitted(person("太大"), hospital="large")
DEFECTS = [admitted(person(f"坏 {n}"), hospital="defect") for n in range(6)]


async def told(hand: ByHand) -> tuple[int, list[str]]:
    """How many cases were opened, and the first word of each dead letter."""
    rows = await hand.told()
    reasons = [headers["dead_letter_reason"].split(":")[0].split()[0] for event, headers in rows if event is None]
    return sum(isinstance(event, CaseOpened) for event, _ in rows), reasons


@pytest.mark.parametrize(
    ("bad", "reason"), [(UNKEEPABLE, "CharacterNotInRepertoireError"), (TOO_LARGE, "FactTooLarge")]
)
async def test_one_that_fails_among_many_is_buried_alone(hand: ByHand, bad: Any, reason: str) -> None:
    await hears(hand, "stays", *GOOD[:5], bad, *GOOD[5:])

    assert await told(hand) == (8, [reason])


async def test_without_halving_it_takes_all_others_with_it(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    async def whole(ears: Hearing, topic_id: str, records: Sequence[Record], doomed: Any) -> None:
        await ears._transaction(topic_id, records, doomed)

    monkeypatch.setattr(Hearing, "_apply", whole)

    with pytest.raises(asyncpg.CharacterNotInRepertoireError):
        await hears(hand, "stays", *GOOD[:5], UNKEEPABLE, *GOOD[5:])

    assert await told(hand) == (0, [])


async def test_a_fact_too_large_for_kafka_never_reaches_the_outbox(hand: ByHand) -> None:
    await hears(hand, "stays", TOO_LARGE)

    async with hand.database.connection() as connection:
        assert await connection.fetchval("SELECT max(length(body) + length(headers)) FROM outbox") < 2_000


async def one_by_one(hand: ByHand, events: Sequence[Any]) -> int:
    """Each is heard by a worker that has just been started again. How many, until one of them stops."""
    walk = road.Road(hand.service.name, lambda item: letter(hand.service.name, item, hand.now))
    for n, one in enumerate(records(*events)):
        ears = Hearing("watch", hand.database, walk, hand.service.decisions, told=nobody, defects_allowed=3)
        try:
            await ears.hear("stays", [one])
        except TooManyDefects:
            return n
    return len(events)


async def buried(hand: ByHand) -> int:
    async with hand.database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM journal WHERE buried IS NOT NULL")
    return found


async def test_too_many_defects_in_a_row_stop_the_worker_and_it_stays_stopped(hand: ByHand) -> None:
    assert await one_by_one(hand, DEFECTS) == 3
    assert await one_by_one(hand, DEFECTS) == 3, "it stands before the same record, however often it is started"
    assert await buried(hand) == 3


async def test_one_that_goes_well_between_them_begins_the_count_anew(hand: ByHand) -> None:
    assert await one_by_one(hand, [*DEFECTS[:3], GOOD[0], *DEFECTS[3:]]) == 7


async def test_those_that_nobody_can_read_are_in_a_row_only_where_they_stand_so(hand: ByHand) -> None:
    """Of a backlog many come in one batch; heard one by one they would stop nobody."""
    batch = records(*(admitted(person(f"{n} 号"), hospital="") for n in range(12)))
    for n in range(0, 12, 3):
        batch[n].headers = ()
    strict = Hearing(
        hand.service.name, hand.database, hand.road, hand.service.decisions, told=nobody, defects_allowed=2
    )
    await hand.stand()

    await strict.hear("stays", batch)

    assert (await told(hand))[1] == ["Undecodable"] * 4


async def test_a_header_without_a_value_is_buried_and_told_like_any_other(hand: ByHand) -> None:
    """Kafka knows them, and any tool may write one."""
    (bad,) = records(GOOD[0])
    bad.headers = (*((name, value) for name, value in bad.headers if name != "ce_type"), ("ce_type", None))

    await hand.hearing.hear("stays", [bad])

    async with hand.database.connection() as connection:
        (headers,) = [load_headers(row[0]) for row in await connection.fetch("SELECT headers FROM outbox")]
    assert (dict(headers)["ce_type"], (await told(hand))[1]) == (None, ["Undecodable"])


async def test_a_count_kept_by_the_process_alone_would_let_bad_code_bury_everything(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_DEFECTS", "SELECT $1::text, $2::int, $3::int")

    assert await one_by_one(hand, DEFECTS) == 6
    assert await buried(hand) == 6
