"""What can be wrong in PostgreSQL and Kafka as they run, each with its cure."""

from __future__ import annotations

import time
from typing import Any, Final

import asyncpg

from deploy.local import keys
from deploy.local.lag import lags
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.preflight import Check
from deploy.local.state import State
from deploy.local.wanted import SERVICES

FARTHEST_CLOCK_S: Final = 60.0
LARGEST_LAG: Final = 10_000
MUST: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
CLOCK_TOPIC: Final = "bifang.doctor"
CROWDED: Final = 0.8


async def postgres(platform: Platform, state: State) -> list[Check]:
    if "postgres" not in state.parts:
        return []
    try:
        first = await asyncpg.connect(platform.admin_dsn, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [Check("连接", False, f"连不上：{error}", "./bifang logs postgres；或检查 DATABASE_URL")]
    try:
        rows = [await _settings(first), await _clock(first), await _connections(first)]
        rows += [await _pooler(platform.admin_dsn, first), *await _buried(first)]
        return rows
    finally:
        await first.close()


async def _settings(connection: asyncpg.Connection) -> Check:
    version = await connection.fetchval("SHOW server_version")
    found = {name: await connection.fetchval(f"SHOW {name}") for name in MUST}
    wrong = {name: value for name, value in found.items() if value == "off"}
    shown = " ".join(f"{name}={value}" for name, value in found.items())
    cure = f"改回 on：{'、'.join(wrong)}，否则断电会丢已确认的数据" if wrong else ""
    return Check("持久设置", not wrong, f"{version} {shown}", cure)


async def _clock(connection: asyncpg.Connection) -> Check:
    before = time.time()
    there = (await connection.fetchval("SELECT clock_timestamp()")).timestamp()
    return _clock_check("时钟", there - (before + time.time()) / 2)


def _clock_check(name: str, apart: float) -> Check:
    well = abs(apart) <= FARTHEST_CLOCK_S
    cure = "" if well else "校准时间（NTP）：相差超过一分钟，clock 角色会停下并告警"
    return Check(name, well, f"与本机相差 {apart:+.3f} 秒", cure)


async def _connections(connection: asyncpg.Connection) -> Check:
    used = await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    most = int(await connection.fetchval("SHOW max_connections"))
    well = used < most * CROWDED
    return Check("连接数", well, f"{used}/{most}", "" if well else "提高 max_connections，或减少进程")


async def _pooler(dsn: str, first: asyncpg.Connection) -> Check:
    """A pooler in transaction mode hands the connection that `first` has just used to the second."""
    own = await first.fetchval("SELECT pg_backend_pid()")
    second = await asyncpg.connect(dsn, timeout=5, statement_cache_size=0)
    try:
        shared = await second.fetchval("SELECT pg_backend_pid()") == own
    finally:
        await second.close()
    cure = "直连 PostgreSQL，或把连接池改为 session 模式：事务模式破坏咨询锁与 LISTEN" if shared else ""
    return Check("连接池", not shared, "经由事务模式的连接池（PgBouncer）" if shared else "直连", cure)


async def _buried(connection: asyncpg.Connection) -> list[Check]:
    """Dead letters that nobody has replayed yet."""
    counts = {}
    for service in keys.SEALS:
        if await connection.fetchval("SELECT to_regclass($1)", f"{service}.journal"):
            counts[service] = await connection.fetchval(
                f"SELECT count(*) FROM {service}.journal WHERE buried IS NOT NULL"  # noqa: S608 a name from our own table
            )
    if not counts:
        return []
    dead = {service: count for service, count in counts.items() if count}
    found = "、".join(f"{service} {count}" for service, count in dead.items()) or "0"
    return [Check("死信", not dead, found, "./bifang dead-letters list，改好原因后 replay" if dead else "")]


def kafka(state: State) -> list[Check]:
    if "kafka" not in state.parts:
        return []
    from kafka import KafkaConsumer
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        brokers = state.brokers.split(",")
        admin: Any = KafkaAdminClient(bootstrap_servers=brokers)
        consumer: Any = KafkaConsumer(bootstrap_servers=brokers, group_id=None, enable_auto_commit=False)
    except KafkaError as error:
        return [Check("连接", False, f"连不上 {state.brokers}：{error}", "./bifang logs kafka；或检查 KAFKA_BROKERS")]
    try:
        rows = [_brokers(admin, state), _lags(admin, consumer)]
        if SERVICES in state.parts:
            rows.append(_topics(admin))
        if state.brokers != f"127.0.0.1:{Ports(state.port_base)['kafka']}":
            rows.append(_clock_of_broker(brokers, admin))
        return rows
    except KafkaError as error:
        return [Check("Kafka", False, f"{type(error).__name__}：{error}", "./bifang logs kafka")]
    finally:
        admin.close()
        consumer.close()


def _brokers(admin: Any, state: State) -> Check:
    count = len(admin.describe_cluster()["brokers"])
    return Check("broker", count > 0, f"{state.brokers}，{count} 个", "" if count else "./bifang logs kafka")


def _topics(admin: Any) -> Check:
    from bus import topics  # the bus is heavy, and only this needs it

    there = set(admin.list_topics())
    missing = [topic.name for topic in topics.all_topics() if topic.name not in there]
    found = f"缺 {'、'.join(missing)}" if missing else f"{len(there)} 个，齐全"
    return Check("主题", not missing, found, "./bifang stop，再 ./bifang up，会补建" if missing else "")


def _lags(admin: Any, consumer: Any) -> Check:
    behind = [(count, f"{group} 在 {topic} 落后 {count}") for group, topic, count in lags(admin, consumer) if count]
    well = sum(count for count, _ in behind) <= LARGEST_LAG
    found = "、".join(text for _, text in sorted(behind, reverse=True)[:3]) or "没有"
    return Check("落后", well, found, "" if well else "看该服务：./bifang status、./bifang logs NAME")


def _clock_of_broker(brokers: list[str], admin: Any) -> Check:
    """Of a broker elsewhere: one record in a topic of our own, stamped by the broker as it appends it."""
    from kafka import KafkaProducer
    from kafka.admin import NewTopic

    if CLOCK_TOPIC not in admin.list_topics():
        configs = {"message.timestamp.type": "LogAppendTime", "retention.ms": "3600000"}
        admin.create_topics([NewTopic(CLOCK_TOPIC, num_partitions=1, replication_factor=1, topic_configs=configs)])
    producer: Any = KafkaProducer(bootstrap_servers=brokers)
    try:
        producer.send(CLOCK_TOPIC, b"doctor").get(timeout=10)  # the first also waits for metadata
        before = time.time()
        there = producer.send(CLOCK_TOPIC, b"doctor").get(timeout=10).timestamp / 1000
        return _clock_check("时钟", there - (before + time.time()) / 2)
    finally:
        producer.close()
