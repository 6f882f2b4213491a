"""Whom notify asked to be told, lane by lane from zero, and the cases in which nobody can be told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bus.testing import ByHand
from services.notify import metrics
from services.notify.service import service
from services.notify.tables import notice_store, reach_store
from tests.notify.faces import MORNING, VOICE, card, opened, superseded


@pytest.fixture(autouse=True)
def voice() -> None:
    notice_store.given["voice"] = reach_store.given["voice"] = VOICE


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, f"{name}{labels} was not there from the start"
    return found


async def test_what_is_asked_of_a_lane_and_taken_back_counts_there(fresh: Callable[..., Any]) -> None:
    requested = value("bifang_sms_requested_total", lane="urgent")
    withdrawn = value("bifang_sms_withdrawn_total", lane="urgent")
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)

        await hand.hears(card(), opened(), opened(), superseded())

    assert value("bifang_sms_requested_total", lane="urgent") == requested + 1
    assert value("bifang_sms_withdrawn_total", lane="urgent") == withdrawn + 1


async def test_a_case_of_somebody_without_a_card_is_seen_to_wait(fresh: Callable[..., Any]) -> None:
    """Until the card comes; then nobody waits."""
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(opened())
        hand.now += timedelta(hours=2)
        await hand.stand()
        async with database.connection() as connection:
            await metrics.measure(connection)
        parked = value("bifang_cases_parked"), value("bifang_cases_parked_oldest_seconds")
        await hand.hears(card())
        async with database.connection() as connection:
            await metrics.measure(connection)

    assert parked == (1, 7200)
    assert (value("bifang_cases_parked"), value("bifang_cases_parked_oldest_seconds")) == (0, 0)
