"""PostgreSQL itself: how its cluster is made, and with which settings it runs."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import Final

import psutil

from deploy.local import orphans
from deploy.local.children import INSTANCE, Child, Layer, Postgres
from deploy.local.places import Places, write_whole
from deploy.local.ports import Ports
from deploy.local.postgres_home import Home, run_as
from deploy.local.trouble import Trouble, disk_trouble, from_log

ADMIN: Final = "postgres"
FROM_BACKUP: Final = "从备份取回；若本实例没有要保留的数据：./bifang destroy"

SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # DETAIL quotes the row, and a log must hold no person's value
    "log_min_error_statement": "panic",  # nor may it quote the statement
}


def passwords(places: Places, names: tuple[str, ...]) -> dict[str, str]:
    """One for the administrator and one for each service, drawn once; missing ones are added, but beside a database
    that knows the one of its administrator that one is never drawn anew."""
    path = places.passwords
    try:
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    except ValueError as error:
        raise Trouble(f"密码文件已损坏（{error}）", str(path), FROM_BACKUP) from error
    if ADMIN not in known and places.has_cluster():
        raise Trouble("密码丢失，而数据库还在", str(path), FROM_BACKUP)
    wanted = {name: secrets.token_urlsafe(24) for name in (ADMIN, *names) if name not in known}
    if wanted:
        known |= wanted
        write_whole(path, json.dumps(known, indent=1) + "\n", mode=0o600)
    return known


def make_cluster(places: Places, home: Home, password: str) -> None:
    """A cluster is made beside its place and renamed: half of one is never started. One that was made is never replaced."""
    if home.is_made:
        if not places.postgres_home.exists():  # killed between the two
            write_whole(places.postgres_home, str(home.cluster))
        return
    if gone := lost_cluster(places):
        raise Trouble(f"数据库不见了：{gone}", str(gone), FROM_BACKUP)
    new = home.cluster.with_name("cluster.new")
    with disk_trouble(home.cluster):
        for half in (new, home.cluster):
            shutil.rmtree(half, ignore_errors=True)
        new.mkdir(mode=0o700)
        secret = new.with_name("password.new")
        write_whole(secret, password, mode=0o600)
        if home.owner:
            os.chown(new, home.owner.uid, home.owner.gid)
            os.chown(secret, home.owner.uid, home.owner.gid)
        try:
            _initdb(places, home, new, secret)
        finally:
            secret.unlink()
        new.rename(home.cluster)
        write_whole(places.postgres_home, str(home.cluster))


def lost_cluster(places: Places) -> Path | None:
    """Where the cluster of this instance was, when it is not there any more."""
    if places.has_cluster() or not places.postgres_home.exists():
        return None
    return Path(places.postgres_home.read_text())


def _initdb(places: Places, home: Home, new: Path, secret: Path) -> None:
    done = run_as(
        home.owner,
        [
            home.programs / "initdb",
            f"--pgdata={new}",
            f"--username={ADMIN}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            *_locale(home),
            "--data-checksums",
        ],
    )
    log = places.log("postgres.initdb")
    log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise from_log("PostgreSQL 无法建立数据库", log)


def _locale(home: Home) -> list[str]:
    """Sorted by code point everywhere, whatever locales the machine has; the built-in one came with version 17."""
    if home.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def child(places: Places, ports: Ports, home: Home) -> Child:
    _forget_stale_pid(places, home)
    settings = {**SETTINGS, "port": str(ports["postgres"])}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Child(
        name="postgres",
        argv=(str(home.programs / "postgres"), "-D", str(home.cluster), *options),
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        ready=Postgres(ports["postgres"]),
        cwd=Path("/"),
        layer=Layer.SERVERS,
        stop_signal=signal.SIGINT,  # "fast": ends the sessions, keeps the data clean
        orphan_signal=signal.SIGINT,
        grace_s=30.0,
        owner=home.owner,
        before_start=partial(orphans.end_without_server, home.cluster),
    )


def _forget_stale_pid(places: Places, home: Home) -> None:
    """PostgreSQL refuses to start while any process of its user has the number in `postmaster.pid`, whatever it is.

    Ours were all ended before this; its shared memory would still refuse a second server on the same cluster.
    """
    path = home.cluster / "postmaster.pid"
    try:
        pid = int(path.read_text().splitlines()[0])
        alive = psutil.Process(pid).environ().get(INSTANCE) == str(places.data)
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        alive = False
    if not alive:
        path.unlink(missing_ok=True)
