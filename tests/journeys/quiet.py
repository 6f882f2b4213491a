"""When nothing more will happen by itself: then a count of one is one for good, and no sleep need prove it."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from importlib import import_module

from bus.now import NOW
from bus.service import Service
from bus.topics import Ends, all_topics, look
from contracts.all import OWNERS
from deploy.local.actors.witness import Witness

SERVICES: dict[str, Service] = {name: import_module(f"services.{name}.service").service for name in OWNERS}
_MARKS = " UNION ALL ".join(
    f"SELECT '{name}', topic, \"partition\", next FROM {name}.offsets WHERE topic_id = ANY($1)" for name in SERVICES
)
_AT_THE_CARRIER = """
SELECT 'gateway: ' || count(*) || ' SMS under way' FROM gateway.outgoing
WHERE state IN ('submitting', 'accepted') OR (state = 'queued' AND coalesce(not_before, '-infinity') <= {now})
HAVING count(*) > 0
"""


class NotQuiet(Exception):
    """Something was still going on when patience ended; the message says what."""


class Quiet:
    """Looks at everything at one instant: what is to be told, heard, woken, fanned out, sent."""

    def __init__(self, witness: Witness, brokers: str) -> None:
        self._witness, self._brokers = witness, brokers
        self._query = " UNION ALL ".join(_questions())
        self._ends = Ends(brokers, [topic.name for topic in all_topics()])
        self._ids: list[str] = []

    async def __aenter__(self) -> "Quiet":
        known = await look(self._brokers, sorted({name for service in SERVICES.values() for name in service.topics}))
        self._ids = list(known.ids.values())  # of a Kafka that was lost the databases hold marks, too
        return self

    async def __aexit__(self, *how: object) -> None:
        await asyncio.to_thread(self._ends.close)

    async def comes(self, within: float = 60.0) -> None:
        """Returns when there was an instant at which nothing was left to do; raises NotQuiet with what was."""
        deadline = time.monotonic() + within
        while left := await self.left():
            if time.monotonic() > deadline:
                raise NotQuiet(f"after {within:.0f} s: {'; '.join(left)}")
            await asyncio.sleep(0.05)

    async def left(self) -> list[str]:
        """First everything told must be heard; then, if nothing waits to be told and no end moved, nothing is on its way.

        Where the tables alone show that something is left, Kafka is not asked: its answer is the dear one.
        """
        if busy := await self._waiting():
            return busy
        before, left = await self.ends(), list[str]()
        rows = await self._witness.rows(_MARKS, self._ids)
        done = {(name, topic, partition): next_ for name, topic, partition, next_ in rows}
        for name, service in SERVICES.items():
            behind = {
                place[0]
                for place, end in before.items()
                if place[0] in service.topics and done.get((name, *place), 0) < end
            }
            left += [f"{name} has not heard all of {topic}" for topic in sorted(behind)]
        left += await self._waiting()
        if not left and await self.ends() != before:
            left = ["Kafka: more came"]
        return left

    async def _waiting(self) -> list[str]:
        return [row[0] for row in await self._witness.rows(self._query)]

    async def ends(self) -> Mapping[tuple[str, int], int]:
        """Where each partition of each topic ends now."""
        return await self._ends.now()


def _questions() -> Iterator[str]:
    for name, service in SERVICES.items():
        now = NOW.replace("clock_offset", f"{name}.clock_offset")
        yield f"SELECT '{name}: ' || count(*) || ' to tell' FROM {name}.outbox HAVING count(*) > 0"
        yield f"SELECT '{name}: fan-out' FROM {name}.fan_outs WHERE done_at IS NULL"
        for table in service.decisions:
            if table.waking is not None:
                root = f"{name}.{table.kept_in.root.name}"
                yield f"SELECT '{root}: ' || count(*) || ' to wake' FROM {root} WHERE wake_at <= {now} HAVING count(*) > 0"
        if name == "gateway":
            yield _AT_THE_CARRIER.format(now=now)
