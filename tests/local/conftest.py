"""Platforms of fake services, each in a directory of its own and gone when the test is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.wanted import SERVICES

Fake = Callable[..., Platform]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    """`fake("TWO")`: a platform of that table of `fakes`, not yet started."""
    made: list[Platform] = []

    def make(table: str = "TWO", **how: bool) -> Platform:
        ports = made[0].ports if made else Ports.free()
        platform = Platform(tmp_path / "data", ports, parts={SERVICES}, table=f"tests.local.fakes:{table}", **how)
        made.append(platform)
        return platform

    yield make
    for platform in made:
        platform.stop()
