"""Senders with a real carrier: by the carrier's own ledger no SMS is sent twice, whoever dies or stops."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bus.testing import ByHand
from contracts.gateway import SmsAccepted, SmsDelivered, SmsUnknown
from services.gateway.domain import Outgoing, State, claimed
from services.gateway.domain.outgoing import Outcome
from services.gateway.sender import LineEnded
from services.gateway.smpp import CarrierLink
from tests.gateway.conftest import CarrierProcess
from tests.gateway.faces import SMS, request, withdrawal
from tests.gateway.senders import (
    FIFTY,
    LEASE,
    OTHER,
    Beside,
    claims,
    comes,
    hand,
    senders,
    somebody_waits_for_a_lock,
    state,
    the_carrier_has,
)

__all__ = ["hand"]


async def test_of_two_senders_that_see_the_same_queue_one_sends_each_sms(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    await hand.hears(*(request(sms_id) for sms_id in FIFTY))

    async with senders(hand, own_carrier, 2):
        await comes(hand, State.DELIVERED, *FIFTY)

    ledger = Counter(line["sms_id"] for line in await own_carrier.ledger())
    assert ledger == {str(sms_id): 1 for sms_id in FIFTY}
    assert await claims(hand) > len(FIFTY), "they did not meet"
    said = Counter((type(event), event.sms_id) for event in await hand.said())  # type: ignore[attr-defined]
    accepted = {(SmsAccepted, sms_id): 1 for sms_id in FIFTY}  # less where a receipt overtook the carrier's answer
    assert said | accepted == accepted | {(SmsDelivered, sms_id): 1 for sms_id in FIFTY}


async def test_were_a_claim_no_compare_and_set_the_ledger_would_show_it(
    hand: ByHand, own_carrier: CarrierProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(sms: Outgoing, now: datetime, lease: timedelta) -> Outcome:
        return replace(sms, state=State.SUBMITTING, attempt=sms.attempt + 1, lease_until=now + lease), ()

    monkeypatch.setattr("services.gateway.domain.claimed", always)
    await hand.hears(*(request(sms_id) for sms_id in FIFTY))

    async with senders(hand, own_carrier, 2), asyncio.timeout(20):
        while len(await own_carrier.ledger()) <= len(FIFTY):
            await asyncio.sleep(0.1)

    assert (await own_carrier.ask("GET", "/ledger"))["taken_twice"] != []


async def test_one_whose_sender_died_is_unknown_and_never_sent_again(hand: ByHand, own_carrier: CarrierProcess) -> None:
    await own_carrier.ask("POST", "/mode", mode="hold")
    await hand.hears(request())
    async with senders(hand, own_carrier, 1) as (one,):
        await the_carrier_has(own_carrier, 1)
        await one.dies()
    left = await hand.said()

    hand.now += LEASE
    said = left + await hand.waits(timedelta(seconds=1))
    await hand.hears(request(), request(OTHER))
    await own_carrier.ask("POST", "/mode", mode="normal")
    async with senders(hand, own_carrier, 1):
        await comes(hand, State.DELIVERED, OTHER)

    assert [(type(event), event.why) for event in said if isinstance(event, SmsUnknown)] == [
        (SmsUnknown, "lease-ended")
    ]
    assert [line["sms_id"] for line in await own_carrier.ledger()] == [str(SMS), str(OTHER)]


async def test_a_sender_that_is_stopped_stores_the_answers_that_are_on_their_way(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    await own_carrier.ask("POST", "/mode", mode="slow")
    await hand.hears(request())

    async with senders(hand, own_carrier, 1):
        await the_carrier_has(own_carrier, 1)
    said = await hand.said() + await hand.waits(LEASE + timedelta(seconds=1))

    assert (await state(hand)).state in (State.ACCEPTED, State.DELIVERED)
    assert SmsUnknown not in map(type, said)


async def test_a_sender_that_is_stopped_while_it_claims_sends_what_it_has_claimed(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    await hand.hears(request())

    async with AsyncExitStack() as held:
        other = await held.enter_async_context(hand.database.transaction())
        await other.execute("SELECT FROM outgoing FOR UPDATE")
        async with senders(hand, own_carrier, 1) as (one,):
            await somebody_waits_for_a_lock(hand)
            stopping = asyncio.create_task(one.ends())
            await asyncio.sleep(0.1)
            await held.aclose()
            await stopping

    assert len(await own_carrier.ledger(SMS)) == 1
    assert (await state(hand)).state in (State.ACCEPTED, State.DELIVERED)


async def test_what_a_carrier_has_not_answered_when_its_sender_stops_is_unknown_at_once(
    hand: ByHand, own_carrier: CarrierProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.sender.ANSWERS_WITHIN_S", 0.3)
    await own_carrier.ask("POST", "/mode", mode="hold")
    await hand.hears(request())

    async with senders(hand, own_carrier, 1):
        await the_carrier_has(own_carrier, 1)
    said = await hand.said()

    assert [(type(event), event.why) for event in said if isinstance(event, SmsUnknown)] == [(SmsUnknown, "no-answer")]


async def test_no_more_is_claimed_than_the_carrier_may_have_at_once_so_a_withdrawal_reaches_the_rest(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    await own_carrier.ask("POST", "/mode", mode="hold")
    await hand.hears(*(request(sms_id) for sms_id in FIFTY))

    async with senders(hand, own_carrier, 1, window=3):
        await the_carrier_has(own_carrier, 3)
        await asyncio.sleep(0.3)
        states = {sms_id: (await state(hand, sms_id)).state for sms_id in FIFTY}
        await hand.hears(*(withdrawal(sms_id) for sms_id in FIFTY))
        await own_carrier.ask("POST", "/mode", mode="normal")
        await comes(hand, State.DELIVERED, *(sms_id for sms_id in FIFTY if states[sms_id] is State.SUBMITTING))

    assert Counter(states.values()) == {State.SUBMITTING: 3, State.QUEUED: 47}
    assert len(await own_carrier.ledger()) == 3


async def test_a_claim_that_fails_takes_no_other_with_it(
    hand: ByHand, own_carrier: CarrierProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sick(sms: Outgoing, now: datetime, lease: timedelta) -> Outcome:
        if sms.sms_id == FIFTY[0]:
            raise ZeroDivisionError
        return claimed(sms, now, lease)

    monkeypatch.setattr("services.gateway.domain.claimed", sick)
    await hand.hears(*(request(sms_id) for sms_id in FIFTY[:5]))

    async with senders(hand, own_carrier, 1) as (one,):
        with pytest.raises(ZeroDivisionError):
            await one.sending

    assert {line["sms_id"] for line in await own_carrier.ledger()} == {str(sms_id) for sms_id in FIFTY[1:5]}
    for sms_id in FIFTY[1:5]:
        assert (await state(hand, sms_id)).state in (State.ACCEPTED, State.DELIVERED)


async def test_a_line_that_ends_by_itself_ends_the_sender(
    hand: ByHand, own_carrier: CarrierProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its supervisor starts it again; a sender without a line would look alive."""

    async def ends(_: CarrierLink) -> None:
        raise OSError("a defect that looks like a carrier that is away")

    monkeypatch.setattr(CarrierLink, "run", ends)

    with pytest.raises(LineEnded):
        await asyncio.wait_for(Beside(hand, own_carrier, 10, asyncio.Barrier(1)).sender.run(), 5)
