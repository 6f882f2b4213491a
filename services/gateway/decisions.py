"""Everything the gateway hears and asks of itself; the rules stand in `domain`."""

from datetime import datetime, timedelta

from bus.decisions import Decision, Decisions
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsUnknown
from contracts.notify import SmsRequested, SmsWithdrawn
from services.gateway import domain
from services.gateway.domain import Outgoing, Reading, State
from services.gateway.requests import Claimed, ClaimSms, RecordAnswer, RecordReceipt, Stored, TakeReply
from services.gateway.tables import outgoing_store

outgoing = Decisions(of=Outgoing, kept_in=outgoing_store, wakes_at=domain.next_change, zh="待发短信")


@outgoing.hears(SmsRequested, key=lambda request: request.sms_id)
def an_sms_is_requested(state: Outgoing, request: SmsRequested, now: datetime) -> Decision[Outgoing]:
    """Queued once, unless it was withdrawn before."""
    return Decision(*domain.requested(state, request, now))


@outgoing.hears(SmsWithdrawn, key=lambda withdrawal: withdrawal.sms_id)
def an_sms_is_withdrawn(state: Outgoing, withdrawal: SmsWithdrawn, now: datetime) -> Decision[Outgoing]:
    """What no carrier was given is held back; remembered also before the request is heard."""
    return Decision(*domain.withdrawn(state, withdrawal, now))


def _reminds(event: type[Event]) -> None:
    """Our own word comes back from Kafka: news only to a database that was set back."""

    def decide(state: Outgoing, own: domain.Said, now: datetime) -> Decision[Outgoing]:
        return Decision(*domain.reminded(state, own, now))

    outgoing.hears(event, key=lambda own: own.sms_id)(decide)  # type: ignore[attr-defined, arg-type]


for _status in (SmsAccepted, SmsDelivered, SmsFailed, SmsUnknown, SmsHeldBack):
    _reminds(_status)


@outgoing.asked(ClaimSms)
def claim_sms(state: Outgoing, request: ClaimSms, now: datetime) -> Decision[Outgoing]:
    """From here on the carrier may have it."""
    after, facts = domain.claimed(state, now, timedelta(seconds=request.lease_s))
    if after.state is not State.SUBMITTING or after.attempt == state.attempt:
        return Decision(after, facts, answer=Claimed(attempt=0))
    return Decision(after, facts, answer=Claimed(attempt=after.attempt, phone=after.phone, text=after.text))


@outgoing.asked(RecordAnswer)
def record_answer(state: Outgoing, request: RecordAnswer, now: datetime) -> Decision[Outgoing]:
    """Accepted, refused for good, not taken now, or unknown: then it is never sent again by itself."""
    after, facts = domain.answered(state, request.attempt, request.said(), now, timedelta(seconds=request.pause_s))
    return Decision(after, facts, answer=Stored(at=now))


@outgoing.asked(RecordReceipt)
def record_receipt(state: Outgoing, request: RecordReceipt, now: datetime) -> Decision[Outgoing]:
    """Receipts only move an SMS forward."""
    after, facts = domain.receipt(state, request.ref, request.stat, now)
    return Decision(after, facts, answer=Stored(at=now))


@outgoing.asked(TakeReply)
def take_reply(state: Outgoing, request: TakeReply, now: datetime) -> Decision[Outgoing]:
    """What a holder wrote back; the case is not decided here."""
    reading = Reading(request.answer, request.code)
    after, fact = domain.replied(state, request.reply_id, request.text, reading, now)
    return Decision(after, (fact,), answer=Stored(at=now))


@outgoing.woken
def a_lease_or_a_life_has_ended(state: Outgoing, now: datetime) -> Decision[Outgoing]:
    """A lease without an answer leaves the SMS unknown."""
    return Decision(*domain.woken(state, now))
