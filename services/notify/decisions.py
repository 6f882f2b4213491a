"""Everything notify hears, and the hour at which silence has lasted too long; the rules stand in `domain`."""

from collections.abc import Callable
from datetime import datetime

from bus.decisions import Decision, Decisions
from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from contracts.visits import DutyDone, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify import domain
from services.notify.domain import Notice, Outcome
from services.notify.tables import notice_store

notice = Decisions(of=Notice, kept_in=notice_store, wakes_at=domain.next_change)


def _hears(event: type[Event], rule: Callable[..., Outcome]) -> None:
    def decide(state: Notice, fact: Event, now: datetime) -> Decision[Notice]:
        return Decision(*rule(state, fact, now))

    notice.hears(event)(decide)


_hears(PersonCard, domain.card_heard)
_hears(DutyOpened, domain.duty_opened)
_hears(DutyEscalated, domain.duty_escalated)
_hears(DutyDone, domain.duty_closed)
_hears(DutyWaived, domain.duty_closed)
_hears(DutySuperseded, domain.duty_closed)
_hears(DeathReported, domain.death_heard)
_hears(DeathRetracted, domain.death_retracted)
_hears(SmsAccepted, domain.status_heard)
_hears(SmsDelivered, domain.status_heard)
_hears(SmsFailed, domain.status_heard)
_hears(SmsUnknown, domain.status_heard)
_hears(SmsHeldBack, domain.status_heard)
_hears(SmsReplied, domain.replied)


@notice.woken
def silence_has_lasted_too_long(state: Notice, now: datetime) -> Decision[Notice]:
    """An urgent SMS of which nothing came back: the case goes on to the next."""
    return Decision(*domain.the_hour_has_come(state, now))
