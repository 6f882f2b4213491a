"""A contact made in its time and written down when the period had turned: what it did is done, and its heir is not blamed.

The heir is superseded by itself, owed anew: whoever was told of the old lateness has heard of the one, and hears of the other
only what is true of it. What was climbed meanwhile was climbed for the one that is done: if the contact proves false, it is
handed down again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.ids import DutyId, derived
from services.visits.domain.care import Care, Contact, Duty
from services.visits.domain.heirs import own_due_at, superseded_by
from services.visits.domain.settle import remind_at


def with_climb_of(duty: Duty, heir: Duty) -> Duty:
    return replace(
        duty,
        remind_at=heir.remind_at,
        rung=heir.rung,
        answering=heir.answering,
        next_rung_at=heir.next_rung_at,
        escalated_at=heir.escalated_at,
        missed_at=heir.missed_at,
        acknowledged_at=heir.acknowledged_at,
        acknowledged_by=heir.acknowledged_by,
        acknowledged_rung=heir.acknowledged_rung,
    )


def without_age_of(care: Care, younger: Sequence[Duty], contact: Contact) -> list[Duty]:
    """Those that came after it, as old as the first of them; the last, which is open, once more in the place of itself."""
    oldest, anew = own_due_at(younger[0]), []
    for each in younger:
        oldest = min(oldest, own_due_at(each))
        anew.append(fresh(care, each, oldest, contact.recorded_at))
    heir = younger[-1]
    text = f"{heir.occurrence.partition('@')[0]}@{contact.contact_id}"  # as `is_itself` knows it
    id_ = DutyId(derived("duty", care.person_id, heir.rule, heir.party, text))
    again = replace(anew.pop(), duty_id=id_, occurrence=text, opened_at=contact.recorded_at)
    gone = superseded_by(heir, again, contact.recorded_at)
    return [*anew, replace(gone, followed_by=id_ if heir.cause_id is None else None), again]


def fresh(care: Care, duty: Duty, due_at: datetime, now: datetime) -> Duty:
    """Nobody was told of it, nobody has answered."""
    rule = care.rule_of(duty)
    ladder = rule.ladder if rule else ()
    return replace(
        duty,
        due_at=due_at,
        own_due_at=own if (own := own_due_at(duty)) != due_at else None,
        remind_at=remind_at(rule, due_at, now) if rule else None,
        rung=0,
        answering=duty.role,
        next_rung_at=due_at + ladder[0].after if ladder else None,
        escalated_at=None,
        missed_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        acknowledged_rung=None,
    )
