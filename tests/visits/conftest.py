"""Visits by hand under the shipped pack of 双塔市, and a copy of that pack to be spoilt."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.packs import pack

__all__ = ["pack"]


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)
