"""The registry by hand, over a database of its own: empty, or with the town's units."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from bus.testing import MORNING, ByHand
from services.registry.service import lend, service
from tests.registry.town import KEYS, WORDS, build, settled


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    lend(WORDS)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


@pytest.fixture
async def town(hand: ByHand) -> ByHand:
    await build(hand)
    await settled(hand)
    return hand


@pytest.fixture
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client
