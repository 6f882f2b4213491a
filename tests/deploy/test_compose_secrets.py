"""The secrets of a deployment: made once as files, never changed, shared by purpose alone, and kept out of git and the image."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bus.sealed import KeyRing
from contracts.all import OWNERS
from deploy.docker import make_secrets
from tests.deploy.composed import COMPOSE, ROOT, secrets

__all__ = ["secrets"]


def test_every_secret_is_a_file_that_is_made_and_each_is_used() -> None:
    files = {Path(told["file"]).name for told in COMPOSE["secrets"].values()}
    used = {
        secret if isinstance(secret, str) else secret["source"]
        for told in COMPOSE["services"].values()
        for secret in told.get("secrets", [])
    }

    assert files == set(make_secrets.names())
    assert used == set(COMPOSE["secrets"])


def test_a_set_of_secrets_is_made_once_and_never_changed(secrets: Path) -> None:
    (secrets / "postgres-password").unlink()
    before = {path.name: path.read_text() for path in secrets.iterdir()}

    with pytest.raises(FileExistsError):
        make_secrets.make(secrets)

    assert {path.name: path.read_text() for path in secrets.iterdir()} == before


@pytest.mark.parametrize("killed_at", ["write_text", "rename"])
def test_a_run_that_was_killed_half_way_does_not_block_the_next_and_mixes_no_sets(
    tmp_path: Path, killed_at: str
) -> None:
    """As with `kill -9` between any two files: there are twelve to write, and as many to move."""
    folder = tmp_path / "secrets"
    folder.mkdir()  # as compose makes it for its mount
    script = f"""
import os, sys
from itertools import count
from pathlib import Path
from deploy.docker import make_secrets
real, number = Path.{killed_at}, count()
Path.{killed_at} = lambda *given: real(*given) if next(number) < 5 else os.kill(os.getpid(), 9)
make_secrets.make(Path(sys.argv[1]))
"""
    cut = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=ROOT, check=False)

    made = make_secrets.make(folder)

    assert cut.returncode == -9
    assert {path.name for path in folder.iterdir()} == set(made) == set(make_secrets.names())
    assert len({KeyRing((folder / f"{name}-keys.json").read_bytes()).token_key for name in OWNERS}) == 1


def test_services_that_share_a_purpose_share_its_key_and_nobody_else_has_it(secrets: Path) -> None:
    rings = {name: KeyRing((secrets / f"{name}-keys.json").read_bytes()) for name in OWNERS}
    seals = {name: json.loads((secrets / f"{name}-keys.json").read_text())["seal"] for name in OWNERS}

    assert len({ring.token_key for ring in rings.values()}) == 1
    assert seals["notify"]["sms"] == seals["gateway"]["sms"]
    assert set(seals["gateway"]) == {"sms"}
    assert set(seals["visits"]) == {"care"}


def test_what_is_of_one_deployment_stays_out_of_git_and_of_the_image() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    copied = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert {"/.env", "/secrets/"} <= set(ignored)
    assert {"secrets", ".env"} & set(copied) == set()
