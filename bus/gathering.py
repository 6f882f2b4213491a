"""What arrives while a transaction is under way goes into the next one together: the busier, the fewer and fuller they are.

A transaction costs six round trips or more whatever it holds, and most facts come one by one on many partitions.
"""

import asyncio
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import structlog

from bus.hearing import Hearing
from bus.reading import Record

log = structlog.get_logger()

FULL = 500
"""Records after which a transaction takes no more, and another may begin beside it."""

LINGER_S = 0.1
"""What nobody waits for rides along with the next transaction; when none comes, it begins one itself after so long."""

BESIDE = 4
"""Transactions under way at most: while one waits for PostgreSQL another is decided."""

SLOW_S = 1.0
"""A transaction that is under way for so long waits for somebody, and holds up the others no more."""

_TICK = 0.002
"""A loop may call a little early, by its own coarse clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What was fetched of one partition at once, and who waits until its effects are committed."""

    topic_id: str
    records: Sequence[Record]
    due: float
    """On the loop's clock: when it begins a transaction itself."""
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gathering:
    """Between the consumer, which waits for each batch of a partition before the next, and the ears of the service."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._waiting: list[Batch] = []
        """Those that are due first stand first: what lingers lets pass what somebody waits for."""
        self._under_way: dict[asyncio.Task[None], float] = {}
        """And when each began, on the loop's clock."""

    async def hear(self, topic_id: str, records: Sequence[Record], *, linger: float = 0.0) -> None:
        """Returns when the effects of these records are committed; raises what keeps them from it."""
        loop = asyncio.get_running_loop()
        batch = Batch(topic_id, records, loop.time() + linger)
        insort(self._waiting, batch, key=lambda each: each.due)
        if linger:
            loop.call_at(batch.due, self._begin)
        else:
            self._begin()
        await batch.done

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        # whoever waited may have gone with their partition: another process hears it, or it is fetched anew
        self._waiting = [batch for batch in self._waiting if not batch.done.done()]
        while self._may_begin(loop.time() + _TICK):
            task = asyncio.create_task(self._apply(self._next()))
            self._under_way[task] = loop.time()
            loop.call_later(SLOW_S, self._begin)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._under_way[task]
        self._begin()

    def _may_begin(self, now: float) -> bool:
        if not self._waiting or len(self._under_way) >= BESIDE:
            return False
        if self._is_full():
            return True
        others_are_slow = all(now - begun >= SLOW_S for begun in self._under_way.values())
        return others_are_slow and self._waiting[0].due <= now

    def _is_full(self) -> bool:
        return sum(len(batch.records) for batch in self._waiting) >= FULL

    def _next(self) -> list[Batch]:
        """As many as fit, one at least, however large."""
        sizes = accumulate(len(batch.records) for batch in self._waiting)
        fit = max(1, sum(size <= FULL for size in sizes))
        taken, self._waiting = self._waiting[:fit], self._waiting[fit:]
        return taken

    async def _apply(self, batches: Sequence[Batch]) -> None:
        """If anything is wrong with one of them, each goes alone: it alone waits, is dropped, or is buried."""
        if len(batches) > 1:
            try:
                await self._hearing.together([(batch.topic_id, batch.records) for batch in batches])
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again where it belongs
                log.info("gathered batches are heard alone", error=type(error).__name__, batches=len(batches))
            else:
                for batch in batches:
                    _settle(batch, None)
                return
        await asyncio.gather(*map(self._alone, batches))

    async def _alone(self, batch: Batch) -> None:
        try:
            await self._hearing.hear(batch.topic_id, batch.records)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            _settle(batch, error)
        else:
            _settle(batch, None)


def _settle(batch: Batch, error: Exception | None) -> None:
    """Whoever waited may have gone: their partition was taken away."""
    if batch.done.done():
        return
    if error is None:
        batch.done.set_result(None)
    else:
        batch.done.set_exception(error)
