"""What was told is told again, whole and in order, and the journals of its readers absorb it."""

from datetime import UTC, datetime, timedelta

from bus.relay import TAKE
from bus.retell import retell, what_would_be
from bus.testing import ByHand, record
from tests.bus.people import admitted, person

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def told(hand: ByHand) -> list[tuple[str, bytes]]:
    """What the relay would carry now, in its order; and it is told."""
    async with hand.database.transaction() as tx:
        rows = await tx.fetch(TAKE, 10_000)
        kept = await tx.fetch("SELECT event_id FROM told WHERE id = ANY($1) ORDER BY id", [row["id"] for row in rows])
    return [(str(id_["event_id"]), row["body"]) for id_, row in zip(kept, rows, strict=True)]


async def say(hand: ByHand, *names: str) -> list[tuple[str, bytes]]:
    """A case is opened for each, and told."""
    await hand.stand()
    for name in names:  # each on a topic of its own, so that no offset stands in the way of another
        await hand.hearing.hear(name, [record(admitted(person(name)), 0, at=hand.now)])
    return await told(hand)


async def again(hand: ByHand, since: datetime, chunk: int) -> list[int]:
    return [done async for done in retell(hand.database, since, chunk=chunk)]


async def test_everything_is_told_again_in_its_order_a_chunk_at_a_time(hand: ByHand) -> None:
    first = await say(hand, *(f"{n} 号" for n in range(5)))

    assert await again(hand, LONG_AGO, chunk=2) == [2, 4, 5]
    assert await told(hand) == first


async def test_what_was_told_before_that_hour_is_not_told_again(hand: ByHand) -> None:
    await say(hand, "早")
    async with hand.database.connection() as connection:
        hour = await connection.fetchval("SELECT clock_timestamp()")
    late = await say(hand, "晚")

    assert await what_would_be(hand.database, hour) == {"notify.cases": 1}
    assert await again(hand, hour, chunk=1000) == [1]
    assert await told(hand) == late


async def test_looking_changes_nothing(hand: ByHand) -> None:
    await say(hand, "一", "二")

    assert await what_would_be(hand.database, LONG_AGO) == {"notify.cases": 2}
    assert await told(hand) == []


async def test_told_again_twice_it_comes_to_an_end_each_time(hand: ByHand) -> None:
    first = await say(hand, "一", "二")
    await again(hand, LONG_AGO, chunk=1)
    await told(hand)

    assert await again(hand, LONG_AGO, chunk=1) == [1, 2, 3, 4]
    assert await told(hand) == first + first
    assert await again(hand, hand.now + timedelta(days=3650), chunk=1) == []
