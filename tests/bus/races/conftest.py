"""What the races run on: a service by hand, and a watcher beside it who sees who waits."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from bus.testing import MORNING, ByHand
from tests.bus.races import two
from tests.bus.races.gates import Watcher
from tests.bus.watch import service as watch


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    """The watch alone, at nine in the morning."""
    async with fresh(watch) as database:
        by_hand = ByHand(watch, database, MORNING)
        await by_hand.stand()
        yield by_hand


@pytest.fixture
async def both(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    """Watch and tally, at nine in the morning."""
    async with fresh(two.service) as database:
        by_hand = ByHand(two.service, database, MORNING)
        await by_hand.stand()
        yield by_hand


@pytest.fixture
async def beside(postgres: str) -> AsyncIterator[Watcher]:
    connection = await asyncpg.connect(postgres)
    yield Watcher(connection)
    await connection.close()
