"""The proof of each journey: the tables of all five services, made again of nothing but the journal, are what they are."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

from bus.beside import Beside
from bus.rebuild import Difference, differences
from deploy.local.platform import Platform
from deploy.local.within import within
from tests.journeys.quiet import SERVICES


async def all_differences(platform: Platform) -> list[Difference]:
    """Empty = equal."""
    found: list[Difference] = []
    for name in SERVICES:
        async with lent(platform, name) as here:
            found += await differences(here.database, here.service.decisions)
    return found


@asynccontextmanager
async def lent(platform: Platform, name: str) -> AsyncIterator[Beside]:
    """The service's own code over its own database, here; its stores are given back what they had before."""
    stores = [table.kept_in for table in SERVICES[name].decisions]
    had = [dict(store.given) for store in stores]
    with patch.dict(os.environ):
        async with within(platform, name) as here:
            yield here
    for store, given in zip(stores, had, strict=True):
        store.given.clear()
        store.given.update(given)
