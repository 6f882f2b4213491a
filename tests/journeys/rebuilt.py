"""The proof of each journey: the tables of all five services, made again of nothing but the journal, are what they are."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from bus.database import Database
from bus.rebuild import Difference, differences
from bus.sealed import KeyRing
from bus.service import Service
from bus.settings import read_settings
from deploy.local.platform import Platform
from tests.journeys.quiet import SERVICES


async def all_differences(platform: Platform) -> list[Difference]:
    """Empty = equal."""
    found: list[Difference] = []
    for name, service in SERVICES.items():
        database = Database(platform.dsn(name), schema=name, size=1)
        try:
            with prepared(service, platform):
                found += await differences(database, service.decisions)
        finally:
            await database.close()
    return found


@contextmanager
def prepared(service: Service, platform: Platform) -> Iterator[None]:
    """The stores are given here what the process of the service was given at its start, and back what they had."""
    stores = [table.kept_in for table in service.decisions]
    had = [dict(store.given) for store in stores]
    with patch.dict(os.environ, platform.env_for(service.name)):
        settings = read_settings(service.settings)
    if service.prepare is not None:
        service.prepare(settings, KeyRing.read(settings.keys))
    try:
        yield
    finally:
        for store, given in zip(stores, had, strict=True):
            store.given.clear()
            store.given.update(given)
