"""The demonstration keys of one instance: made at the first start, the same for every service that shares a purpose."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable
from typing import Any, Final

from deploy.local.places import Places, write_whole
from deploy.local.trouble import Trouble, disk_trouble

FIRST: Final = "k1"
SEALS: Final[dict[str, tuple[str, ...]]] = {
    "registry": ("identity", "contact", "clinical", "care"),
    "medical": ("identity", "clinical"),
    "visits": ("care",),
    "notify": ("identity", "contact", "sms"),
    "gateway": ("sms",),
}
INDEXED: Final = frozenset(SEALS)

FROM_BACKUP: Final = "从备份取回 keys 目录：没有它，已封存的内容打不开"

Ring = dict[str, Any]


def make(places: Places) -> None:
    """Every service has its ring. What exists is never changed: a key that is lost closes all it has sealed."""
    with disk_trouble(places.keys):
        rings = {service: _read(places, service) for service in SEALS}
        if missed := lost(places):
            raise Trouble(f"密钥丢失，而数据库还在：{'、'.join(missed)}", str(places.keys), FROM_BACKUP)
        token = _only(places, "token", (ring.get("token") for ring in rings.values())) or _drawn()
        index = _only(places, "index", (ring.get("index") for ring in rings.values())) or _drawn()
        purposes = {purpose for seals in SEALS.values() for purpose in seals}
        seals = {purpose: _seal(places, purpose, rings.values()) for purpose in sorted(purposes)}
        for service, needed in SEALS.items():
            ring: Ring = {"demo": True, **rings[service], "token": token}
            if service in INDEXED:
                ring["index"] = index
            ring["seal"] = {purpose: seals[purpose] for purpose in needed}
            if ring != rings[service]:
                write_whole(places.keys / f"{service}.json", json.dumps(ring, indent=1) + "\n", mode=0o600)


def lost(places: Places) -> list[str]:
    """Purposes, and the index, of services with a database here, that no ring holds: what they sealed opens no more."""
    if not places.has_cluster():
        return []
    served, rings = _served(places), [_read(places, service) for service in SEALS]
    wanted = {purpose for service in served for purpose in SEALS[service]}
    held = {purpose for ring in rings for purpose in ring.get("seal", {})}
    no_index = ["index"] if served & INDEXED and not any("index" in ring for ring in rings) else []
    return sorted(wanted - held) + no_index


def _served(places: Places) -> set[str]:
    """A service has its password since its ring was made. Where the passwords are lost too, it is taken to have one."""
    try:
        return {*json.loads(places.passwords.read_text())} & {*SEALS}
    except (FileNotFoundError, ValueError):
        return {*SEALS}


def token_key(places: Places) -> bytes:
    """The key under which tokens of this instance are issued."""
    return base64.b64decode(_read(places, "registry")["token"])


def _read(places: Places, service: str) -> Ring:
    path = places.keys / f"{service}.json"
    try:
        ring: Ring = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Trouble(
            f"密钥文件已损坏（{error}）", str(path), "从备份取回；若本实例没有要保留的数据：./bifang destroy"
        ) from error
    return ring


def _seal(places: Places, purpose: str, rings: Iterable[Ring]) -> dict[str, Any]:
    known = _only(places, purpose, (ring.get("seal", {}).get(purpose) for ring in rings))
    return known or {"current": FIRST, "keys": {FIRST: _drawn()}}


def _only(places: Places, name: str, values: Iterable[Any]) -> Any:
    """Of a value that several rings hold there may be one; None when no ring has it yet."""
    known = {json.dumps(value, sort_keys=True): value for value in values if value}
    if len(known) > 1:
        raise Trouble(f"各服务的密钥“{name}”互不相同", str(places.keys), "从备份取回整个 keys 目录")
    return next(iter(known.values()), None)


def _drawn() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
