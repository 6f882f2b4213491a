"""Ports: one number moves them all, and two instances can stand side by side."""

import socket

import pytest

from deploy.local.ports import APART, DOORS, HIGHEST_BASE, LOWEST_BASE, Ports, is_free


def test_all_ports_keep_their_distances_when_the_base_moves() -> None:
    moved = Ports(8100 + 1234)

    assert moved.all() == {door: port + 1234 for door, port in DOORS.items()}


def test_instances_a_step_apart_share_no_port() -> None:
    for steps in range(1, 40):
        here, there = Ports(9000).all().values(), Ports(9000 + steps * APART).all().values()

        assert not set(here) & set(there)


@pytest.mark.parametrize("base", [LOWEST_BASE - 1, HIGHEST_BASE + 1])
def test_a_base_that_would_move_a_port_out_of_range_is_refused(base: int) -> None:
    with pytest.raises(ValueError, match=str(base)):
        Ports(base)


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)
