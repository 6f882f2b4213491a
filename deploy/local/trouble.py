"""What stopped us, said so that a newcomer can go on: cause, place, cure and the end of the log that shows it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TAIL_LINES: Final = 12
TAIL_BYTES: Final = 16_384
MORE_SPACE: Final = "清出空间（df -h），或用 --data DIR 换一个磁盘，再运行一次"
MOVE: Final = "停掉它，或用 --port-base N 整体移开"
KNOWN: Final = (
    ("No space left on device", "磁盘已满", MORE_SPACE),
    ("Address already in use", "端口已被占用", MOVE),
    ("Cannot allocate memory", "内存不足", "关掉别的程序，再运行一次"),
)


class Trouble(Exception):
    """The step cannot go on; a person must read cause, place and cure."""

    def __init__(self, cause: str, place: str, cure: str, log: Path | None = None) -> None:
        super().__init__(cause)
        self.cause, self.place, self.cure, self.log = cause, place, cure, log

    def as_dict(self) -> dict[str, str]:
        return {"cause": self.cause, "place": self.place, "cure": self.cure, "log": str(self.log or "")}

    @classmethod
    def from_dict(cls, said: dict[str, str]) -> Trouble:
        return cls(said["cause"], said["place"], said["cure"], Path(said["log"]) if said["log"] else None)


def tail(log: Path, lines: int = TAIL_LINES) -> list[str]:
    """The last lines of a log; nothing when it cannot be read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return []


def from_log(cause: str, log: Path, cure: str = "按日志最后几行处理后再运行") -> Trouble:
    """Something ended, and its log says why; where the words are known, the cause and the cure are plainer."""
    said = "\n".join(tail(log))
    for words, plainer, better in KNOWN:
        if words in said:
            return Trouble(f"{cause}：{plainer}", str(log), better, log)
    return Trouble(cause, str(log), cure, log)


@contextmanager
def disk_trouble(place: Path) -> Iterator[None]:
    """Writing below `place` that fails becomes a Trouble that says whether the disk is full or the folder closed."""
    try:
        yield
    except OSError as error:
        raise from_os(error, place) from error


def kafka_errors() -> tuple[type[Exception], ...]:
    """Those of the clients that are loaded: none is loaded, and weighs on a command, in order to be caught."""
    loaded = [sys.modules[name] for name in ("kafka.errors", "aiokafka.errors") if name in sys.modules]
    return tuple(module.KafkaError for module in loaded)


def from_kafka(error: Exception) -> Trouble:
    cure = "./bifang status 看 kafka 与其日志；用别处的 Kafka 时检查 KAFKA_BROKERS 与那台服务器"
    return Trouble(f"Kafka 没有回答（{type(error).__name__}）", str(error), cure)


def from_os(error: OSError, place: Path) -> Trouble:
    where = str(error.filename or place)
    if error.errno == errno.ENOSPC:
        return Trouble("磁盘已满", where, MORE_SPACE)
    if error.errno in (errno.EPERM, errno.EACCES, errno.EROFS):
        return Trouble(f"无法写入（{error.strerror}）", where, "改目录权限，或用 --data DIR 换一个可写的目录")
    return Trouble(str(error), where, "按原因处理后再运行一次")
