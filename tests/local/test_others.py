"""A Kafka and a PostgreSQL of others, named by the environment, are used, and neither started nor stopped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from contracts.all import OWNERS
from deploy.local import databases, keys
from deploy.local.places import REPOSITORY, Places
from deploy.local.platform import INFRASTRUCTURE, Platform
from deploy.local.ports import Ports
from deploy.local.trouble import Trouble


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("theirs") / "data", Ports.free(), parts={"postgres"})
    platform.start()
    yield platform
    platform.destroy()


@pytest.fixture
def ours(tmp_path: Path, theirs: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """An instance told to use their server, and a broker that nothing here will speak to."""
    monkeypatch.setenv("DATABASE_URL", theirs.admin_dsn.replace("/bifang", "/postgres"))
    monkeypatch.setenv("KAFKA_BROKERS", "127.0.0.1:1")
    platform = Platform(tmp_path / "data", Ports.free(), parts=INFRASTRUCTURE, own=False)
    yield platform
    platform.destroy()


async def drop_roles(theirs: Platform) -> None:
    """With all they own and may do, in each database of the server."""
    for database in ("postgres", "bifang"):
        admin = await asyncpg.connect(theirs.admin_dsn.replace("/bifang", f"/{database}"))
        for role in [databases.role(service) for service in OWNERS]:
            if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await admin.execute(f"DROP OWNED BY {role} CASCADE")
                if database == "bifang":
                    await admin.execute(f"DROP ROLE {role}")
        await admin.close()


async def test_roles_of_another_instance_are_not_taken_over(ours: Platform) -> None:
    with pytest.raises(Trouble) as told:
        ours.start()

    assert "角色 bifang_registry 已存在" in told.value.cause
    assert "BIFANG_DATABASE_URL_REGISTRY" in told.value.cure


async def test_their_servers_are_used_and_nothing_is_started(ours: Platform, theirs: Platform) -> None:
    await drop_roles(theirs)

    ours.start()

    shown = ours.state()
    assert shown is not None
    assert (shown.brokers, shown.children) == ("127.0.0.1:1", [])
    connection = await asyncpg.connect(ours.dsn("visits"))
    assert await connection.fetchval("SELECT current_schema()") == "visits"
    await connection.close()
    ours.stop()
    assert theirs.pid("postgres") is not None


async def test_a_user_without_the_right_to_make_roles_is_told_what_is_missing(
    ours: Platform, theirs: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drop_roles(theirs)
    admin = await asyncpg.connect(theirs.admin_dsn)
    await admin.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'; GRANT CONNECT ON DATABASE bifang TO modest")
    await admin.close()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://modest:modest@127.0.0.1:{theirs.ports['postgres']}/bifang")

    with pytest.raises(Trouble) as told:
        Platform(ours.places.data, ours.ports, parts=INFRASTRUCTURE, own=False).start()

    assert "数据库权限不足" in told.value.cause
    assert "CREATEROLE" in told.value.cure


def test_a_broker_that_is_away_is_told_in_words(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "deploy.local", "--data", str(tmp_path / "data"), "topics", "list"]
    environment = {**os.environ, "KAFKA_BROKERS": "127.0.0.1:1"}

    told = subprocess.run(argv, capture_output=True, text=True, cwd=REPOSITORY, env=environment, check=False)

    assert (told.returncode, "Traceback" in told.stderr) == (1, False)
    for words in ("原因：Kafka", "位置：", "办法：", "KAFKA_BROKERS"):
        assert words in told.stdout


def test_a_broker_that_is_away_is_told_in_a_line_in_a_container(tmp_path: Path, theirs: Platform) -> None:
    places = Places(tmp_path)
    places.make()
    keys.make(places)
    argv = [sys.executable, "-m", "deploy.docker.operate", "visits", "dead-letters"]
    told_to_it = theirs.env_for("visits") | {
        "KAFKA_BROKERS": "127.0.0.1:1",
        "BIFANG_KEYS": str(places.keys / "visits.json"),
    }

    told = subprocess.run(
        argv, capture_output=True, text=True, cwd=REPOSITORY, env=os.environ | told_to_it, check=False
    )

    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "127.0.0.1:1" in told.stderr


def test_others_that_do_not_answer_are_named_before_anything_is_started(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "deploy.local", "--data", str(tmp_path / "data"), "up", "--only", "kafka"]
    environment = {**os.environ, "KAFKA_BROKERS": "127.0.0.1:1"}

    told = subprocess.run(argv, capture_output=True, text=True, cwd=REPOSITORY, env=environment, check=False)

    assert told.returncode == 1
    assert "KAFKA_BROKERS" in told.stdout
    assert "连不上" in told.stdout
