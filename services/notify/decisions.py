"""Everything notify hears of a person or an SMS, and the hours of notice and tray; the rules stand in `domain`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Decisions, FanOut
from contracts.digest import is_digest
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import HolderId
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from contracts.visits import DutyDone, DutyDueSoon, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify import domain
from services.notify.domain import Notice, Outcome, Reminder, Told, Tray
from services.notify.requests import Remind
from services.notify.tables import notice_store, tray_store

OfAnSms = SmsAccepted | SmsDelivered | SmsFailed | SmsUnknown | SmsHeldBack | SmsReplied

notice = Decisions(of=Notice, kept_in=notice_store, wakes_at=domain.next_change, zh="短信事项")
tray = Decisions(of=Tray, kept_in=tray_store, wakes_at=domain.digest_hour, zh="汇总短信")


def _hears(event: type[Event], rule: Callable[..., Outcome], key: Callable[..., UUID | None] | None = None) -> None:
    def decide(state: Notice, fact: Event, now: datetime) -> Decision[Notice]:
        return _reminding(*rule(state, fact, now), now)

    notice.hears(event, key=key or (lambda event: event.key))(decide)


def _reminding(state: Notice, facts: tuple[Event, ...], now: datetime) -> Decision[Notice]:
    """Whatever was decided, what is due soon lies before whoever must act now."""
    after, laid = domain.lay(state, now)
    return Decision(after, facts, fan_out=tuple(_into_tray(holder_id, reminder) for holder_id, reminder in laid))


def _into_tray(holder_id: HolderId, of: Reminder) -> FanOut:
    request = Remind(
        holder_id=holder_id, duty_id=of.duty_id, role=of.role, city=of.city, county=of.county, due_at=of.due_at,
        reminded_at=of.reminded_at, phone=of.phone, stands=of.stands, said_at=of.said_at,
    )  # fmt: skip
    return FanOut(of=tray.name, column="holder_id", value=holder_id, request=request)


def _hears_of_sms(event: type[OfAnSms], of_a_case: Callable[..., Outcome], of_a_digest: Callable[..., Told]) -> None:
    """A digest is no person's: where the others say whose SMS it was, it says whose tray."""

    def decide(state: Tray, fact: OfAnSms, now: datetime) -> Decision[Tray]:
        return Decision(*of_a_digest(state, fact, now))

    _hears(event, of_a_case, key=lambda said: None if is_digest(said.sms_id) else said.person_id)
    tray.hears(event, key=lambda said: said.person_id if is_digest(said.sms_id) else None)(decide)


_hears(PersonCard, domain.card_heard)
_hears(DutyOpened, domain.duty_opened)
_hears(DutyDueSoon, domain.due_soon_heard)
_hears(DutyEscalated, domain.duty_escalated)
_hears(DutyDone, domain.duty_closed)
_hears(DutyWaived, domain.duty_closed)
_hears(DutySuperseded, domain.duty_closed)
_hears(DeathReported, domain.death_heard)
_hears(DeathRetracted, domain.death_retracted)
_hears_of_sms(SmsAccepted, domain.status_heard, domain.digest_status_heard)
_hears_of_sms(SmsDelivered, domain.status_heard, domain.digest_status_heard)
_hears_of_sms(SmsFailed, domain.status_heard, domain.digest_status_heard)
_hears_of_sms(SmsUnknown, domain.status_heard, domain.digest_status_heard)
_hears_of_sms(SmsHeldBack, domain.status_heard, domain.digest_status_heard)
_hears_of_sms(SmsReplied, domain.replied, domain.digest_replied)


@notice.woken
def silence_has_lasted_too_long(state: Notice, now: datetime) -> Decision[Notice]:
    """An urgent SMS of which nothing came back: the case goes on to the next."""
    return Decision(*domain.the_hour_has_come(state, now))


@tray.asked(Remind)
def remind(state: Tray, request: Remind, now: datetime) -> Decision[Tray]:
    """What a person's notice says of one duty; it asks again whenever that changes."""
    said = Reminder(
        request.duty_id, request.role, request.city, request.county, request.due_at, request.reminded_at, request.phone,
        request.stands, request.said_at,
    )  # fmt: skip
    return Decision(*domain.reminded(state, said, now))


@tray.woken
def the_hour_of_the_digest_has_come(state: Tray, now: datetime) -> Decision[Tray]:
    """One SMS for all that is due soon."""
    return Decision(*domain.the_digest_hour_has_come(state, now))
