"""The small service of these tests, by hand, over a database of its own."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from tests.bus.watch import service


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)
