"""The gateway by hand and with a real carrier: by the carrier's own ledger, no SMS is sent twice, whoever dies."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bus.asking import Asking
from bus.journal import Item
from bus.running import Running
from bus.testing import ByHand, bearer
from contracts.gateway import SmsAccepted, SmsDelivered, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import SmsId, derived
from services.gateway.access import Access
from services.gateway.domain import Outgoing, State, claimed
from services.gateway.domain.outgoing import Outcome
from services.gateway.requests import ClaimSms, RecordAnswer, RecordReceipt
from services.gateway.sender import LEASE_S, LineEnded, Sender
from services.gateway.service import service
from services.gateway.smpp import CarrierLink
from tests.gateway.conftest import CarrierProcess, until
from tests.gateway.faces import LIN_PHONE, MORNING, RING, SMS, ZHANG, at, request, withdrawal

FIFTY = [SmsId(derived("sms", "one of fifty", n)) for n in range(50)]
OTHER = SmsId(derived("sms", "another"))
LEASE = timedelta(seconds=LEASE_S)


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


class Desk(Asking):
    """As every other; but the first claims wait until all senders have read the queue, or they would meet by luck."""

    meeting: asyncio.Barrier
    _met = False

    async def decide(self, items: list[Item]) -> list[bytes | Exception | None]:
        if not self._met:
            self._met = True
            await self.meeting.wait()
        return await super().decide(items)


class Beside(Running):
    """A sender, and what it needs of a service that runs: a desk of its own over the database that it shares with others.

    There is no Kafka to catch up with.
    """

    def __init__(self, hand: ByHand, carrier: CarrierProcess, window: int, meeting: asyncio.Barrier) -> None:
        self.keys, self.database = RING, hand.database
        desk = Desk(service.name, hand.database, hand.road, service.decisions, told=_nobody)
        desk.meeting = meeting
        self.asking = desk
        self.sender = Sender(self, Access("127.0.0.1", carrier.port, "bifang", "secret", window=window))

    async def caught_up(self) -> None:
        """At once."""

    def begins(self) -> None:
        self.asking.start()
        self.sending = asyncio.create_task(self.sender.run())

    async def ends(self) -> None:
        """As the service does when it is stopped: the parts first, then the desk."""
        await self.sender.stop()
        await self.asking.stop()
        await asyncio.wait([self.sending], timeout=10)

    async def dies(self) -> None:
        """Nothing that its sender still hears is stored."""
        await self.asking.stop()
        self.sending.cancel()


@asynccontextmanager
async def senders(
    hand: ByHand, carrier: CarrierProcess, count: int, *, window: int = 50
) -> AsyncIterator[list[Beside]]:
    """So many alive at once, each with a line of its own; when there is something to claim, all see the same queue."""
    meeting = asyncio.Barrier(count)
    beside = [Beside(hand, carrier, window, meeting) for _ in range(count)]
    for one in beside:
        one.begins()
    try:
        for one in beside:
            await until(lambda link=one.sender.link: link.up, 10)
        yield beside
    finally:
        for one in beside:
            await one.ends()


async def _nobody() -> None:
    """The outbox is read by hand."""


async def state(hand: ByHand, sms_id: SmsId = SMS) -> Outgoing:
    found: Outgoing = await hand.state(Outgoing, sms_id)
    return found


async def comes(hand: ByHand, wanted: State, *sms_ids: SmsId, within: float = 20) -> None:
    """Until all of them are there."""
    async with asyncio.timeout(within):
        while {(await state(hand, sms_id)).state for sms_id in sms_ids} != {wanted}:
            await asyncio.sleep(0.1)


async def the_carrier_has(carrier: CarrierProcess, count: int) -> None:
    """Until it has taken so many."""
    async with asyncio.timeout(10):
        while len(await carrier.ledger()) < count:
            await asyncio.sleep(0.02)


async def somebody_waits_for_a_lock(hand: ByHand) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10), hand.database.connection() as connection:
        while not await connection.fetch(waiting):
            await asyncio.sleep(0.02)


async def claims(hand: ByHand) -> int:
    async with hand.database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM journal WHERE type = 'ClaimSms'")
    return found


def claim(n: int = 1, sms_id: SmsId = SMS) -> ClaimSms:
    return ClaimSms(claim_id=derived("claim", n), sms_id=sms_id, lease_s=LEASE_S)


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


async def test_a_line_that_ends_by_itself_ends_the_sender(
    hand: ByHand, own_carrier: CarrierProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its supervisor starts it again; a sender without a line would look alive."""

    async def ends(_: CarrierLink) -> None:
        raise OSError("a defect that looks like a carrier that is away")

    monkeypatch.setattr(CarrierLink, "run", ends)

    with pytest.raises(LineEnded):
        await asyncio.wait_for(Beside(hand, own_carrier, 10, asyncio.Barrier(1)).sender.run(), 5)


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
