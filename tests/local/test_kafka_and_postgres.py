"""Kafka and PostgreSQL as `up` makes them: what is promised of their data, also after a run that was cut short."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.local import examine, keys, orphans, postgres, state
from deploy.local.platform import INFRASTRUCTURE, Platform
from deploy.local.ports import Ports
from deploy.local.postgres_home import find_home
from deploy.local.trouble import Trouble


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Below a folder of pytest's, which only its owner may enter: so as root the database must lie elsewhere."""
    platform = Platform(tmp_path_factory.mktemp("platform") / "data", Ports.free(), parts=INFRASTRUCTURE)
    platform.start()
    yield platform
    platform.destroy()
    assert not platform.places.data.exists()


@pytest.fixture
async def admin(platform: Platform) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(platform.admin_dsn)
    yield connection
    await connection.close()


def say(platform: Platform, topic: str, words: bytes) -> None:
    admin: Any = KafkaAdminClient(bootstrap_servers=platform.brokers)
    if topic not in admin.list_topics():
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    admin.close()
    producer: Any = KafkaProducer(bootstrap_servers=platform.brokers, acks="all", retries=5)
    producer.send(topic, words).get(timeout=20)
    producer.close()


def heard(platform: Platform, topic: str) -> list[bytes]:
    consumer: Any = KafkaConsumer(bootstrap_servers=platform.brokers, group_id=None)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning()
    end, said = consumer.end_offsets([partition])[partition], []
    while consumer.position(partition) < end:
        said += [record.value for records in consumer.poll(500).values() for record in records]
    consumer.close()
    return said


async def test_what_is_committed_is_on_disk(admin: Any) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "listen_addresses")

    settings = {name: await admin.fetchval(f"SHOW {name}") for name in names}

    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
    }


async def test_text_is_sorted_by_code_point_whatever_the_machine_speaks(admin: Any) -> None:
    encoding = await admin.fetchval("SHOW server_encoding")
    provider = await admin.fetchval("SELECT datlocprovider::text FROM pg_database WHERE datname = current_database()")

    assert (encoding, provider) == ("UTF8", "b")


