"""Everything notify hears of a person or an SMS, and the hours of notice, tray and reach; the rules stand in `domain`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Decisions, FanOut
from contracts.digest import is_digest, own_of
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import HolderId
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from contracts.visits import DutyDone, DutyDueSoon, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify import domain
from services.notify.domain import Notice, Outcome, Reach, Reliance, Relied, Reminder, Report, Told, Tray
from services.notify.requests import Rely, Remind, ReportUnreachable
from services.notify.tables import notice_store, reach_store, tray_store

OfAnSms = SmsAccepted | SmsDelivered | SmsFailed | SmsUnknown | SmsHeldBack | SmsReplied

notice = Decisions(of=Notice, kept_in=notice_store, wakes_at=domain.next_change, zh="短信事项")
tray = Decisions(of=Tray, kept_in=tray_store, wakes_at=domain.digest_hour, zh="汇总短信")
reach = Decisions(of=Reach, kept_in=reach_store, wakes_at=domain.hour_of_reach, zh="可达")


def _hears(event: type[Event], rule: Callable[..., Outcome], key: Callable[..., UUID | None] | None = None) -> None:
    def decide(state: Notice, fact: Event, now: datetime) -> Decision[Notice]:
        return _following(state, *rule(state, fact, now), now)

    notice.hears(event, key=key or (lambda event: event.key))(decide)


def _following(before: Notice, state: Notice, facts: tuple[Event, ...], now: datetime) -> Decision[Notice]:
    """Whatever was decided: what is due soon lies before whoever must act now, and holders know that they are counted on."""
    after, laid = domain.lay(state, now)
    into_trays = (_into_tray(holder_id, reminder) for holder_id, reminder in laid)
    counted_on = (_counted_on(after, reliance) for reliance in domain.reliances(before, after, now))
    return Decision(after, facts, fan_out=(*into_trays, *counted_on))


def _counted_on(state: Notice, of: Reliance) -> FanOut:
    request = Rely(
        holder_id=of.holder_id, person_id=state.person_id, role=of.role, city=of.city, county=of.county,
        unit_id=of.of.unit_id, phone=of.of.phone, above=of.of.above, people=of.people, said_at=of.said_at,
    )  # fmt: skip
    return FanOut(of=reach.name, column="holder_id", value=of.holder_id, request=request)


def _with_passed(state: Reach, facts: tuple[Event, ...], passed: tuple[domain.Passed, ...]) -> Decision[Reach]:
    return Decision(state, facts, fan_out=tuple(_to_above(holder_id, report) for holder_id, report in passed))


def _to_above(holder_id: HolderId, of: Report) -> FanOut:
    request = ReportUnreachable(
        holder_id=holder_id, of=of.below_id, role=of.role, city=of.city, county=of.county, since=of.since,
        stands=of.stands, said_at=of.said_at,
    )  # fmt: skip
    return FanOut(of=reach.name, column="holder_id", value=holder_id, request=request)


def _into_tray(holder_id: HolderId, of: Reminder) -> FanOut:
    request = Remind(
        holder_id=holder_id, duty_id=of.duty_id, role=of.role, city=of.city, county=of.county, due_at=of.due_at,
        reminded_at=of.reminded_at, phone=of.phone, stands=of.stands, said_at=of.said_at,
    )  # fmt: skip
    return FanOut(of=tray.name, column="holder_id", value=holder_id, request=request)


def _hears_of_sms(event: type[OfAnSms], of_a_case: Callable[..., Outcome], of_a_digest: Callable[..., Told]) -> None:
    """A holder's own SMS is no person's: where the others say whose it was, a digest says whose tray; a test no more than that."""

    def decide(state: Tray, fact: OfAnSms, now: datetime) -> Decision[Tray]:
        return Decision(*of_a_digest(state, fact, now))

    _hears(event, of_a_case, key=lambda said: None if own_of(said.sms_id) is not None else said.person_id)
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


@reach.hears(SmsDelivered, key=lambda said: said.holder_id if said.phone_index is not None else None)
def an_sms_is_on_the_handset(state: Reach, said: SmsDelivered, now: datetime) -> Decision[Reach]:
    """Whichever SMS it was, it proves that they are reached at this number."""
    assert said.phone_index is not None
    return _with_passed(*domain.delivered(state, said.phone_index, said.delivered_at, now))


@reach.hears(SmsReplied, key=lambda said: said.holder_id)
def somebody_answered(state: Reach, said: SmsReplied, now: datetime) -> Decision[Reach]:
    """Whichever SMS it answers; and what it says of a case is the notice's."""
    return _with_passed(*domain.answered(state, said.phone_index, said.answer, said.replied_at, now))


@reach.asked(Rely)
def rely(state: Reach, request: Rely, now: datetime) -> Decision[Reach]:
    """What a person's card says of them; it asks again whenever that changes."""
    of = Relied(request.unit_id, request.phone, request.above)
    said = Reliance(request.holder_id, request.role, request.city, request.county, of, request.people, request.said_at)
    return _with_passed(*domain.relied_on(state, said, now))


@reach.asked(ReportUnreachable)
def report_unreachable(state: Reach, request: ReportUnreachable, now: datetime) -> Decision[Reach]:
    """Told up: they are to learn of it, or no more."""
    said = Report(
        request.of, request.role, request.city, request.county, request.since, request.stands, request.said_at
    )
    return _with_passed(*domain.reported(state, said, now))


@reach.woken
def the_hour_of_the_test_has_come(state: Reach, now: datetime) -> Decision[Reach]:
    """A test goes out, its time is over, or a report is told."""
    return _with_passed(*domain.the_hour_of_the_test_has_come(state, now))


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
