"""The gateway by hand and with a real carrier: by the carrier's own ledger, no SMS is sent twice, whoever dies."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bus.testing import ByHand, bearer
from contracts.gateway import SmsAccepted, SmsDelivered, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import derived
from services.gateway.domain import State
from services.gateway.requests import RecordAnswer, RecordReceipt
from tests.gateway.conftest import CarrierProcess, until
from tests.gateway.faces import LIN_PHONE, MORNING, RING, SMS, ZHANG, at, request, withdrawal
from tests.gateway.senders import FIFTY, LEASE, OTHER, claim, comes, hand, senders, state

__all__ = ["hand"]


async def test_a_lease_without_an_answer_ends_once_and_no_claim_takes_it_after(hand: ByHand) -> None:
    await hand.hears(request())
    taken, _ = await hand.asked(claim())

    before = await hand.waits(LEASE - timedelta(seconds=1))
    ended = await hand.waits(timedelta(seconds=2))
    after = await hand.waits(timedelta(days=3))
    again, _ = await hand.asked(claim(2))

    assert (taken["attempt"], before, after, again["attempt"]) == (1, [], [], 0)
    (unknown,) = ended
    assert isinstance(unknown, SmsUnknown)
    assert (unknown.sms_id, unknown.why) == (SMS, "lease-ended")


async def test_a_withdrawal_that_overtakes_its_request_is_remembered(hand: ByHand) -> None:
    before = await hand.hears(withdrawal())
    said = await hand.hears(request(), request(), withdrawal())
    taken, _ = await hand.asked(claim())

    assert (before, taken["attempt"]) == ([], 0)
    (held_back,) = said
    assert isinstance(held_back, SmsHeldBack)
    assert (held_back.person_id, held_back.sms_id, held_back.why) == (ZHANG, SMS, "withdrawn")


async def test_what_we_said_ourselves_keeps_an_emptied_database_from_sending_again(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    await hand.hears(request())
    async with senders(hand, own_carrier, 1):
        await comes(hand, State.DELIVERED, SMS)
    own = await hand.said()
    async with hand.database.connection() as connection:
        await connection.execute("TRUNCATE outgoing, journal CASCADE")

    await hand.hears(*own, request(), request(OTHER))
    async with senders(hand, own_carrier, 1):
        await comes(hand, State.DELIVERED, OTHER)

    assert [type(event) for event in own] == [SmsAccepted, SmsDelivered]
    assert (await state(hand)).state is State.DELIVERED
    assert [line["sms_id"] for line in await own_carrier.ledger()] == [str(SMS), str(OTHER)]


async def test_a_message_from_a_number_of_a_service_is_a_strangers_and_is_not_asked_for_again(
    hand: ByHand, own_carrier: CarrierProcess
) -> None:
    async with senders(hand, own_carrier, 1):
        with capture_logs() as logs:
            for source in ("10086", "95588"):
                await own_carrier.ask("POST", "/reply", phone=source, text="您的余额不足")
            await until(lambda: len(logs) >= 2)
            await asyncio.sleep(0.5)

    assert [entry["event"] for entry in logs] == ["a reply from a number that was never written to"] * 2


async def test_a_holder_may_change_their_mind_and_change_it_back(hand: ByHand, own_carrier: CarrierProcess) -> None:
    index = RING.index.whole("phone", LIN_PHONE)
    await hand.hears(request().model_copy(update={"phone_index": index}))
    said: list[str] = []

    async with senders(hand, own_carrier, 1):
        await comes(hand, State.DELIVERED, SMS)
        for words in ("1", "2", "1"):
            await own_carrier.ask("POST", "/reply", phone=LIN_PHONE, text=words)
            before = len(said)
            async with asyncio.timeout(5):
                while len(said) == before:
                    said += [event.answer for event in await hand.said() if isinstance(event, SmsReplied)]
                    await asyncio.sleep(0.05)

    assert said == ["known", "cannot", "known"]
    assert await hand.differences() == []


@pytest.mark.parametrize(("county", "seen"), [(None, 1), ("donghu", 1), ("xihu", 0)])
async def test_nobody_sees_an_sms_outside_the_county_of_their_token(
    hand: ByHand, county: str | None, seen: int
) -> None:
    await hand.hears(request())

    async with hand.http(RING) as doors:
        headers = bearer(RING, "operations", county=county)
        listed = (await doors.get("/sms", headers=headers)).json()
        totals = (await doors.get("/sms/totals", headers=headers)).json()

    assert (len(listed), sum(totals.values())) == (seen, seen)


async def test_the_urgent_that_wait_are_found_behind_any_number_of_others(hand: ByHand) -> None:
    """Whoever must telephone them at night asks for a lane."""
    others = [request(sms_id).model_copy(update={"lane": "bulk", "requested_at": at(1)}) for sms_id in FIFTY]
    await hand.hears(request(), *others)

    async with hand.http(RING) as doors:
        path = "/sms?state=queued&lane=urgent&limit=1"
        (found,) = (await doors.get(path, headers=bearer(RING, "operations"))).json()

    assert (found["sms_id"], found["lane"]) == (str(SMS), "urgent")


async def test_the_rebuilt_tables_equal_the_live_ones(hand: ByHand) -> None:
    await hand.hears(request(), request(OTHER), withdrawal(FIFTY[0]), request(FIFTY[0]), request(FIFTY[1]))
    await hand.asked(claim())
    answer_id, receipt_id = derived("answer", 1), derived("receipt", 1)
    await hand.asked(RecordAnswer(answer_id=answer_id, sms_id=SMS, attempt=1, answer="accepted", refs=("7",)))
    await hand.asked(RecordReceipt(receipt_id=receipt_id, sms_id=SMS, ref="7", stat="DELIVRD"))
    await hand.asked(claim(2, OTHER))
    await hand.waits(at(601) - MORNING)

    states = [(await state(hand, sms_id)).state for sms_id in (SMS, OTHER, FIFTY[0], FIFTY[1])]
    assert states == [State.DELIVERED, State.UNKNOWN, State.HELD_BACK, State.HELD_BACK]
    assert await hand.differences() == []
