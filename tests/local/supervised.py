"""A platform of false programs, seen from outside: which children live, and how long one waits for that."""

import time
from collections.abc import Callable

from deploy.local.platform import Platform
from deploy.local.state import Life

Fake = Callable[..., Platform]


def lives(platform: Platform) -> dict[str, Life]:
    shown = platform.state()
    assert shown is not None
    return {child.name: child.life for child in shown.children}


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
