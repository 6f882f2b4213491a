"""The command line as people and scripts meet it: words, exit codes, options where one would write them."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import orphans
from deploy.local.places import REPOSITORY
from deploy.local.platform import Platform
from deploy.local.ports import Ports

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    Platform(tmp_path / "data").destroy()


@pytest.fixture
def run(data: Path) -> Run:
    def run(*arguments: str) -> Ran:
        argv = [sys.executable, "-m", "deploy.local", "--data", str(data), *arguments]
        environment = {
            name: value for name, value in os.environ.items() if name not in ("KAFKA_BROKERS", "DATABASE_URL")
        }
        return subprocess.run(argv, capture_output=True, text=True, cwd=REPOSITORY, env=environment, timeout=120)

    return run


def test_help_teaches_the_commands_the_exit_codes_and_the_ports(run: Run) -> None:
    told = run("--help")

    assert told.returncode == 0
    for word in ("up", "status", "doctor", "stop", "退出码", "KAFKA_BROKERS", "--port-base", "19092"):
        assert word in told.stdout


def test_a_wrong_word_is_a_wrong_use(run: Run) -> None:
    assert run("upp").returncode == 2
    assert run("--port-base", "7", "status").returncode == 2


def test_status_of_nothing_says_so_with_3(run: Run) -> None:
    told = run("status")

    assert (told.returncode, "没有在运行" in told.stdout, "./bifang up" in told.stdout) == (3, True, True)


def test_stopping_nothing_is_no_failure(run: Run) -> None:
    assert run("stop").returncode == 0


def test_up_status_stop_and_options_after_the_word(run: Run, data: Path) -> None:
    base = str(Ports.free().base)

    up = run("up", "--only", "postgres", "--port-base", base)
    status = run("status")
    again = run("up", "--only", "postgres")
    stop = run("stop")

    assert (up.returncode, status.returncode, again.returncode, stop.returncode) == (0, 0, 0, 0)
    assert "启动前检查" in up.stdout
    assert "✓ PostgreSQL" in up.stdout
    assert str(Ports(int(base))["postgres"]) in status.stdout
    assert "已在运行" in again.stdout
    assert orphans.find(data) == []


def test_up_on_a_taken_port_says_who_holds_it_and_what_to_do(run: Run) -> None:
    ports = Ports.free()
    with socket.create_server(("127.0.0.1", ports["postgres"])):
        told = run("up", "--only", "postgres", "--port-base", str(ports.base))

    assert told.returncode == 1
    for words in ("原因：", "位置：", "办法：", f"pid {os.getpid()}", "--port-base"):
        assert words in told.stdout


def test_status_is_1_while_one_of_them_is_not_ready(run: Run, data: Path) -> None:
    ports = Ports.free()
    run("up", "--only", "postgres", "--port-base", str(ports.base))
    Platform(data, ports, parts={"postgres"}).hold("postgres")

    told = run("status")

    assert (told.returncode, "已按住" in told.stdout) == (1, True)


def test_doctor_finds_nothing_wrong_and_then_what_is(run: Run, data: Path) -> None:
    ports = Ports.free()
    run("up", "--only", "postgres", "--port-base", str(ports.base))
    before = run("doctor")
    (data / "passwords.json").chmod(0o644)

    after = run("doctor")

    assert "fsync=on" in before.stdout
    assert "密钥权限" not in before.stdout
    assert after.returncode == 1
    assert f"chmod 600 {data}/passwords.json" in after.stdout.replace("\n", "")


def test_logs_lists_and_shows(run: Run) -> None:
    run("up", "--only", "postgres", "--port-base", str(Ports.free().base))

    assert "postgres" in run("logs").stdout
    assert "ready to accept connections" in run("logs", "postgres").stdout
    assert run("logs", "nobody").returncode == 1


def test_destroy_asks_and_deletes_only_what_is_ours(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "thesis.txt").write_text("years of work")

    refused = run("destroy", "--yes")

    assert refused.returncode == 1
    assert (data / "thesis.txt").exists()


def test_destroy_leaves_nothing_behind(run: Run, data: Path) -> None:
    run("up", "--only", "postgres", "--port-base", str(Ports.free().base))

    assert run("destroy", "--yes").returncode == 0

    assert not data.exists()
    assert orphans.find(data) == []


def test_the_arguments_of_a_test_are_pytest_s_own(run: Run) -> None:
    told = run("test", "--collect-only", "-q", "tests/local/test_ports.py")

    assert "test_all_ports_keep_their_distances" in told.stdout
