"""The hospitals' door in figures: everything from zero, and the listener's own counters at each scrape."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest

from bus.testing import MORNING, ByHand
from services.medical import metrics
from services.medical.intake import Intake
from services.medical.mllp import MllpCounters
from services.medical.service import service
from tests.medical.test_medical_service import KEYS, card, check_digit, message

STRANGER = message("A01", visit="V2", resident_id=(n := "99010119310101001") + check_digit(n), control="stranger")


def shown(door: metrics.Door) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(door)
    lines = (line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_before_there_is_a_listener_everything_is_zero() -> None:
    assert set(shown(metrics.Door()).values()) == {0.0}


def test_every_counter_of_the_listener_is_shown_under_its_own_name() -> None:
    """Each field has a value of its own, so a swapped or forgotten one is seen."""
    counters = MllpCounters(*range(1, 14))
    door = metrics.Door()
    door.counters = counters

    assert shown(door) == {
        "bifang_mllp_open_connections": 1,
        "bifang_mllp_connections_total": 2,
        'bifang_mllp_troubles_total{what="refused"}': 3,
        'bifang_mllp_troubles_total{what="evicted"}': 4,
        "bifang_mllp_frames_total": 5,
        "bifang_mllp_answers_total": 6,
        "bifang_mllp_garbage_bytes_total": 7,
        'bifang_mllp_troubles_total{what="torn"}': 8,
        'bifang_mllp_troubles_total{what="oversize"}': 9,
        'bifang_mllp_troubles_total{what="half-frame-timeouts"}': 10,
        'bifang_mllp_troubles_total{what="unread-answers"}': 11,
        'bifang_mllp_troubles_total{what="not-stored"}': 12,
        'bifang_mllp_troubles_total{what="failures"}': 13,
    }


def test_what_was_not_counted_yet_is_not_said_to_be_none() -> None:
    """A process that comes up would seem to see all that was ever set aside come at once, and MessagesUnreadable would fire."""
    program = "import services.medical.service, prometheus_client as p; print(p.generate_latest().decode())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    shown = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert any(line.startswith("bifang_mllp_frames_total") for line in shown)
    assert [line for line in shown if line.startswith("bifang_messages_aside")] == []


async def test_that_no_message_is_unreadable_is_said_once_it_was_counted(fresh: Callable[..., Any]) -> None:
    """Else the first one that comes would be where its series begins, and no increase."""
    metrics.ASIDE.clear()
    async with fresh(service) as database, database.connection() as connection:
        await metrics.measure(connection)

    assert {s.labels["reason"]: s.value for family in metrics.ASIDE.collect() for s in family.samples} == {
        "unreadable": 0
    }


async def test_what_a_human_must_look_at_is_seen_by_operations(fresh: Callable[..., Any]) -> None:
    """Somebody with Zhang's number, another name and another birth date; a stranger, who is no doubt; garbage."""
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        hand.asking.start()
        await hand.hears(card())
        intake = Intake(hand.asking, KEYS, "第一医院")
        for raw in (message("A01", name="王五验", born="19310101"), STRANGER, b"garbage"):
            await intake.take(raw)

        async with database.connection() as connection:
            await metrics.measure(connection)
        await hand.asking.stop()

    reasons = {s.labels["reason"]: s.value for family in metrics.ASIDE.collect() for s in family.samples}
    assert reasons == {"unreadable": 1}
    assert [s.value for family in metrics.DOUBTFUL.collect() for s in family.samples] == [1]
