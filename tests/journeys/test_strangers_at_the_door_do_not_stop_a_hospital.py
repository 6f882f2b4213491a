"""Journey 8: whoever reaches the port can open connections and pour bytes into it; a hospital is heard all the same."""

import asyncio
import random
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import pytest

from tests.journeys.world import World

pytestmark = pytest.mark.journey
HALF_OPEN: Final = 1000
GARBAGE: Final = 10 * 2**20
POURED_BY: Final = 10
LONGEST_WAIT: Final = 2.0
"""Seconds. The engine that most hospitals use gives a receiver five."""


async def test_a_thousand_half_open_connections_and_ten_megabytes_of_garbage(world: World) -> None:
    old_li = world.somebody()

    async with world.hospital() as early, world.hospital() as late:
        visit = await early.admits(old_li)
        async with _half_open(world):
            pouring = asyncio.create_task(_pour(world))
            for n in range(20):
                await early.transfers(old_li, visit, f"4506^^{n}^^内科")
                await late.transfers(old_li, visit, f"4506^^{n}^^外科")
            await pouring
            await late.transfers(old_li, visit, "4506^^99^^老年科")

    acknowledged = [*early.ledger, *late.ledger]
    assert [line.times_sent for line in acknowledged] == [1] * 42
    assert max(line.seconds for line in acknowledged) < LONGEST_WAIT


@asynccontextmanager
async def _half_open(world: World) -> AsyncIterator[None]:
    """They begin a message, say no more, and do not go."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * HALF_OPEN, most), most))
    lines = []
    for _ in range(HALF_OPEN):
        _, writer = await asyncio.open_connection("127.0.0.1", world.platform.ports["mllp"])
        writer.write(b"\x0bMSH|^~\\&|HIS|")
        lines.append(writer)
    yield
    for writer in lines:
        writer.close()


async def _pour(world: World) -> None:
    """What they send is nothing at all; whoever is shown the door comes again."""
    left, chance = GARBAGE, random.Random(8)

    async def stranger() -> None:
        nonlocal left
        while left > 0:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", world.platform.ports["mllp"])
                while left > 0 and not writer.is_closing():
                    writer.write(chance.randbytes(65_536))
                    left -= 65_536
                    await writer.drain()
                writer.close()

    await asyncio.gather(*(stranger() for _ in range(POURED_BY)))
