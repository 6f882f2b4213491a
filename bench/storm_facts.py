"""Everything that stands on Kafka, read once from its beginning: each fact once, however often the wire carried it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from contracts.event import Event


@dataclass
class Facts:
    """By type and `ce_id`, the words of each fact. A relay that was killed says its last load again: `copies` counts those."""

    of_type: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    records: int = 0
    copies: int = 0
    otherwise: list[str] = field(default_factory=list)
    """Ids that were told again with other words."""

    def add(self, type_: str, id_: str, words: bytes) -> None:
        self.records += 1
        known = self.of_type[type_].setdefault(id_, words)
        if known is not words:
            self.copies += 1
            if known != words:
                self.otherwise.append(f"{type_} {id_}")

    def each(self, kind: type[Event]) -> Iterator[dict[str, Any]]:
        """The facts of this kind, as JSON has them."""
        return map(orjson.loads, self.of_type[kind.type].values())

    def count(self, kind: type[Event], *names: str) -> Counter[tuple[Any, ...]]:
        """How many different facts of this kind tell the same of these fields."""
        return Counter(tuple(fact[name] for name in names) for fact in self.each(kind))


async def read(brokers: str, topics: Iterable[str]) -> Facts:
    """All that these topics hold at this moment."""
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=brokers, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        ends = {place: end for place, end in (await consumer.end_offsets(consumer.assignment())).items() if end}
        return await _read_to(consumer, ends)
    finally:
        await consumer.stop()


async def _read_to(consumer: Any, ends: dict[Any, int]) -> Facts:
    facts = Facts()
    await consumer.seek_to_beginning()
    while ends:
        for records in (await consumer.getmany(*ends, timeout_ms=1000, max_records=2000)).values():
            for record in records:
                headers = dict(record.headers)
                facts.add(headers["ce_type"].decode(), headers["ce_id"].decode(), record.value)
        for place in list(ends):
            if await consumer.position(place) >= ends[place]:
                del ends[place]
    return facts
