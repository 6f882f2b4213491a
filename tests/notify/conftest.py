"""Notify by hand, with the voice of the tests."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bus.testing import ByHand
from services.notify.service import service
from services.notify.tables import notice_store, reach_store, tray_store
from tests.notify.faces import MORNING, VOICE


@pytest.fixture
async def hand(fresh: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ByHand]:
    for store in (notice_store, tray_store, reach_store):
        monkeypatch.setitem(store.given, "voice", VOICE)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)
