"""Our batches in the installed Faust, on a real Kafka: whole, in order, from the database's offsets, and never lost."""

import asyncio
import time
from collections.abc import Callable, Mapping

import pytest
from faust.tables import TableManager

from bus import topics
from bus.consumer import BUFFERED, LARGEST_BATCH
from deploy.local.platform import Platform
from tests.bus import wire
from tests.bus.ears import Ears, Place, listening, numbered, reaches


async def test_batches_come_whole_and_in_order(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a", prefix + "b", partitions=2)
    places = [(prefix + topic, partition) for topic in "ab" for partition in (0, 1)]
    for topic, partition in places:
        wire.put(kafka.brokers, topic, numbered(1_000), partition=partition)

    async with listening(kafka, ears, prefix, "a", "b"):
        await reaches(lambda: ears.many, 4_000)

    assert {place: ears.heard(place) for place in places} == {place: list(range(1_000)) for place in places}
    sizes = [len(batch) for batches in ears.batches.values() for batch in batches]
    assert max(sizes) == LARGEST_BATCH
    assert wire.committed(kafka.brokers, prefix + "group") == {0: 1_000, 1: 1_000}


async def test_it_begins_without_a_rest(kafka: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust's own would sleep for a second, lest a table be declared late; a service that was killed is awaited."""
    monkeypatch.setattr(TableManager, "sleep", pytest.fail)
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    wire.put(kafka.brokers, prefix + "a", numbered(1))

    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 1)


async def test_it_begins_where_the_database_stands_and_not_the_broker(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    place = (prefix + "a", 0)
    wire.put(kafka.brokers, prefix + "a", numbered(100))
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 100)

    set_back, ahead = Ears(), Ears()
    set_back.next[place], ahead.next[place] = 40, 90
    async with listening(kafka, set_back, prefix, "a"):
        await reaches(lambda: set_back.many, 60)
    async with listening(kafka, ahead, prefix, "a"):
        await reaches(lambda: ahead.many, 10)

    assert (set_back.heard(place), ahead.heard(place)) == (list(range(40, 100)), list(range(90, 100)))


async def test_a_topic_that_the_broker_did_not_know_when_the_parts_were_given_out_is_heard_soon(
    kafka: Platform,
) -> None:
    """So it is with all topics, when a broker has just come up; the consumer itself would ask again after five minutes."""
    prefix, ears = wire.new_prefix(), Ears()
    async with listening(kafka, ears, prefix, "late") as app:
        await reaches(lambda: int(app.unassigned and not app.rebalancing and app.rebalancing_count > 0), 1)
        wire.make(kafka.brokers, prefix + "late")
        wire.put(kafka.brokers, prefix + "late", numbered(3))
        await reaches(lambda: ears.many, 3, within=20)

    assert ears.heard((prefix + "late", 0)) == [0, 1, 2]


async def test_of_a_backlog_of_any_size_a_few_batches_are_in_memory(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a")
    await asyncio.to_thread(wire.put, kafka.brokers, prefix + "a", numbered(20_000), partition=0)
    ears.may_go_on.clear()
    async with listening(kafka, ears, prefix, "a") as app:
        (fetched,) = await stands(lambda: list(app.consumer._read_offset.values()))
        ears.may_go_on.set()
        await reaches(lambda: ears.many, 20_000)

    assert LARGEST_BATCH <= fetched <= (BUFFERED + 2) * LARGEST_BATCH
    assert ears.heard((prefix + "a", 0)) == list(range(20_000))


async def stands(what: Callable[[], list[int]]) -> list[int]:
    """What it is when it has not changed for a second."""
    before, since = list[int](), time.monotonic()
    while not before or time.monotonic() - since < 1.0:
        await asyncio.sleep(0.05)
        if (now := what()) != before:
            before, since = now, time.monotonic()
    return before


async def test_a_gentle_stop_in_the_middle_loses_nothing(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    wire.make(kafka.brokers, prefix + "a", partitions=2)
    places = [(prefix + "a", 0), (prefix + "a", 1)]
    for topic, partition in places:
        wire.put(kafka.brokers, topic, numbered(2_000), partition=partition)
    ears.slow = 0.05
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 600)
    assert ears.many < 4_000, "it was stopped in the middle"

    ears.slow = 0.0
    async with listening(kafka, ears, prefix, "a"):
        await reaches(lambda: ears.many, 4_000)

    assert [ears.heard(place) for place in places] == [list(range(2_000))] * 2


async def test_a_topic_made_anew_has_another_id_and_is_read_from_its_beginning(kafka: Platform) -> None:
    prefix, ears = wire.new_prefix(), Ears()
    name = prefix + "a"
    by_id: dict[tuple[str, int], int] = {}

    async def offsets() -> Mapping[Place, int]:
        """As the worker does: what the database holds for the topic as it is now."""
        (id_,) = (await topics.look(kafka.brokers, [name])).ids.values()
        return {(name, partition): next_ for (of, partition), next_ in by_id.items() if of == id_}

    ears.offsets = offsets  # type: ignore[method-assign]
    ids = []
    for _ in range(2):
        wire.make(kafka.brokers, name)
        wire.put(kafka.brokers, name, numbered(50))
        ids.append((await topics.look(kafka.brokers, [name])).ids[name])
        already = ears.many
        async with listening(kafka, ears, prefix, "a"):
            await reaches(lambda: ears.many, already + 50)
        by_id[ids[-1], 0] = ears.next[name, 0]
        await asyncio.to_thread(wire.delete, kafka.brokers, name)

    assert ids[0] != ids[1]
    assert ears.heard((name, 0)) == [*range(50), *range(50)]
