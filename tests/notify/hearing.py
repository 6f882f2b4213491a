"""The table by which a test hears facts, the one that the service's own declarations will be."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.notify import SmsRequested
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from contracts.visits import DutyDone, DutyDueSoon, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify.domain import (
    Notice,
    card_heard,
    death_heard,
    death_retracted,
    due_soon_heard,
    duty_closed,
    duty_escalated,
    duty_opened,
    replied,
    settle,
    status_heard,
)
from tests.notify.faces import at, zhang

HEARS: dict[type[Event], Callable[[Notice, Any, datetime], tuple[Notice, tuple[Event, ...]]]] = {
    DutyOpened: duty_opened,
    DutyDueSoon: due_soon_heard,
    DutyEscalated: duty_escalated,
    DutyDone: duty_closed,
    DutyWaived: duty_closed,
    DutySuperseded: duty_closed,
    PersonCard: card_heard,
    DeathReported: death_heard,
    DeathRetracted: death_retracted,
    SmsReplied: replied,
    **dict.fromkeys((SmsAccepted, SmsDelivered, SmsFailed, SmsUnknown, SmsHeldBack), status_heard),
}


class Told:
    """One person, one fact after the other; what was said is kept."""

    def __init__(self, *facts: Event, now: datetime | None = None) -> None:
        self.notice, self.now = zhang(), now or at(0)
        self.said: list[Event] = []
        self.hear(*facts)

    def hear(self, *facts: Event, now: datetime | None = None) -> tuple[Event, ...]:
        """What was said to just these facts; after each of them everything is settled."""
        self.now = now or self.now
        here: list[Event] = []
        for fact in facts:
            self.notice, said = HEARS[type(fact)](self.notice, fact, self.now)
            assert settle(self.notice, self.now) == (self.notice, ())
            here += said
        self.said += here
        return tuple(here)

    @property
    def requests(self) -> list[SmsRequested]:
        return [fact for fact in self.said if isinstance(fact, SmsRequested)]
