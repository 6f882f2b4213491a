"""The jars of Apache Kafka, fetched once for all instances of a user, each checked against `kafka.jars.lock`."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.places import cache
from deploy.local.trouble import Trouble, disk_trouble

LOCK: Final = Path(__file__).with_name("kafka.jars.lock")
AT_ONCE: Final = 8
PATIENCE_S: Final = 60
LOOK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Jar:
    coordinate: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def locked() -> tuple[Jar, ...]:
    lines = (line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#"))
    return tuple(Jar(coordinate, int(size), sha256) for coordinate, size, sha256 in lines)


def folder() -> Path:
    return cache() / f"kafka-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"


def missing(where: Path) -> list[Jar]:
    """A jar is there when its size is right: its hash was checked before it was given its name."""
    return [jar for jar in locked() if _size(where / jar.file) != jar.size]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def fetch(progress: Callable[[str], None]) -> Path:
    """The folder with all jars. A run that was killed half-way is continued, and two runs at once fetch once."""
    where = folder()
    with disk_trouble(where):
        where.mkdir(parents=True, exist_ok=True)
        if missing(where):
            with (where / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                _fetch_all(missing(where), where, progress)
    return where


def _fetch_all(jars: list[Jar], where: Path, progress: Callable[[str], None]) -> None:
    for name in ("SSL_CERT_FILE", "PIP_CERT"):  # whom the machine trusts for pip it trusts for these
        if name in os.environ:
            os.environ.setdefault("REQUESTS_CA_BUNDLE", os.environ[name])
    for left_over in where.glob("part-*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix="part-", dir=where, ignore_cleanup_errors=True) as part:
        pool = ThreadPoolExecutor(AT_ONCE)
        coming = {pool.submit(_fetch_one, jar, Path(part), where) for jar in jars}
        try:
            while coming:
                done, coming = wait(coming, LOOK_S, return_when=FIRST_EXCEPTION)
                progress(_so_far(jars, Path(part), where))
                for fetched in done:
                    fetched.result()
        finally:  # the first that fails ends it: whoever is still on the way is not waited for
            pool.shutdown(wait=False, cancel_futures=True)


def _so_far(jars: list[Jar], part: Path, where: Path) -> str:
    """Also of jars that are half here: on a slow line one takes minutes."""
    left = {jar.file for jar in missing(where)}
    whole = [jar.size for jar in jars if jar.file not in left]
    half = sum(_size(file) for file in part.rglob("*.jar"))
    total = sum(jar.size for jar in jars)
    return f"{len(whole)}/{len(jars)} 个，{(sum(whole) + half) / 1e6:.1f}/{total / 1e6:.1f} MB"


def _fetch_one(jar: Jar, part: Path, where: Path) -> Jar:
    from jgo.maven import MavenContext  # here: it takes a while to import, and is needed once

    mirror = os.environ.get("BIFANG_MAVEN_MIRROR")
    remote = {"mirror": mirror.rstrip("/")} if mirror else None
    context = MavenContext(repo_cache=part, local_repos=[], remote_repos=remote, timeout=PATIENCE_S)
    try:
        path = context.create_dependency(jar.coordinate).artifact.resolve()
    except OSError as error:
        if error.errno is not None:
            raise
        raise _unreachable(jar, error) from error
    except RuntimeError as error:
        raise _unreachable(jar, error) from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != jar.sha256:
        raise Trouble(
            f"{jar.file} 与锁定的校验和不符", str(where), "下载源给出的文件不对：检查代理或 BIFANG_MAVEN_MIRROR，再运行"
        )
    path.replace(where / jar.file)
    return jar


def _unreachable(jar: Jar, error: Exception) -> Trouble:
    return Trouble(
        f"取不到 {jar.coordinate}（{type(error).__name__}）",
        "Kafka 的 jar（Maven Central）",
        "检查网络后再运行，已取到的不会重取；有镜像时设 BIFANG_MAVEN_MIRROR=<地址>；已有 Kafka 时设 KAFKA_BROKERS",
    )
