"""A full disk: said plainly, and cured by making room; on a small disk of its own, which only root can mount."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import preflight
from deploy.local.places import Places
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.trouble import Trouble

MB = 2**20


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Where PostgreSQL's user can reach it, or the database would lie on another disk."""
    disk = Path(tempfile.mkdtemp(prefix="bifang-disk-", dir="/var/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "none", str(disk)], capture_output=True)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
    disk.rmdir()


def fill(disk: Path, *, leave: int) -> Path:
    ballast = disk / "ballast"
    usage = os.statvfs(disk)
    ballast.write_bytes(bytes(usage.f_bavail * usage.f_frsize - leave))
    return ballast


@pytest.mark.parametrize("left", [0, 10 * MB])
def test_a_full_disk_is_named_and_once_there_is_room_the_next_start_works(small_disk: Path, left: int) -> None:
    small_disk.chmod(0o755)
    ballast = fill(small_disk, leave=left)
    platform = Platform(small_disk / "data", Ports.free(), parts={"postgres"})

    with pytest.raises(Trouble) as told:
        platform.start()
    ballast.unlink()
    platform.start()

    assert "磁盘已满" in told.value.cause
    assert "--data" in told.value.cure
    platform.destroy()


def test_the_look_before_the_start_sees_that_there_is_too_little_room(small_disk: Path) -> None:
    rows = preflight.look(Places(small_disk / "data"), {})

    assert [row.name for row in rows if not row.well] == ["磁盘"]
