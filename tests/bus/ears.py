"""Whoever listens to a real Kafka through our consumer: what reached them, from which place."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bus.consumer import faust_app
from deploy.local.platform import Platform
from tests.bus import listener

STAYS = listener.STAYS
Place = tuple[str, int]


class Ears:
    """Stands for the database: it notes each batch and where its partition goes on."""

    def __init__(self) -> None:
        self.batches: dict[Place, list[list[int]]] = defaultdict(list)
        self.next: dict[Place, int] = {}
        self.slow = 0.0
        self.begun = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def hear(self, records: Sequence[Any]) -> None:
        self.begun += 1
        await asyncio.sleep(self.slow)
        await self.may_go_on.wait()
        assert len({(r.topic, r.partition) for r in records}) == 1
        place = records[0].topic, records[0].partition
        self.batches[place].append([r.offset for r in records])
        self.next[place] = records[-1].offset + 1

    async def offsets(self) -> Mapping[Place, int]:
        return self.next

    def heard(self, place: Place) -> list[int]:
        return [offset for batch in self.batches[place] for offset in batch]

    @property
    def many(self) -> int:
        return sum(len(batch) for batches in self.batches.values() for batch in batches)


@asynccontextmanager
async def listening(kafka: Platform, ears: Ears, prefix: str, *topics: str) -> AsyncIterator[Any]:
    """Faust with our consumer, in this process; gently stopped in the end."""
    app = faust_app("test", kafka.brokers, [prefix + t for t in topics], ears.hear, ears.offsets, prefix + "group")
    running = asyncio.create_task(app.start())
    try:
        yield app
    finally:
        await asyncio.wait_for(app.stop(), 20)
        await asyncio.wait([running], timeout=5)


async def reaches(what: Callable[[], int], wanted: int, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while what() < wanted:
            await asyncio.sleep(0.02)


def numbered(many: int) -> list[tuple[None, tuple[()], bytes]]:
    return [(None, (), b"%d" % n) for n in range(many)]
