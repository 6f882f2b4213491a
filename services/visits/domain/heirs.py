"""Where the next of a rule takes the place of the last, one is owed: the newest, and it is as old as the oldest."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from contracts.event import Event
from contracts.ids import DutyId
from services.visits.domain import telling
from services.visits.domain.care import By, Care, ClosedAs, Duty
from services.visits.domain.rules import Stack

LATEST = timedelta(days=35)
"""What was superseded so long before its heir opened is not done any more by a contact that is written down late."""


def inherit(care: Care, new: Duty, undone: Sequence[Duty], now: datetime) -> Duty:
    """One overdue greeting, three weeks old, not three. What it has climbed, and who was told to wait, stays."""
    oldest = min((*undone, new), key=_age)
    highest = max((*sorted(undone, key=_age), new), key=lambda duty: duty.rung)
    rule = care.rule_of(new)
    ladder, due_at = rule.ladder if rule else (), oldest.due_at
    rung = min(highest.rung, len(ladder))
    onward = due_at + ladder[rung].after if rung < len(ladder) else None
    if onward is not None and highest.acknowledged_at is not None and highest.acknowledged_rung == rung:
        onward = max(onward, highest.acknowledged_at + care.policy.acknowledgement_holds)
    return replace(
        new,
        due_at=due_at,
        own_due_at=own if (own := own_due_at(new)) != due_at else None,
        remind_at=oldest.remind_at if due_at > now else None,
        missed_at=min((duty.missed_at for duty in (*undone, new) if duty.missed_at is not None), default=None),
        rung=rung,
        answering=highest.answering,
        next_rung_at=onward,
        escalated_at=highest.escalated_at,
        acknowledged_at=highest.acknowledged_at,
        acknowledged_by=highest.acknowledged_by,
        acknowledged_rung=highest.acknowledged_rung,
    )


def own_due_at(duty: Duty) -> datetime:
    return duty.own_due_at or duty.due_at


def is_itself(older: Duty, newer: Duty) -> bool:
    """What is owed anew, without the age that it had, in the place of itself."""
    return older.occurrence.partition("@")[0] == newer.occurrence.partition("@")[0]


def lineage(care: Care, heir: Duty) -> list[Duty]:
    """Those whose place it took, one after the other, the oldest first: as far back as a contact may be written down."""
    taken = [
        duty
        for duty in care.duties.values()
        if duty.rule == heir.rule
        and duty.closed_by is By.DUTY
        and duty.closed_at is not None
        and heir.opened_at - duty.closed_at <= LATEST
        and _last_heir(care, duty) is heir
    ]
    return sorted(taken, key=lambda duty: (duty.opened_at, duty.cause_at))


def whose_age(care: Care, heir: Duty) -> Duty | None:
    """Of all whose place it took, however long ago, the one that it is as old as; None = that stands in another file."""
    taken: dict[UUID | None, list[Duty]] = defaultdict(list)
    for duty in care.duties.values():
        if duty.closed_by is By.DUTY:
            taken[duty.closed_by_id].append(duty)
    before = [heir]
    for each in before:
        before += taken.pop(each.duty_id, ())
    return next((each for each in before if each is not heir and own_due_at(each) == heir.due_at), None)


def _last_heir(care: Care, duty: Duty) -> Duty | None:
    heir: Duty | None = duty
    while heir is not None and heir.closed_by is By.DUTY and heir.closed_by_id is not None:
        heir = care.duties.get(DutyId(heir.closed_by_id))
    return heir


def _age(duty: Duty) -> datetime:
    return duty.due_at


def superseded_by(duty: Duty, heir: Duty, now: datetime) -> Duty:
    return replace(duty, closed_at=now, closed_as=ClosedAs.SUPERSEDED, closed_by=By.DUTY, closed_by_id=heir.duty_id)


def opened_again(duty: Duty) -> Duty:
    """Exactly what was: same id, same dates, same rung."""
    return replace(duty, closed_at=None, closed_as=None, closed_by=None, closed_by_id=None)


def give_back(care: Care, duties: dict[DutyId, Duty], duty: Duty, now: datetime) -> list[Event]:
    """Owed again as it was; where another of its rule is owed meanwhile, the newer of both is, with the age of the older."""
    back = opened_again(duty)
    others = [each for each in duties.values() if each.rule == back.rule and each.is_open]
    newest = max((*others, back), key=lambda each: (each.opened_at, each.cause_at))
    rule = care.rule_of(newest)
    if not others or rule is None or rule.stack is Stack.EACH:
        duties[back.duty_id] = back
        return [telling.opened(care, back, now)]
    older = [each for each in (*others, back) if each is not newest]
    duties[newest.duty_id] = heir = inherit(care, newest, older, now)
    told: list[Event] = [telling.opened(care, heir, now) if newest is back else telling.changed(care, heir, now)]
    for each in older:
        duties[each.duty_id] = gone = superseded_by(each, heir, now)
        told += [telling.superseded(care, gone)] if each is not back else []
    return told
