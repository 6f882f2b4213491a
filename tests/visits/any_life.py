"""Any life whatever: everything that may be heard, done and waited for, and how it is lived."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.refused import Refused
from services.visits.domain import Care, Duty
from services.visits.domain.rules import Cadence, Every, Hour, Selector, Stack
from tests.visits.town import (
    GREETING,
    MOURNING,
    NEED,
    OTHER_REPORT,
    OTHER_STAY,
    REPORT,
    REPORTING,
    STAY,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    WEEKLY,
    WIDOWED,
    Life,
    admitted,
    after,
    cancelled,
    card,
    contact,
    died,
    discharge_cancelled,
    discharged,
    enrolled,
    hours,
    in_need,
    life,
    lives,
    policy,
    rule,
    says_cannot,
    says_known,
    widowed,
)

MONTHLY = rule("monthly", Cadence(Every.MONTH, Hour(2, WEDNESDAY.time()), None, day=5), stack=Stack.SUPERSEDE)
LYING_IN = rule("lying-in", WEEKLY, who=Selector(situations=frozenset({"lying-in"})))
A_WEEK_LATER = rule("a-week-later", after("family-changed", hours(240), opens=hours(168)), stack=Stack.SUPERSEDE)
LATEST_WARD = replace(WARD, name="latest-ward", stack=Stack.SUPERSEDE)
RULES = (LATEST_WARD, WARD, WARD_BY_HALL, MOURNING, GREETING, REPORTING, WIDOWED, NEED, MONTHLY, LYING_IN, A_WEEK_LATER)

Act = Callable[[Life, datetime], None]


def hearing(make: Callable[[datetime], Event]) -> Act:
    return lambda li, now: void(li.hears(make(now), at=now))


def void(_: object) -> None:
    return None


def of_some_duty(says: Callable[[Duty, str, datetime], Event], answering: bool) -> Act:
    def act(li: Life, now: datetime) -> None:
        for duty in li.open()[:1]:
            li.hears(says(duty, duty.answering if answering else duty.role, now), at=now)

    return act


def recording(n: int, party: str, role: str, outcome: str) -> Act:
    def act(li: Life, now: datetime) -> None:
        try:
            li.records(contact(now, n, party=party, role=role, outcome=outcome))
        except Refused:
            return

    return act


ACTS: list[Act] = [
    hearing(lambda now: enrolled()),
    hearing(lambda now: card(1)),
    hearing(lambda now: card(2, "at-home")),
    hearing(lambda now: card(3, "alone", roles=("clerk", "warden", "neighbour"))),
    hearing(lambda now: admitted(STAY)),
    hearing(lambda now: admitted(OTHER_STAY)),
    hearing(lambda now: cancelled(STAY)),
    hearing(lambda now: cancelled(OTHER_STAY)),
    hearing(lambda now: discharged(at=now)),
    hearing(lambda now: discharge_cancelled(at=now)),
    hearing(lambda now: died(REPORT, now)),
    hearing(lambda now: died(OTHER_REPORT, now)),
    hearing(lambda now: lives(REPORT, now)),
    hearing(lambda now: lives(OTHER_REPORT, now)),
    hearing(widowed),
    hearing(in_need),
    *(of_some_duty(says, answering) for says in (says_known, says_cannot) for answering in (True, False)),
    *(recording(n, "street", "neighbour", "found") for n in range(3)),
    recording(4, "hall", "warden", "found"),
    recording(5, "mill", "clerk", "out"),
    recording(6, "mill", "clerk", "found"),
    lambda li, now: void(li.wakes(now)),
    lambda li, now: li.under(policy(*RULES, version="v2")),
]
PAUSES = st.integers(1, 15 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
a_few = settings(max_examples=60, deadline=None)
LIVES = st.lists(st.tuples(PAUSES, st.sampled_from(ACTS)), max_size=14)


def live(acts: list[tuple[timedelta, Act]]) -> tuple[Life, datetime]:
    li, now = life(*RULES, heard=(enrolled(),)), WEDNESDAY
    for pause, act in acts:
        now += pause
        act(li, now)
    li.wakes(now)
    return li, now


def burden(care: Care) -> set[tuple[object, ...]]:
    return {
        (duty.duty_id, duty.due_at, duty.rung, duty.answering, duty.next_rung_at, duty.missed_at is None)
        for duty in care.duties.values()
        if duty.is_open
    }
