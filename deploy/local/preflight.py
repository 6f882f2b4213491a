"""What the machine must offer, looked at in well under a second, before anything is started."""

from __future__ import annotations

import os
import platform as machine
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

from deploy.local import jars
from deploy.local.places import Places, cache
from deploy.local.ports import is_free
from deploy.local.trouble import MOVE, from_os

OLDEST_PYTHON: Final = (3, 11)
ARCHITECTURES: Final = ("x86_64", "aarch64")
PATIENCE_S: Final = 2.0
MEMORY_MB: Final = 1500
FIRST_DISK_MB: Final = 600
NEXT_DISK_MB: Final = 200


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    well: bool
    found: str
    cure: str = ""


def look(places: Places, doors: dict[str, int]) -> list[Check]:
    """`doors`: those that we shall open ourselves, by name."""
    return [_python(), _architecture(), _memory(), _writable(places.data), *_disks(places), *_ports(doors)]


def others() -> list[Check]:
    """The broker and the database of others that we were told to use."""
    doors = [("KAFKA_BROKERS", f"//{broker}", 9092) for broker in os.environ.get("KAFKA_BROKERS", "").split(",")]
    doors.append(("DATABASE_URL", os.environ.get("DATABASE_URL", ""), 5432))
    found = [(name, urlsplit(url), port) for name, url, port in doors]
    return [_other(name, url.hostname, url.port or port) for name, url, port in found if url.hostname]


def _other(name: str, host: str, port: int) -> Check:
    try:
        socket.create_connection((host, port), timeout=PATIENCE_S).close()
    except OSError as error:
        return Check(name, False, f"{host}:{port} 连不上：{error}", f"检查 {name} 与那台服务器")
    return Check(name, True, f"{host}:{port}")


def _python() -> Check:
    well = sys.version_info >= OLDEST_PYTHON
    return Check("Python", well, machine.python_version(), "" if well else "装 Python 3.11 或更新，删除 .venv 后再运行")


def _architecture() -> Check:
    found = f"{sys.platform} {machine.machine()}"
    well = sys.platform == "linux" and machine.machine() in ARCHITECTURES
    return Check("系统", well, found, "" if well else "需要 Linux x86_64 或 aarch64（或用容器）")


def _memory() -> Check:
    free = psutil.virtual_memory().available // 2**20
    well = free >= MEMORY_MB
    return Check("可用内存", well, f"{free} MB", "" if well else f"至少 {MEMORY_MB} MB：关掉别的程序")


def _writable(data: Path) -> Check:
    """By writing: permissions, a read-only disk and a full one all show."""
    try:
        existing = _existing(data)
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        trouble = from_os(error, data)
        return Check("数据目录", False, f"{data}：{trouble.cause}", trouble.cure)
    return Check("数据目录", True, str(data))


def _disks(places: Places) -> list[Check]:
    """The first run needs more: a database, a broker's log, the jars."""
    first = not places.kafka.exists()
    checks = [_disk("磁盘", places.data, FIRST_DISK_MB if first else NEXT_DISK_MB)]
    if jars.missing(jars.folder()) and _existing(cache()).stat().st_dev != _existing(places.data).stat().st_dev:
        checks.append(_disk("磁盘（缓存）", cache(), NEXT_DISK_MB))
    return checks


def _disk(name: str, place: Path, needed: int) -> Check:
    free = shutil.disk_usage(_existing(place)).free // 2**20
    well = free >= needed
    return Check(
        name, well, f"{place}：空闲 {free} MB", "" if well else f"至少 {needed} MB：清理，或用 --data DIR 换磁盘"
    )


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _ports(doors: dict[str, int]) -> list[Check]:
    taken = {name: port for name, port in doors.items() if not is_free(port)}
    if not taken:
        return [Check("端口", True, " ".join(str(port) for port in sorted(doors.values())))] if doors else []
    return [
        Check(f"端口 {port}", False, f"{name}：已被 {who_listens(port)} 占用", MOVE) for name, port in taken.items()
    ]


def who_listens(port: int) -> str:
    """`pid 123 (java kafka.Kafka …)`; empty when the port is free."""
    if is_free(port):
        return ""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            return f"pid {connection.pid}（{_command(connection.pid)}）"
    return "另一个用户的进程" if os.geteuid() else "一个查不到的进程"


def _command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())[:60]
    except psutil.Error:
        return "?"
