"""The duties that exist become the duties that must exist; those overdue are missed, and climb. Twice changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import DutyId
from services.visits.domain import telling
from services.visits.domain.care import Care, ClosedAs, Decided, Duty
from services.visits.domain.causes import situations
from services.visits.domain.difference import Change, Difference, Occurrence, Withdrawal, duty_id
from services.visits.domain.heirs import give_back, inherit, superseded_by
from services.visits.domain.ladder import climb, next_rung
from services.visits.domain.reconcile import reconcile
from services.visits.domain.rules import Rule, Stack

ROUNDS = 4
"""Danger: a difference that comes back would be opened for ever; better this one person is buried and seen."""


def hear(care: Care, learn: Callable[[Care], Care], now: datetime) -> Decided:
    """The duties follow from what is learnt."""
    care, before = learnt_now(care, learn, now)
    settled, facts = settle(care, now)
    return settled, (*before, *facts)


def learnt_now(care: Care, learn: Callable[[Care], Care], now: datetime) -> Decided:
    """What is learnt holds from now on. What had opened until now was owed to who they were: who leaves a class or a

    situation after an outage keeps what had become overdue meanwhile (feature 76). So was what a discharge had opened that is
    only corrected. Not so at a death: nothing opens for the dead; nor of what was never due, because it is taken back.
    """
    learnt = learn(care)
    if care.kind is None or not (_is_another(care, learnt) or _is_corrected(care, learnt)):
        return learnt, ()
    care, before = reconciled(care, now)
    return learn(care), before


def _is_another(care: Care, learnt: Care) -> bool:
    return learnt.former != care.former or not situations(care).keys() <= situations(learnt).keys()


def _is_corrected(care: Care, learnt: Care) -> bool:
    """The same discharge, at another hour."""
    return learnt.stays is not care.stays and any(
        was.is_discharged and stay.is_discharged and stay.stands and was.discharged_at != stay.discharged_at
        for stay in learnt.stays.values()
        if (was := care.stays.get(stay.stay_id)) is not None and was.discharge_id == stay.discharge_id
    )


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
    facts: list[Event] = []
    for _ in range(ROUNDS):
        if not (difference := _difference(care, now)):
            return care, tuple(facts)
        care, told = _apply(care, difference, now)
        facts += told
    raise RuntimeError(f"the duties of {care.person_id} do not settle")


def next_change(care: Care, now: datetime) -> datetime | None:
    """The earliest instant at which `settle` would do anything; `now`, when it would do so at once."""
    difference = _difference(care, now)
    if difference:
        return now
    held = care.roles_held
    earliest = difference.next_at
    for duty in care.duties.values():
        if duty.closed_at is not None:
            continue
        for at in (duty.due_at if duty.missed_at is None else None, duty.remind_at, next_rung(care, duty, held)):
            if at is not None and (earliest is None or at < earliest):
                earliest = at
    return earliest if earliest is None else max(earliest, now)


_latest: tuple[Care, datetime, Difference] | None = None


def _difference(care: Care, now: datetime) -> Difference:
    """The road asks when a state next changes just after it was settled: the very same one at the very same hour."""
    global _latest
    latest = _latest
    if latest is None or latest[0] is not care or latest[1] != now:
        _latest = latest = care, now, reconcile(care, now)
    return latest[2]


def _apply(care: Care, difference: Difference, now: datetime) -> tuple[Care, list[Event]]:
    duties, facts = dict(care.duties), list[Event]()
    for withdrawal in difference.withdrawn:
        closed = _withdraw(withdrawal, now)
        duties[closed.duty_id] = closed
        facts.append(telling.superseded(care, closed))
    for duty in difference.returns:
        facts += give_back(care, duties, duty, now)
    for change in difference.changes:
        duties[change.duty.duty_id] = changed = _change(change)
        facts.append(telling.changed(care, changed, now))
    for occurrence in difference.opens:
        _open(care, duties, occurrence, now, facts)
    return replace(care, duties=duties), facts


def _withdraw(withdrawal: Withdrawal, now: datetime) -> Duty:
    by, by_id = withdrawal.by, withdrawal.by_id
    return replace(withdrawal.duty, closed_at=now, closed_as=ClosedAs.SUPERSEDED, closed_by=by, closed_by_id=by_id)


def _change(change: Change) -> Duty:
    means = change.means
    return replace(change.duty, kind=means.kind, strength=means.strength, instead=change.instead)


def _open(care: Care, duties: dict[DutyId, Duty], occurrence: Occurrence, now: datetime, facts: list[Event]) -> None:
    """Opened twice it is one; what it supersedes it inherits from: the oldest due time, the rung, the acknowledgement."""
    rule = occurrence.rule
    earlier = [duty for duty in duties.values() if duty.rule == rule.name]
    undone = [duty for duty in earlier if duty.is_open] if rule.stack is Stack.SUPERSEDE else []
    new = _new_duty(care, occurrence, now)
    if undone:
        new = inherit(care, new, undone, now)
    duties[new.duty_id] = new
    facts.append(telling.opened(care, new, now))
    if occurrence.cause_id is None:
        for duty in earlier:
            if duty.cause_id is None and duty.followed_by is None:
                duties[duty.duty_id] = replace(duty, followed_by=new.duty_id)
    for duty in undone:
        duties[duty.duty_id] = closed = superseded_by(duties[duty.duty_id], new, now)
        facts.append(telling.superseded(care, closed))


def _new_duty(care: Care, occurrence: Occurrence, now: datetime) -> Duty:
    rule = occurrence.rule
    return Duty(
        duty_id=duty_id(care, rule, occurrence.text),
        rule=rule.name,
        policy=care.policy.version,
        kind=occurrence.means.kind,
        party=rule.party,
        role=rule.role,
        strength=occurrence.means.strength,
        cause_kind=occurrence.cause_kind,
        cause_id=occurrence.cause_id,
        cause_at=occurrence.cause_at,
        occurrence=occurrence.text,
        counts_from=occurrence.counts_from,
        opened_at=now,
        due_at=occurrence.due_at,
        answering=rule.role,
        county=care.county,
        counted_plainly=occurrence.counted_plainly,
        instead=occurrence.instead,
        remind_at=remind_at(rule, occurrence.due_at, now),
        next_rung_at=occurrence.due_at + rule.ladder[0].after if rule.ladder else None,
    )


def remind_at(rule: Rule, due_at: datetime, now: datetime) -> datetime | None:
    """Who learns of a duty when it opens is reminded before it is due; who would be reminded at once is not."""
    at = due_at - rule.remind if rule.remind is not None else None
    return at if at is not None and at > now else None
