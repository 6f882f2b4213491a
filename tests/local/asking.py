"""The command line, asked as people ask it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.local.cli import app
from deploy.local.places import REPOSITORY

Ask = Callable[..., Result]
PACK = REPOSITORY / "policies" / "shuangta"


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The command line over an instance that was never started."""
    return lambda *arguments: CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *arguments])
