"""Journeys with a system of their own. They come first: beside the system that the others share they would be slow."""

import pytest


@pytest.fixture(autouse=True)
def what_must_hold() -> None:
    """Each has its own proof."""
