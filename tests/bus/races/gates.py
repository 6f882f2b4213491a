"""Gates: they stop whoever comes first at a chosen step, so that a race runs the same way every time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from bus import road

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing is proved by waiting, only by what was seen."""


class Gate:
    """The first who comes waits until it is opened; all others pass."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    async def come(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            await self._opened.wait()

    def open(self) -> None:
        self._opened.set()

    async def somebody_waits(self) -> None:
        await asyncio.wait_for(self.reached.wait(), PATIENCE)


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> Gate:
    """A gate before this coroutine function of `owner`."""
    gate, inner = Gate(), getattr(owner, name)

    async def gated(*args: Any, **kwargs: Any) -> Any:
        await gate.come()
        return await inner(*args, **kwargs)

    monkeypatch.setattr(owner, name, gated)
    return gate


def before_keeping(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A gate in the middle of the road: decided, and nothing yet written."""
    return before(monkeypatch, road, "write")


class Watcher:
    """Sees from outside who waits in the database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def sees_waiting(self, many: int = 1) -> None:
        """Returns when so many sessions wait for a lock."""

        async def they_wait() -> bool:
            return bool(await self.connection.fetchval(_WAITING) == many)

        await until(they_wait)


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'test_%' AND wait_event_type = 'Lock'"


async def until(holds: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Returns when it holds; fails after a while."""
    async with asyncio.timeout(patience):
        while not await holds():
            await asyncio.sleep(0.005)
