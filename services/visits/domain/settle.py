"""The duties that exist become the duties that must exist; those overdue are missed, and climb. Twice changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import DutyId, derived
from services.visits.domain import telling
from services.visits.domain.care import CALENDAR, By, Care, ClosedAs, Decided, Duty
from services.visits.domain.ladder import climb, next_rung
from services.visits.domain.reconcile import Difference, Occurrence, Withdrawal, reconcile
from services.visits.domain.rules import Stack

ROUNDS = 4
"""Danger: a difference that comes back would be opened for ever; better this one person is buried and seen."""


def settle(care: Care, now: datetime) -> Decided:
    """Everything overdue happens once, at the time when it is noticed, with the due time that it always had.

    Openings come first, then what is missed: a duty that is superseded at this very hour is not blamed, its heir is.
    """
    care, opened = reconciled(care, now)
    care, climbed = climb(care, now)
    return care, opened + climbed


def reconciled(care: Care, now: datetime) -> Decided:
    """Applies the difference until there is none; two rounds are enough for any story, more would be a defect."""
    if care.kind is None:
        return care, ()
    if care.governed_by != care.policy.version:
        care = replace(care, governed_by=care.policy.version, governed_since=now)
    facts: list[Event] = []
    for _ in range(ROUNDS):
        if not (difference := reconcile(care, now)):
            return care, tuple(facts)
        care, told = _apply(care, difference, now)
        facts += told
    raise RuntimeError(f"the duties of {care.person_id} do not settle")


def next_change(care: Care, now: datetime) -> datetime | None:
    """The earliest instant at which `settle` would do anything; `now`, when it would do so at once."""
    difference = reconcile(care, now)
    if difference:
        return now
    held = care.roles_held
    earliest = difference.next_at
    for duty in care.duties.values():
        if duty.closed_at is not None:
            continue
        for at in (duty.due_at if duty.missed_at is None else None, next_rung(care, duty, held)):
            if at is not None and (earliest is None or at < earliest):
                earliest = at
    return earliest if earliest is None else max(earliest, now)


def _apply(care: Care, difference: Difference, now: datetime) -> tuple[Care, list[Event]]:
    duties, facts = dict(care.duties), list[Event]()
    for withdrawal in difference.withdrawn:
        closed = _withdraw(withdrawal, now)
        duties[closed.duty_id] = closed
        facts.append(telling.superseded(care, closed))
    for duty in difference.returns:
        duties[duty.duty_id] = back = _give_back(duty)
        facts.append(telling.opened(care, back, now))
    for occurrence in difference.opens:
        _open(care, duties, occurrence, now, facts)
    return replace(care, duties=duties), facts


def _withdraw(withdrawal: Withdrawal, now: datetime) -> Duty:
    by, by_id = withdrawal.by, withdrawal.by_id
    return replace(withdrawal.duty, closed_at=now, closed_as=ClosedAs.SUPERSEDED, closed_by=by, closed_by_id=by_id)


def _give_back(duty: Duty) -> Duty:
    """Exactly what was: same id, same dates, same rung."""
    return replace(duty, closed_at=None, closed_as=None, closed_by=None, closed_by_id=None)


def _open(care: Care, duties: dict[DutyId, Duty], occurrence: Occurrence, now: datetime, facts: list[Event]) -> None:
    """Opened twice it is one; what it supersedes it inherits from: the oldest due time, the rung, the acknowledgement."""
    rule = occurrence.rule
    earlier = [duty for duty in duties.values() if duty.rule == rule.name]
    undone = [duty for duty in earlier if duty.is_open] if rule.stack is Stack.SUPERSEDE else []
    new = _new_duty(care, occurrence, now)
    if undone:
        new = _heir(care, new, undone)
    duties[new.duty_id] = new
    facts.append(telling.opened(care, new, now))
    if occurrence.cause_kind == CALENDAR:
        for duty in earlier:
            if duty.cause_kind == CALENDAR and duty.followed_by is None:
                duties[duty.duty_id] = replace(duty, followed_by=new.duty_id)
    for duty in undone:
        duties[duty.duty_id] = closed = replace(
            duties[duty.duty_id],
            closed_at=now,
            closed_as=ClosedAs.SUPERSEDED,
            closed_by=By.DUTY,
            closed_by_id=new.duty_id,
        )
        facts.append(telling.superseded(care, closed))


def _new_duty(care: Care, occurrence: Occurrence, now: datetime) -> Duty:
    rule = occurrence.rule
    return Duty(
        duty_id=DutyId(derived("duty", care.person_id, rule.name, rule.party, occurrence.text)),
        rule=rule.name,
        policy=care.policy.version,
        kind=rule.kind,
        party=rule.party,
        role=rule.role,
        strength=rule.strength,
        cause_kind=occurrence.cause_kind,
        cause_id=occurrence.cause_id,
        cause_at=occurrence.cause_at,
        occurrence=occurrence.text,
        counts_from=occurrence.counts_from,
        opened_at=now,
        due_at=occurrence.due_at,
        answering=rule.role,
        next_rung_at=occurrence.due_at + rule.ladder[0].after if rule.ladder else None,
    )


def _heir(care: Care, new: Duty, undone: Sequence[Duty]) -> Duty:
    """One overdue greeting, three weeks old, not three."""
    oldest = min(undone, key=lambda duty: duty.due_at)
    highest = max(undone, key=lambda duty: duty.rung)
    ladder = care.policy.rules[new.rule].ladder
    due_at, rung = min(new.due_at, oldest.due_at), min(highest.rung, len(ladder))
    onward = due_at + ladder[rung].after if rung < len(ladder) else None
    return replace(
        new,
        due_at=due_at,
        missed_at=oldest.missed_at,
        rung=rung,
        answering=highest.answering,
        next_rung_at=highest.next_rung_at or onward,  # an older ladder may have ended where this one goes on
        escalated_at=highest.escalated_at,
        acknowledged_at=highest.acknowledged_at,
        acknowledged_by=highest.acknowledged_by,
        acknowledged_rung=highest.acknowledged_rung,
    )
