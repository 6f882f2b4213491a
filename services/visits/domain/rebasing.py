"""A named person puts running duties under the version in force (feature 26): otherwise each keeps its own.

Choices made here:
- a duty that is not missed is due by the new window, counted from where it always counted from, but not before this hour;
- one that is missed keeps its due time and its rung: a re-base forgives nobody, and makes no old miss younger (P1);
- of what an event raised only the class is asked again, not the situation that has passed meanwhile;
- where the version in force has another party or role owe it, the duty ends and another of the same age takes its place;
- what an earlier re-base took away is owed again, as it was, when the version in force asks for it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import DutyId, derived
from services.visits.domain import telling
from services.visits.domain.calendar import Period, Periods, deadline, is_birthday
from services.visits.domain.care import CALENDAR, By, Care, ClosedAs, Decided, Duty
from services.visits.domain.causes import EVENTS, Causes, care_ended, instead_of_usual, situations, standing
from services.visits.domain.episode import episode
from services.visits.domain.means import means_now
from services.visits.domain.reconcile import WITHOUT
from services.visits.domain.rules import Cadence, CountedFrom, OnDeath, Rule, Trigger, Without, Yearly
from services.visits.domain.settle import remind_at, settle

Due = tuple[datetime, bool]
"""The due time, and whether its days were counted plainly."""


def rebase(care: Care, rebase_id: UUID, only: str | None, now: datetime) -> Decided:
    """All open duties of older versions, or those of one rule, come under the version in force, or end by it."""
    if care.kind is None:
        return care, ()
    facts: list[Event] = []
    for duty in [duty for duty in care.duties.values() if only in (None, duty.rule)]:
        if duty.closed_by is By.POLICY and duty.followed_by is None:
            care, told = _given_back(care, duty, rebase_id, now)
        elif duty.is_open and duty.policy != care.policy.version:
            care, told = _rebased(care, duty, rebase_id, now)
        else:
            continue
        facts += told
    settled, after = settle(care, now)
    return settled, (*facts, *after)


def _rebased(care: Care, duty: Duty, rebase_id: UUID, now: datetime) -> Decided:
    rule = _asked(care, duty, now)
    if rule is None:
        gone = _ended(duty, rebase_id, now)
        return _with(care, gone), (telling.superseded(care, gone),)
    moved = _under(care, duty, rule, now)
    if (rule.party, rule.role) == (duty.party, duty.role):
        return _with(care, moved), (telling.changed(care, moved, now),)
    heir = _heir(care, moved, rule, rebase_id, now)
    gone = replace(_ended(duty, rebase_id, now), followed_by=heir.duty_id)
    return _with(care, gone, heir), (telling.opened(care, heir, now), telling.superseded(care, gone))


def _given_back(care: Care, duty: Duty, rebase_id: UUID, now: datetime) -> Decided:
    rule = _asked(care, duty, now)
    if rule is None or not _stands(care, duty, rule):
        return care, ()
    open_ = replace(duty, closed_at=None, closed_as=None, closed_by=None, closed_by_id=None)
    back = _under(care, open_, rule, now)
    if (rule.party, rule.role) == (duty.party, duty.role):
        return _with(care, back), (telling.opened(care, back, now),)
    heir = _heir(care, back, rule, rebase_id, now)
    return _with(care, replace(duty, followed_by=heir.duty_id), heir), (telling.opened(care, heir, now),)


def _asked(care: Care, duty: Duty, now: datetime) -> Rule | None:
    """The rule of its name in force here, if it asks for such a duty of this person; None = it is gone."""
    rule = care.policy.rules_of(care.county).get(duty.rule)
    if rule is None or not rule.who.may_fit(care.kind, care.category, care.rank):
        return None
    match rule.when:
        case Trigger(event=event, of=of):
            raised = standing(care).get(duty.cause_kind, {}).get(duty.cause_id) if duty.cause_id is not None else None
            fits = EVENTS[event] == duty.cause_kind and (raised is None or not of or raised.what in of)
        case Cadence() | Yearly():
            fits = duty.cause_kind == CALENDAR and _concerns_now(care, rule, now)
        case Without():
            fits = duty.cause_kind == WITHOUT and _concerns_now(care, rule, now)
    return rule if fits else None


def _concerns_now(care: Care, rule: Rule, now: datetime) -> bool:
    held = situations(care)
    wanted = [held[name] for name in rule.who.situations if name in held]
    in_one = not rule.who.situations or any(since <= now for since in wanted)
    return in_one and rule.who.of_age(care.born_on, now.astimezone(care.policy.zone).date())


def _stands(care: Care, duty: Duty, rule: Rule) -> bool:
    """Its ground is still there: the person, and the cause."""
    if care_ended(care) is not None or (rule.on_death is OnDeath.SUPERSEDE and episode(care) is not None):
        return False
    return duty.cause_id is None or duty.cause_id in standing(care).get(duty.cause_kind, {})


def _under(care: Care, duty: Duty, rule: Rule, now: datetime) -> Duty:
    """The duty as the version in force has it: its means, its window, its ladder."""
    means, instead = means_now(rule.means, instead_of_usual(care, now)[0])
    due_at, plainly = duty.due_at, duty.counted_plainly
    if duty.missed_at is None:
        due_at, plainly = _due(care, duty, rule, standing(care))
        due_at = max(due_at, now)
    moved = replace(
        duty,
        policy=care.policy.version,
        county=care.county,
        kind=means.kind,
        strength=means.strength,
        instead=instead,
        due_at=due_at,
        own_due_at=duty.own_due_at if duty.missed_at is not None else None,
        counted_plainly=plainly,
        remind_at=remind_at(rule, due_at, now) if duty.missed_at is None else None,
        rung=min(duty.rung, len(rule.ladder)),
    )
    return replace(moved, next_rung_at=_next_rung_at(care, moved, rule))


def _next_rung_at(care: Care, duty: Duty, rule: Rule) -> datetime | None:
    """By the new ladder; who has said that they know of it keeps the time that this gives them."""
    if duty.rung == len(rule.ladder):
        return None
    at = duty.due_at + rule.ladder[duty.rung].after
    if duty.acknowledged_at is not None and duty.acknowledged_rung == duty.rung:
        return max(at, duty.acknowledged_at + care.policy.acknowledgement_holds)
    return at


def _due(care: Care, duty: Duty, rule: Rule, causes: Causes) -> Due:
    """By the window of the version in force, from the same base. Where there is none to count from, as it was."""
    was = duty.due_at, duty.counted_plainly
    match rule.when:
        case Trigger(due=due, counted_from=counted_from):
            raised = causes.get(duty.cause_kind, {}).get(duty.cause_id) if duty.cause_id is not None else None
            if raised is None:
                return was
            happened = counted_from is CountedFrom.HAPPENED
            return deadline(care.policy, (raised.happened_at if happened else None) or raised.known_at, due)
        case Without(due=due):
            return duty.cause_at + due, False
        case when:
            period = min(
                _periods(care, duty, when), key=lambda period: abs(period.begins - duty.cause_at), default=None
            )
            return (period.due_at, False) if period is not None else was


def _periods(care: Care, duty: Duty, when: Cadence | Yearly) -> Iterator[Period]:
    """Those of the same sort that may be meant, also where the rule begins them some days earlier or later now."""
    if is_birthday(when) and care.born_on is None:
        return
    periods = Periods(when, care.policy, care.born_on)
    period = periods.of(duty.cause_at.astimezone(care.policy.zone).date())
    if period.occurrence.partition(":")[0] == duty.occurrence.partition(":")[0]:
        yield period
        yield periods.after(period)


def _heir(care: Care, moved: Duty, rule: Rule, rebase_id: UUID, now: datetime) -> Duty:
    """The same duty, owed by another: one overdue visit, three weeks old, not a new one."""
    text = f"{moved.occurrence.partition('@')[0]}@{rebase_id}"
    return replace(
        moved,
        duty_id=DutyId(derived("duty", care.person_id, rule.name, rule.party, text)),
        party=rule.party,
        role=rule.role,
        occurrence=text,
        opened_at=now,
        answering=moved.answering if moved.rung else rule.role,
    )


def _ended(duty: Duty, rebase_id: UUID, now: datetime) -> Duty:
    return replace(duty, closed_at=now, closed_as=ClosedAs.SUPERSEDED, closed_by=By.POLICY, closed_by_id=rebase_id)


def _with(care: Care, *duties: Duty) -> Care:
    return replace(care, duties={**care.duties, **{duty.duty_id: duty for duty in duties}})
