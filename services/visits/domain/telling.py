"""What is told of a duty's life, each fact from the duty as it then is."""

from datetime import datetime

from contracts.ids import HolderId
from contracts.visits import (
    Cause,
    DutyChanged,
    DutyDone,
    DutyDueSoon,
    DutyEscalated,
    DutyMissed,
    DutyOpened,
    DutySuperseded,
    DutyWaived,
)
from services.visits.domain.care import Care, Contact, Duty
from services.visits.domain.rules import Rung


def opened(care: Care, duty: Duty, now: datetime) -> DutyOpened:
    """Also told of a duty that is owed again: the same id, the old due time, opened now, so that it outlives its closing."""
    rule = care.rule_of(duty)
    return DutyOpened(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        policy=duty.policy,
        kind=duty.kind,
        party=duty.party,
        role=duty.role,
        cause=Cause(kind=duty.cause_kind, id=duty.cause_id, at=duty.cause_at),
        due_at=duty.due_at,
        counted_plainly=duty.counted_plainly,
        strength=duty.strength,
        message=rule.message if rule else None,
        lane=rule.lane if rule else "normal",
        opened_at=now,
    )


def changed(care: Care, duty: Duty, now: datetime) -> DutyChanged:
    return DutyChanged(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        policy=duty.policy,
        kind=duty.kind,
        strength=duty.strength,
        due_at=duty.due_at,
        because=duty.instead,
        changed_at=now,
    )


def due_soon(care: Care, duty: Duty, now: datetime) -> DutyDueSoon:
    return DutyDueSoon(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        role=duty.answering,
        due_at=duty.due_at,
        reminded_at=now,
    )


def superseded(care: Care, duty: Duty) -> DutySuperseded:
    assert duty.closed_by is not None and duty.closed_at is not None
    return DutySuperseded(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        by=duty.closed_by.value,
        by_id=duty.closed_by_id,
        superseded_at=duty.closed_at,
    )


def missed(care: Care, duty: Duty, now: datetime) -> DutyMissed:
    return DutyMissed(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        kind=duty.kind,
        party=duty.party,
        due_at=duty.due_at,
        missed_at=now,
    )


def escalated(care: Care, duty: Duty, rung: Rung, now: datetime) -> DutyEscalated:
    return DutyEscalated(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        rung=duty.rung,
        role=rung.role,
        message=rung.message,
        lane=rung.lane,
        escalated_at=now,
    )


def done(care: Care, duty: Duty, contact: Contact) -> DutyDone:
    """Late is by when it was done; closed it is when that is recorded, so that no escalation before it outlives it."""
    return DutyDone(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        contact_id=contact.contact_id,
        late=contact.made_at > duty.due_at,
        done_at=contact.recorded_at,
    )


def waived(care: Care, duty: Duty) -> DutyWaived:
    assert duty.closed_by_id is not None and duty.reason is not None and duty.closed_at is not None
    return DutyWaived(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        duty_id=duty.duty_id,
        rule=duty.rule,
        waived_by=HolderId(duty.closed_by_id),
        reason=duty.reason,
        waived_at=duty.closed_at,
    )
