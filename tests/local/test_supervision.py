"""What the supervisor owes its children, seen from outside on real processes."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from deploy.local import orphans, state
from deploy.local.state import Life, Phase
from deploy.local.trouble import Trouble, tail
from tests.local.supervised import Fake, lives, wait_until


def test_all_is_ready_when_start_returns(fake: Fake) -> None:
    platform = fake("TWO")

    platform.start()

    assert lives(platform) == {"registry": Life.READY, "visits": Life.READY}


def test_one_that_is_killed_is_started_again_and_that_is_seen(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()

    killed = platform.kill("registry")
    platform.wait_ready("registry")

    shown = platform.state()
    assert shown is not None
    child = shown.child("registry")
    assert (child.life, child.restarts, child.last_exit, child.pid != killed) == (Life.READY, 1, "SIGKILL", True)


def test_the_others_do_not_notice(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()
    before = platform.pid("visits")

    platform.kill("registry")
    platform.wait_ready()

    assert platform.pid("visits") == before


def test_one_that_keeps_falling_is_started_after_ever_longer_rests(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()
    rests = []

    for _ in range(4):
        platform.kill("registry")
        killed = time.monotonic()
        platform.wait_ready("registry")
        rests.append(time.monotonic() - killed)

    assert rests == sorted(rests)
    assert rests[3] - rests[0] > 1.0  # 0.2, 0.4, 0.8, 1.6 s, and each time the same start


def test_one_that_never_comes_up_stops_the_start_with_cause_cure_and_log(fake: Fake) -> None:
    platform = fake("ONE_FALLS")

    with pytest.raises(Trouble) as told:
        platform.start()

    assert "visits 反复退出（退出码 1）" in told.value.cause
    assert told.value.cure
    assert told.value.log is not None
    assert tail(told.value.log)[-1] == "no database named so"
    assert not platform.is_running
    assert orphans.find(platform.places.data) == []


def test_stop_ends_all_and_twice_is_as_good_as_once(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()

    assert (platform.stop(), platform.stop()) == (True, False)

    assert orphans.find(platform.places.data) == []
    shown = platform.state()
    assert shown is not None
    assert shown.phase is Phase.STOPPED


def test_a_child_deaf_to_the_signal_is_killed_after_its_grace(fake: Fake) -> None:
    platform = fake("ONE_DEAF")
    platform.start()
    began = time.monotonic()

    platform.stop()

    assert 1 < time.monotonic() - began < 5
    assert orphans.find(platform.places.data) == []


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_works(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()
    supervisor = state.supervisor_pid(platform.places)
    assert supervisor is not None

    os.kill(supervisor, signal.SIGKILL)
    psutil.wait_procs(orphans.find(platform.places.data), timeout=5)

    assert orphans.find(platform.places.data) == []
    again = fake("TWO")
    again.start()
    assert set(lives(again).values()) == {Life.READY}


def test_processes_left_by_an_earlier_run_are_ended_first_and_it_is_said(fake: Fake) -> None:
    platform = fake("TWO")
    platform.places.make()
    marked = {**os.environ, "BIFANG_INSTANCE": str(platform.places.data), "BIFANG_CHILD": "registry"}
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=marked)
    neighbours = {**marked, "BIFANG_INSTANCE": f"{platform.places.data}2"}
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=neighbours)
    wait_until(lambda: bool(orphans.find(platform.places.data)))

    platform.start()

    shown = platform.state()
    assert shown is not None
    assert shown.notes == ["上一次运行留下的进程已结束：registry"]
    assert left.wait(1) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_stale_pid_is_never_believed_though_its_number_lives(fake: Fake) -> None:
    platform = fake("TWO")
    platform.places.make()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    platform.places.lock.write_text(str(stranger.pid))

    assert not platform.is_running
    assert platform.stop() is False
    platform.start()

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_supervisor_in_another_container_is_said_and_never_signalled(fake: Fake) -> None:
    """The kernel gives 0 for a process that this one cannot see, and 0 to `kill` is one's own group."""
    platform = fake("TWO")
    platform.start()
    there, script = str(platform.places.data), "from deploy.local.cli import main; main()"
    unshare = ["unshare", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("cannot make a process namespace here")

    told = subprocess.run(
        [*unshare, sys.executable, "-c", script, "--data", there, "stop"],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )

    assert told.returncode == 1, told
    for words in ("另一个容器", "位置：", "办法："):
        assert words in told.stdout
    assert set(lives(platform).values()) == {Life.READY}


def test_one_that_is_held_stays_down_until_it_is_released(fake: Fake) -> None:
    platform = fake("TWO")
    platform.start()

    platform.hold("visits")
    time.sleep(0.5)
    held = lives(platform)
    platform.release("visits")

    assert held == {"registry": Life.READY, "visits": Life.HELD}
    assert lives(platform) == {"registry": Life.READY, "visits": Life.READY}


def test_roles_apart_are_processes_of_their_own(fake: Fake) -> None:
    platform = fake("WITH_ROLES", apart=True)

    platform.start()

    assert lives(platform) == {"registry.api": Life.READY, "registry.worker": Life.READY}
    assert platform.pid("registry.api") != platform.pid("registry.worker")


def test_a_bound_platform_ends_with_the_process_that_started_it(fake: Fake) -> None:
    platform = fake("TWO")
    there, base = str(platform.places.data), platform.ports.base
    script = (
        "import os; from pathlib import Path; from deploy.local.platform import Platform;"
        "from deploy.local.ports import Ports;"
        f"Platform(Path({there!r}), Ports({base}), parts={{'services'}}, table='tests.local.fakes:TWO').start();"
        "os.kill(os.getpid(), 9)"
    )

    subprocess.run([sys.executable, "-c", script], check=False)

    wait_until(lambda: not platform.is_running and not orphans.find(platform.places.data))
