"""The climb (督办, feature 39): an undone duty goes to the next level by its age, and skips a level that nobody holds.

Choices made here:
- before blame, a reminder: whoever must act is reminded once before the due time, where the rule says so; not after it;
- after an outage each rung whose time has passed is told once, in order, in the same instant: nobody above is spared the
  knowledge because the system slept, and nobody is told twice;
- an acknowledgement by the role that must act now is recorded, and the next rung waits until the policy's
  `acknowledgement_holds` after it; once a rung, so that "known" never replaces the deed;
- who hands over (cannot, or the wrong person) is followed by the next rung at once; at the top there is none.
"""

from collections.abc import Container
from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import DutyId
from contracts.notify import CaseAcknowledged, CaseHandedOver
from services.visits.domain import telling
from services.visits.domain.care import Care, Decided, Duty
from services.visits.domain.rules import Rung


def climb(care: Care, now: datetime) -> Decided:
    """Every open duty that is due and not yet missed is missed; every rung whose time has come is told."""
    changed: dict[DutyId, Duty] = {}
    facts: list[Event] = []
    held = care.roles_held
    for duty in care.duties.values():
        if duty.closed_at is not None:
            continue
        rung_at = next_rung(care, duty, held)
        overdue = duty.missed_at is None and duty.due_at <= now
        remind = duty.remind_at is not None and duty.remind_at <= now
        if not overdue and not remind and (rung_at is None or rung_at > now):
            continue
        if remind:
            duty = replace(duty, remind_at=None)
            if duty.due_at > now:
                facts.append(telling.due_soon(care, duty, now))
        if overdue:
            duty = replace(duty, missed_at=now)
            facts.append(telling.missed(care, duty, now))
        duty = _up(care, duty, held, now, facts)
        changed[duty.duty_id] = duty
    if not changed:
        return care, ()
    return replace(care, duties={**care.duties, **changed}), tuple(facts)


def next_rung(care: Care, duty: Duty, held: Container[str] | None) -> datetime | None:
    """When the next level learns of it: at once, when nobody holds the role that must act now (and a card says so)."""
    if duty.next_rung_at is not None and held is not None and duty.answering not in held:
        return duty.opened_at
    return duty.next_rung_at


def _up(care: Care, duty: Duty, held: Container[str] | None, now: datetime, facts: list[Event]) -> Duty:
    ladder = _ladder(care, duty)
    while (at := next_rung(care, duty, held)) is not None and at <= now:
        if duty.rung >= len(ladder):
            return replace(duty, next_rung_at=None)  # its rule has lost rungs since: the top has been reached
        rung, top = ladder[duty.rung], duty.rung + 1 == len(ladder)
        following = None if top else duty.due_at + ladder[duty.rung + 1].after
        duty = replace(duty, rung=duty.rung + 1, answering=rung.role, next_rung_at=following)
        if top or held is None or rung.role in held:
            duty = replace(duty, escalated_at=now)
            facts.append(telling.escalated(care, duty, rung, now))
    return duty


def _ladder(care: Care, duty: Duty) -> tuple[Rung, ...]:
    rule = care.rule_of(duty)
    return rule.ladder if rule else ()


def acknowledge(care: Care, said: CaseAcknowledged, now: datetime) -> Care:
    """They know. It records no contact and ends nothing; the next rung waits a while, once."""
    duty = care.duties.get(said.duty_id)
    if duty is None or not duty.is_open or said.role != duty.answering or duty.acknowledged_rung == duty.rung:
        return care
    until = said.acknowledged_at + care.policy.acknowledgement_holds
    waits = max(duty.next_rung_at, until) if duty.next_rung_at is not None else None
    return _with(
        care,
        replace(
            duty,
            acknowledged_at=said.acknowledged_at,
            acknowledged_by=said.holder_id,
            acknowledged_rung=duty.rung,
            next_rung_at=waits,
        ),
    )


def hand_over(care: Care, said: CaseHandedOver, now: datetime) -> Care:
    """They cannot, or are the wrong person: the next rung's time is now. From a rung that was passed it changes nothing."""
    duty = care.duties.get(said.duty_id)
    if duty is None or not duty.is_open or said.role != duty.answering or duty.next_rung_at is None:
        return care
    return _with(care, replace(duty, next_rung_at=min(duty.next_rung_at, now)))


def _with(care: Care, duty: Duty) -> Care:
    return replace(care, duties={**care.duties, duty.duty_id: duty})