async def test_no_service_can_see_into_the_schema_of_another(platform: Platform) -> None:
    owner = await asyncpg.connect(platform.dsn("registry"))
    await owner.execute("CREATE TABLE IF NOT EXISTS secret (word text)")
    await owner.close()
    neighbour = await asyncpg.connect(platform.dsn("visits"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await neighbour.fetch("SELECT * FROM registry.secret")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await neighbour.execute("CREATE TABLE public.mine (word text)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await neighbour.execute("CREATE SCHEMA other")
    await neighbour.close()


@pytest.mark.parametrize("database", ["postgres", "template1"])
async def test_a_service_enters_no_database_but_its_own(platform: Platform, database: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(platform.dsn("visits").rpartition("/")[0] + f"/{database}")


async def test_nobody_enters_without_a_password(platform: Platform) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://postgres:guess@127.0.0.1:{platform.ports['postgres']}/postgres")


def test_what_is_acknowledged_survives_kill_9_of_both(platform: Platform) -> None:
    say(platform, "survives", b"words")

    for name in ("kafka", "postgres"):
        platform.kill(name)
    platform.wait_ready()

    assert heard(platform, "survives") == [b"words"]


def test_a_process_that_outlives_its_killed_server_does_not_keep_the_next_from_starting(platform: Platform) -> None:
    """So does one that waits for a lock whose holder was killed in the same instant; here it is stopped."""
    server = psutil.Process(platform.pid("postgres"))
    (writer,) = [process for process in server.children() if "walwriter" in process.cmdline()[0]]
    writer.suspend()

    platform.kill("postgres")
    platform.wait_ready("postgres", 30)

    assert not writer.is_running()


def test_records_bear_the_time_of_the_broker_whatever_the_sender_says(platform: Platform) -> None:
    say(platform, "times", b"words")
    producer: Any = KafkaProducer(bootstrap_servers=platform.brokers)
    long_ago = 1

    told = producer.send("times", b"words", timestamp_ms=long_ago).get(timeout=20)

    assert abs(told.timestamp / 1000 - time.time()) < 10
    producer.close()


async def test_the_next_start_finds_all_data_also_on_other_ports(platform: Platform) -> None:
    say(platform, "stays", b"words")
    connection = await asyncpg.connect(platform.dsn("registry"))
    await connection.execute("CREATE TABLE stays (word text); INSERT INTO stays VALUES ('words')")
    await connection.close()
    before = {path.name: path.read_bytes() for path in platform.places.keys.iterdir()}
    platform.stop()
    moved = Platform(platform.places.data, Ports.free(), parts=INFRASTRUCTURE)

    moved.start()

    assert heard(moved, "stays") == [b"words"]
    connection = await asyncpg.connect(moved.dsn("registry"))
    assert await connection.fetchval("SELECT word FROM stays") == "words"
    await connection.close()
    assert {path.name: path.read_bytes() for path in platform.places.keys.iterdir()} == before
    moved.stop()
    platform.start()


def test_a_killed_supervisor_leaves_a_system_that_starts_again(platform: Platform) -> None:
    say(platform, "again", b"words")
    supervisor = state.supervisor_pid(platform.places)
    assert supervisor is not None

    os.kill(supervisor, signal.SIGKILL)
    while state.supervisor_pid(platform.places) == supervisor:  # it holds its lock until the kernel is done with it
        time.sleep(0.01)
    again = Platform(platform.places.data, platform.ports, parts=INFRASTRUCTURE)
    again.start()

    assert heard(again, "again") == [b"words"]
    again.stop()
    platform.start()


def test_a_stale_pid_of_postgresql_does_not_stop_it(platform: Platform) -> None:
    platform.stop()
    cluster = find_home(platform.places).cluster
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n0\n{platform.ports['postgres']}\n\n127.0.0.1\n")

    platform.start()

    assert platform.pid("postgres") is not None


def test_a_half_made_cluster_and_a_half_made_log_are_made_anew(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "data", Ports.free(), parts=INFRASTRUCTURE)
    platform.places.make()
    home = find_home(platform.places)
    for half in (platform.places.data / "kafka.new" / "log", home.cluster.with_name("cluster.new") / "base"):
        half.mkdir(parents=True)
        (half / "half").write_text("cut short")

    platform.start()

    assert not (platform.places.data / "kafka.new").exists()
    assert not home.cluster.with_name("cluster.new").exists()
    platform.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must leave PostgreSQL to another user")
def test_as_root_the_database_lies_where_its_user_can_reach_it_and_that_is_said(platform: Platform) -> None:
    home = find_home(platform.places)

    assert home.owner is not None
    assert home.cluster == platform.places.outside / "cluster"
    assert home.cluster.stat().st_uid == home.owner.uid
    shown = platform.state()
    assert shown is not None
    assert [note for note in shown.notes if str(platform.places.outside) in note]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a data directory that another user can reach")
def test_as_root_a_reachable_data_directory_holds_the_database_itself() -> None:
    data = Path(f"/var/tmp/bifang-test-{os.getpid()}")
    platform = Platform(data, Ports.free(), parts={"postgres"})

    platform.start()

    assert (data / "postgres" / "PG_VERSION").exists()
    platform.destroy()
    assert orphans.find(data) == []


def test_a_cluster_of_another_version_is_refused_in_words(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "data", Ports.free(), parts={"postgres"})
    platform.places.make()
    keys.make(platform.places)
    home = find_home(platform.places)
    home.cluster.mkdir()
    (home.cluster / "PG_VERSION").write_text("9\n")
    if home.owner:
        os.chown(home.cluster / "PG_VERSION", home.owner.uid, home.owner.gid)

    with pytest.raises(Trouble, match="PostgreSQL 9"):
        platform.start()

    platform.destroy()


def test_a_database_that_is_gone_is_not_silently_replaced_by_an_empty_one(tmp_path: Path) -> None:
    """As root it may lie in /var/tmp, where some systems clean up what nobody has used for a month."""
    platform = Platform(tmp_path / "data", Ports.free(), parts={"postgres"})
    platform.start()
    platform.stop()
    cluster = find_home(platform.places).cluster
    (cluster / "PG_VERSION").rename(tmp_path / "PG_VERSION")  # the first thing that is missed

    with pytest.raises(Trouble, match="数据库不见了") as told:
        platform.start()

    assert (told.value.place, (cluster / "base").is_dir()) == (str(cluster), True)
    assert [row.name for row in examine.files(platform.places) if not row.well] == ["数据库"]
    (tmp_path / "PG_VERSION").rename(cluster / "PG_VERSION")
    platform.start()
    platform.destroy()


@pytest.mark.parametrize("left", [None, "{half"])
def test_passwords_that_are_lost_beside_a_database_are_missed_not_drawn_anew(tmp_path: Path, left: str | None) -> None:
    platform = Platform(tmp_path / "data", Ports.free(), parts={"postgres"})
    platform.start()
    platform.stop()
    kept = platform.places.passwords.rename(tmp_path / "kept")
    if left is not None:
        platform.places.passwords.write_text(left)

    with pytest.raises(Trouble, match="密码") as told:
        platform.start()

    assert told.value.place == str(platform.places.passwords)
    kept.rename(platform.places.passwords)
    platform.start()
    platform.destroy()


def test_passwords_are_readable_by_their_owner_alone(platform: Platform) -> None:
    assert platform.places.passwords.stat().st_mode & 0o077 == 0
    assert set(postgres.passwords(platform.places, ())) == {
        "postgres",
        "registry",
        "medical",
        "visits",
        "notify",
        "gateway",
    }
