"""The gateway's figures: by lane and outcome, from zero; how long it took; what waits for the carrier, and since when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bus.testing import ByHand
from contracts.ids import SmsId, derived
from services.gateway import metrics
from services.gateway.domain import Accepted, NoAnswer, answered
from services.gateway.requests import ClaimSms, RecordAnswer
from services.gateway.service import service
from tests.gateway.faces import LEASE, MORNING, PAUSE, SMS, at, request, submitting

OTHER = SmsId(derived("sms", "another"))


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


@pytest.mark.parametrize(("answer", "outcome"), [(Accepted(("7",)), "accepted"), (NoAnswer("timeout", ()), "unknown")])
def test_an_outcome_counts_on_its_lane(answer: Any, outcome: str) -> None:
    before = value("bifang_sms_total", lane="urgent", outcome=outcome)
    after, facts = answered(submitting(), 1, answer, at(2), PAUSE)

    for fact in facts:
        metrics.count(fact, after)

    assert before is not None
    assert value("bifang_sms_total", lane="urgent", outcome=outcome) == before + 1


def test_the_time_until_the_carrier_took_it_runs_from_the_request() -> None:
    before = value("bifang_sms_accepted_seconds_sum", lane="urgent")
    after, facts = answered(submitting(), 1, Accepted(("7",)), at(2), PAUSE)

    for fact in facts:
        metrics.count(fact, after)

    assert before is not None
    assert value("bifang_sms_accepted_seconds_sum", lane="urgent") == before + 120


async def test_what_may_go_and_has_not_gone_waits(fresh: Callable[..., Any]) -> None:
    """One may go since its request; the other only tomorrow."""
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(request(), request(OTHER, not_before=1440, expires=9999))
        hand.now += timedelta(seconds=90)
        await hand.stand()

        async with database.connection() as connection:
            await metrics.measure(connection)

    assert value("bifang_sms_waiting", lane="urgent") == 1
    assert value("bifang_sms_waiting_oldest_seconds", lane="urgent") == 90


async def test_one_that_is_put_off_again_and_again_has_waited_since_its_request(fresh: Callable[..., Any]) -> None:
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(request())
        for attempt in (1, 2, 3):
            hand.now += timedelta(seconds=30)
            claim = ClaimSms(claim_id=derived("claim", attempt), sms_id=SMS, lease_s=LEASE.total_seconds())
            await hand.asked(claim)
            answer_id = derived("answer", attempt)
            await hand.asked(RecordAnswer(answer_id=answer_id, sms_id=SMS, attempt=attempt, answer="not-taken"))

        async with database.connection() as connection:
            await metrics.measure(connection)

    assert value("bifang_sms_waiting_oldest_seconds", lane="urgent") == 90


def test_every_lane_and_outcome_is_there_from_the_start() -> None:
    shown = {(s.labels["lane"], s.labels["outcome"]) for family in metrics.SMS.collect() for s in family.samples}

    lanes, outcomes = ("urgent", "normal", "bulk"), metrics.OUTCOMES.values()
    assert shown >= {(lane, outcome) for lane in lanes for outcome in outcomes}


def test_what_is_not_about_an_sms_is_left_alone() -> None:
    metrics.count(request(), replace(submitting(), lane="no lane"))

    assert value("bifang_sms_total", lane="no lane", outcome="accepted") is None
