"""Two starts, a start that is stopped, a port that is taken: whoever comes second leaves the first alone."""

import os
import socket
import time

import psutil
import pytest

from deploy.local import orphans
from deploy.local.trouble import Trouble
from tests.local.supervised import Fake


def test_a_port_already_taken_is_named_with_its_holder(fake: Fake) -> None:
    platform = fake("TWO")
    with socket.create_server(("127.0.0.1", platform.ports["visits"])), pytest.raises(Trouble) as told:
        platform.start()

    assert f"端口 {platform.ports['visits']}（visits）已被占用：pid {os.getpid()}" in told.value.cause
    assert "--port-base" in told.value.cure
    assert not platform.is_running


def test_a_second_supervisor_leaves_the_first_alone(fake: Fake) -> None:
    first, second = fake("TWO"), fake("TWO")
    first.start()
    before = first.pid("registry")

    second.start()

    assert second.pid("registry") == before


def test_two_starts_at_the_same_moment_start_it_once(fake: Fake) -> None:
    first, second = fake("TWO"), fake("TWO")

    first.launch()
    second.launch()
    first.wait_up(30)
    second.wait_up(30)

    assert first.pid("registry") == second.pid("registry")
    assert len(orphans.find(first.places.data)) == 2


@pytest.mark.parametrize("after_s", [0.0, 0.3, 0.5, 0.7])
def test_a_stop_in_the_middle_of_a_start_leaves_nothing(fake: Fake, after_s: float) -> None:
    platform = fake("TWO")
    platform.launch()
    time.sleep(after_s)
    began = time.monotonic()

    platform.stop()

    assert time.monotonic() - began < 8
    assert (platform.is_running, orphans.find(platform.places.data)) == (False, [])
    assert [p for p in psutil.Process().children() if str(platform.places.data) in p.cmdline()] == []


@pytest.mark.parametrize("after_s", [0.0, 0.1])
def test_a_stop_by_somebody_else_right_after_the_launch_leaves_nothing(fake: Fake, after_s: float) -> None:
    """`./bifang stop` in another terminal, before the supervisor holds its lock."""
    launching, stopping = fake("TWO"), fake("TWO")
    launching.launch()
    time.sleep(after_s)

    assert stopping.stop()

    assert (launching.is_running, orphans.find(launching.places.data)) == (False, [])
    assert not launching.stop(), "nothing comes up afterwards"
